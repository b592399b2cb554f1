#define _GNU_SOURCE
#include <malloc.h>
#include "CPetaShim.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void close_pair(int p[2]) {
    if (p[0] >= 0) close(p[0]);
    if (p[1] >= 0) close(p[1]);
}

int peta_spawn(const char *const argv[], const char *const envp[], const char *cwd, pid_t *pid_out,
               int *stdin_w, int *stdout_r, int *stderr_r) {
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1}, status[2] = {-1, -1};
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) || pipe2(status, O_CLOEXEC)) {
        int e = errno;
        close_pair(in), close_pair(out), close_pair(err), close_pair(status);
        return e;
    }
    // No signal handler of the daemon may run in the child between fork and exec.
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
        struct sigaction dfl = {.sa_handler = SIG_DFL};
        for (int s = 1; s < NSIG; s++)
            if (s != SIGKILL && s != SIGSTOP) sigaction(s, &dfl, NULL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        int e = 0;
        // Ends that happen to be 0, 1 or 2 are moved away first, so that one dup2 cannot overwrite another.
        int i = fcntl(in[0], F_DUPFD_CLOEXEC, 10), o = fcntl(out[1], F_DUPFD_CLOEXEC, 10), r = fcntl(err[1], F_DUPFD_CLOEXEC, 10);
        int s = fcntl(status[1], F_DUPFD_CLOEXEC, 10);
        if (i < 0 || o < 0 || r < 0 || s < 0 || dup2(i, 0) < 0 || dup2(o, 1) < 0 || dup2(r, 2) < 0 || dup3(s, 3, O_CLOEXEC) < 0) e = errno;
        if (!e) syscall(SYS_close_range, 4u, ~0u, 0u);
        if (!e && cwd && chdir(cwd)) e = errno;
        if (!e) {
            execvpe(argv[0], (char *const *)argv, (char *const *)envp);
            e = errno;
        }
        ssize_t ignored = write(e && s >= 0 ? 3 : status[1], &e, sizeof e);
        (void)ignored;
        _exit(127);
    }
    int e = pid < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    close(in[0]), close(out[1]), close(err[1]), close(status[1]);
    if (!e) {
        int failed = 0;
        ssize_t n;
        do n = read(status[0], &failed, sizeof failed);
        while (n < 0 && errno == EINTR);
        if (n == (ssize_t)sizeof failed) {
            e = failed ? failed : EIO;
            while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        }
    }
    close(status[0]);
    if (e) {
        close(in[1]), close(out[0]), close(err[0]);
        return e;
    }
    setpgid(pid, pid);
    *pid_out = pid, *stdin_w = in[1], *stdout_r = out[0], *stderr_r = err[0];
    return 0;
}

int peta_pidfd(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int peta_reap(pid_t pid, int *status) {
    pid_t r;
    do r = waitpid(pid, status, WNOHANG);
    while (r < 0 && errno == EINTR);
    return r == pid ? 1 : r == 0 ? 0 : -1;
}

int peta_peer_credentials(int fd, pid_t *pid, uid_t *uid, gid_t *gid) {
    struct ucred c;
    socklen_t n = sizeof c;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &n)) return errno;
    *pid = c.pid, *uid = c.uid, *gid = c.gid;
    return 0;
}

int peta_file_status(const char *path, int follow, struct peta_file *out) {
    struct stat s;
    if (follow ? stat(path, &s) : lstat(path, &s)) return errno;
    out->device = s.st_dev, out->inode = s.st_ino, out->mode = s.st_mode, out->uid = s.st_uid, out->gid = s.st_gid;
    return 0;
}

const void *peta_memmem(const void *haystack, size_t n, const void *needle, size_t m) { return memmem(haystack, n, needle, m); }

void peta_release_memory(void) { malloc_trim(0); }
