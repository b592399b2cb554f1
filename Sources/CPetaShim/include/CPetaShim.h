// What Swift on Linux cannot say itself: spawning a child in its own process group that dies with its parent,
// GNU functions that the Glibc module leaves out, and byte loops that want vector instructions.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Starts argv[0] (looked up in the PATH of envp's caller) with exactly envp, in a new process group, with
// descriptors 0 to 2 as pipes and every other one closed, and with SIGKILL as parent-death signal.
// Returns 0 and fills *pid and the parent's pipe ends (close-on-exec), or an errno: also that of a failed exec.
// The parent-death signal follows the THREAD that calls this: call it from one that lives as long as the daemon.
int peta_spawn(const char *const argv[], const char *const envp[], const char *cwd, pid_t *pid,
               int *stdin_w, int *stdout_r, int *stderr_r);

// A file-descriptor that becomes readable when pid ends (pidfd_open), or -1.
int peta_pidfd(pid_t pid);

// Reaps pid without blocking: 1 and *status when it had ended, 0 when it has not, -1 when it is not ours.
int peta_reap(pid_t pid, int *status);

// Credentials of the peer of a connected Unix socket; 0 or an errno.
int peta_peer_credentials(int fd, pid_t *pid, uid_t *uid, gid_t *gid);

// What stat(2) says of a path, as far as it is asked for. Swift sees struct stat through whichever module read the
// header first, so that its members cannot be named reliably.
struct peta_file {
    uint64_t device, inode;
    uint32_t mode, uid, gid;
};

// Fills *out for path, or for the link that stands there when follow is 0; 0 or an errno.
int peta_file_status(const char *path, int follow, struct peta_file *out);

// Gives memory that was freed back to the system (malloc_trim(3)), so that nothing of it can be read here any more.
void peta_release_memory(void);

// memmem(3).
const void *peta_memmem(const void *haystack, size_t n, const void *needle, size_t m);

// How many bytes at the start of p are plain inside a JSON string: ASCII, printable, neither quote nor backslash.
static inline size_t peta_json_plain(const uint8_t *p, size_t n) {
    size_t i = 0;
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(0x20);
    while (i + 16 <= n) {
        __m128i v = _mm_loadu_si128((const __m128i *)(p + i));
        // A signed comparison with 0x20 finds control characters and every byte from 0x80 up at once.
        __m128i bad = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)), _mm_cmplt_epi8(v, space));
        int mask = _mm_movemask_epi8(bad);
        if (mask) return i + (size_t)__builtin_ctz((unsigned)mask);
        i += 16;
    }
#endif
    while (i < n && p[i] >= 0x20 && p[i] < 0x80 && p[i] != '"' && p[i] != '\\') i++;
    return i;
}
