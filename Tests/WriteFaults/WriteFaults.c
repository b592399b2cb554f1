#define _GNU_SOURCE
#include "WriteFaults.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *under, *armed, *mark;
static long target;
static int is_full;
static atomic_long changes;

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("PETA_FAULT_AT"), *kind = getenv("PETA_FAULT_KIND");
    target = at ? atol(at) : 0;
    is_full = kind && !strcmp(kind, "full");
    armed = getenv("PETA_FAULT_ARMED");
    mark = getenv("PETA_FAULT_MARK");
    under = getenv("PETA_FAULT_UNDER");
}

// What the library replaces is called by its number, so that it does not call itself.
static long direct_write(int file, const void *bytes, size_t count) { return syscall(SYS_write, file, bytes, count); }

static int is_inside(const char *path) {
    size_t length = strlen(under);
    return !strncmp(path, under, length) && (path[length] == '/' || !path[length]);
}

static int concerns_file(int file) {
    if (!under) return 0;
    char name[64], path[4096];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_inside(path);
}

static int concerns_path(int directory, const char *path) {
    if (!under) return 0;
    if (path[0] == '/') return is_inside(path);
    if (directory != AT_FDCWD) return concerns_file(directory);
    char here[4096];
    return getcwd(here, sizeof here) && is_inside(here);
}

enum verdict { goes_on, dies, fails };

// needs_room: whether a full disk refuses it.
static enum verdict judge(int needs_room) {
    if (armed && syscall(SYS_access, armed, F_OK)) return goes_on;
    long number = atomic_fetch_add(&changes, 1) + 1;
    if (!target || number < target) return goes_on;
    if (number == target && mark) {
        long made = syscall(SYS_openat, AT_FDCWD, mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (made >= 0) syscall(SYS_close, made);
    }
    if (!is_full) return dies;
    return needs_room ? fails : goes_on;
}

static void die(void) {
    for (;;) {
        kill(getpid(), SIGKILL);
        pause();
    }
}

// For what has no halves. True: it is not to be done, errno says why.
static int refused(int needs_room) {
    switch (judge(needs_room)) {
    case goes_on: return 0;
    case dies: die();
    case fails: break;
    }
    errno = ENOSPC;
    return 1;
}

#define NEXT(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *bytes, size_t count) {
    if (!concerns_file(file)) return direct_write(file, bytes, count);
    switch (judge(1)) {
    case goes_on: return direct_write(file, bytes, count);
    case dies: direct_write(file, bytes, count / 2), die();
    case fails: break;
    }
    errno = ENOSPC;
    return -1;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    if (!concerns_file(file)) return syscall(SYS_pwrite64, file, bytes, count, offset);
    switch (judge(1)) {
    case goes_on: return syscall(SYS_pwrite64, file, bytes, count, offset);
    case dies: syscall(SYS_pwrite64, file, bytes, count / 2, offset), die();
    case fails: break;
    }
    errno = ENOSPC;
    return -1;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return pwrite64(file, bytes, count, offset); }

ssize_t writev(int file, const struct iovec *pieces, int count) {
    if (concerns_file(file) && refused(1)) return -1;
    return syscall(SYS_writev, file, pieces, count);
}

ssize_t pwritev(int file, const struct iovec *pieces, int count, off_t offset) {
    if (concerns_file(file) && refused(1)) return -1;
    return NEXT(pwritev)(file, pieces, count, offset);
}

int ftruncate64(int file, off64_t size) {
    struct stat now;
    if (concerns_file(file) && refused(!fstat(file, &now) && size > now.st_size)) return -1;
    return (int)syscall(SYS_ftruncate, file, size);
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

int fallocate(int file, int mode, off_t offset, off_t size) {
    if (concerns_file(file) && refused(1)) return -1;
    return (int)syscall(SYS_fallocate, file, mode, offset, size);
}

int posix_fallocate(int file, off_t offset, off_t size) { return fallocate(file, 0, offset, size) ? errno : 0; }

int fsync(int file) {
    if (concerns_file(file) && refused(0)) return -1;
    return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
    if (concerns_file(file) && refused(0)) return -1;
    return (int)syscall(SYS_fdatasync, file);
}

int openat64(int directory, const char *path, int flags, ...) {
    mode_t mode = 0;
    if (flags & (O_CREAT | __O_TMPFILE)) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
        // One that is there already needs no room.
        struct stat now;
        int is_new = (flags & __O_TMPFILE) == __O_TMPFILE || fstatat(directory, path, &now, 0) != 0;
        if ((is_new || flags & O_TRUNC) && concerns_path(directory, path) && refused(is_new)) return -1;
    }
    return (int)syscall(SYS_openat, directory, path, flags, mode);
}

// Without a mode the value that is passed on means nothing, and nothing looks at it.
#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int openat(int directory, const char *path, int flags, ...) {
    MODE(flags)
    return openat64(directory, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return openat64(AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) {
    MODE(flags)
    return openat64(AT_FDCWD, path, flags, mode);
}

int mkdirat(int directory, const char *path, mode_t mode) {
    if (concerns_path(directory, path) && refused(1)) return -1;
    return (int)syscall(SYS_mkdirat, directory, path, mode);
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int linkat(int from, const char *old, int to, const char *path, int flags) {
    if (concerns_path(to, path) && refused(1)) return -1;
    return (int)syscall(SYS_linkat, from, old, to, path, flags);
}

int link(const char *old, const char *path) { return linkat(AT_FDCWD, old, AT_FDCWD, path, 0); }

int renameat2(int from, const char *old, int to, const char *path, unsigned flags) {
    if ((concerns_path(from, old) || concerns_path(to, path)) && refused(0)) return -1;
    return (int)syscall(SYS_renameat2, from, old, to, path, flags);
}

int renameat(int from, const char *old, int to, const char *path) { return renameat2(from, old, to, path, 0); }

int rename(const char *old, const char *path) { return renameat2(AT_FDCWD, old, AT_FDCWD, path, 0); }

int unlinkat(int directory, const char *path, int flags) {
    if (concerns_path(directory, path) && refused(0)) return -1;
    return (int)syscall(SYS_unlinkat, directory, path, flags);
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
