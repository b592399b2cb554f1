#define _GNU_SOURCE
#include "AllocationCounter.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

struct slot {
    _Atomic uint64_t thread, count;
};

static struct slot *_Atomic slots;
static _Atomic unsigned next_slot;
static __thread struct slot *own;
static __thread int asked;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("PETA_ALLOCATION_COUNTS");
    if (!path) return;
    char name[4096];
    if (snprintf(name, sizeof name, "%s.%d", path, getpid()) >= (int)sizeof name) return;
    int file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    size_t size = peta_allocation_slots * sizeof(struct slot);
    if (file < 0 || ftruncate(file, (off_t)size)) return;
    void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (base != MAP_FAILED) atomic_store(&slots, base);
}

static void count(void) {
    struct slot *all = atomic_load_explicit(&slots, memory_order_acquire);
    if (!all) return;
    if (!asked) {
        asked = 1;
        unsigned at = atomic_fetch_add(&next_slot, 1);
        if (at < peta_allocation_slots) {
            own = &all[at];
            atomic_store(&own->thread, (uint64_t)syscall(SYS_gettid));
        }
    }
    if (own) atomic_fetch_add_explicit(&own->count, 1, memory_order_relaxed);
}

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count();
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    count();
    void *made = __libc_memalign(alignment, size);
    if (!made) return ENOMEM;
    *out = made;
    return 0;
}
