#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

// Wiping: only calls that are allowed in a signal handler; readdir(3) is not.

struct entry {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

static const char zeros[4096];

// A file system in user space can be interrupted as it opens something.
static int open_in(int folder, const char *name, int flags) {
  int file;
  do file = openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  while (file < 0 && errno == EINTR);
  return file;
}

static void overwrite(int file) {
  struct stat status;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return;
  for (off_t done = 0; done < status.st_size;) {
    off_t rest = status.st_size - done;
    ssize_t count = pwrite(file, zeros, rest < 4096 ? (size_t)rest : sizeof zeros, done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    done += count;
  }
}

static int wipe_entries(int folder, int depth) {
  _Alignas(struct entry) char buffer[2048];
  int removed;
  // What an editor still adds while we remove is found by the next pass.
  do {
    removed = 0;
    long size;
    if (lseek(folder, 0, SEEK_SET) < 0) return errno;
    while ((size = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
      for (long at = 0; at < size;) {
        struct entry *entry = (struct entry *)(buffer + at);
        at += entry->length;
        if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) continue;
        int file = open_in(folder, entry->name, O_WRONLY);
        if (file >= 0) {
          overwrite(file);
          close(file);
        } else if (errno == EISDIR && depth < 8) {
          int inner = open_in(folder, entry->name, O_RDONLY | O_DIRECTORY);
          if (inner >= 0) {
            wipe_entries(inner, depth + 1);
            close(inner);
          }
          removed |= unlinkat(folder, entry->name, AT_REMOVEDIR) == 0;
          continue;
        }
        removed |= unlinkat(folder, entry->name, 0) == 0;
      }
    }
    if (size < 0) return errno;
  } while (removed);
  return 0;
}

int platform_wipe_folder(const char *path, int folder) {
  int failure = 0;
  for (int attempt = 0; attempt < 3; attempt++) {
    failure = wipe_entries(folder, 0);
    if (rmdir(path) == 0 || errno == ENOENT) return 0;
    if (failure == 0) failure = errno;
  }
  return failure;
}

// Guarding: a few folders at most, of a fixed place, so that the handler needs no lock.

#define FOLDERS 8
static char guarded[FOLDERS][4096];
static int opened[FOLDERS];
static atomic_int in_use[FOLDERS];
static const int ending_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM};
#define SIGNALS (sizeof ending_signals / sizeof *ending_signals)
static struct sigaction before[SIGNALS];
static pthread_mutex_t changing = PTHREAD_MUTEX_INITIALIZER;
static int guards = 0;
static atomic_int foreground = 0;
static atomic_int starting = 0;
// The terminal as it was before the program in the foreground, which may die in raw mode.
static struct termios terminal;
static int terminal_known = 0;

static void restore_terminal(void) {
  if (terminal_known) tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal);
}

static void wipe_guarded(void) {
  for (int number = 0; number < FOLDERS; number++) {
    if (atomic_load(&in_use[number])) platform_wipe_folder(guarded[number], opened[number]);
  }
}

static void end_by(int number) {
  // Another thread may be about to know which program it has started.
  while (atomic_load(&starting)) poll(NULL, 0, 1);
  // The program goes first, since it may save once more on its way out; but not for ever.
  pid_t program = atomic_load(&foreground);
  if (program > 0) {
    kill(program, number);
    for (int waited = 0; waited < 100 && waitpid(program, NULL, WNOHANG) == 0; waited++) {
      if (waited == 99) kill(program, SIGKILL);
      poll(NULL, 0, 10);
    }
    restore_terminal();
  }
  wipe_guarded();
  signal(number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  raise(number);
  _exit(128 + number);
}

static void catch_signals(void) {
  struct sigaction action = {.sa_handler = end_by};
  // One ending at a time: the second signal waits for the wiping that the first began.
  for (size_t i = 0; i < SIGNALS; i++) sigaddset(&action.sa_mask, ending_signals[i]);
  for (size_t i = 0; i < SIGNALS; i++) {
    sigaction(ending_signals[i], NULL, &before[i]);
    // Who started us with a signal ignored, as nohup(1) does, wants it so.
    if (before[i].sa_handler != SIG_IGN) sigaction(ending_signals[i], &action, NULL);
  }
}

static void block_endings(sigset_t *mask) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < SIGNALS; i++) sigaddset(&set, ending_signals[i]);
  pthread_sigmask(SIG_BLOCK, &set, mask);
}

int platform_guard_folder(const char *path, int folder) {
  static int registered = 0;
  sigset_t mask;
  int number = -1;
  if (strlen(path) >= sizeof guarded[0]) return -1;
  block_endings(&mask);
  pthread_mutex_lock(&changing);
  for (int i = 0; i < FOLDERS && number < 0; i++) {
    if (!atomic_load(&in_use[i])) number = i;
  }
  if (number >= 0) {
    strcpy(guarded[number], path);
    opened[number] = folder;
    atomic_store(&in_use[number], 1);
    if (!registered) registered = atexit(wipe_guarded) == 0;
    if (guards++ == 0) catch_signals();
  }
  pthread_mutex_unlock(&changing);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  return number;
}

void platform_unguard_folder(int number) {
  sigset_t mask;
  block_endings(&mask);
  pthread_mutex_lock(&changing);
  atomic_store(&in_use[number], 0);
  if (--guards == 0) {
    for (size_t i = 0; i < SIGNALS; i++) sigaction(ending_signals[i], &before[i], NULL);
  }
  pthread_mutex_unlock(&changing);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

int platform_run_in_foreground(
    char *const *arguments, char *const *environment, struct platform_ending *ending) {
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  struct sigaction interrupt, quit;
  sigset_t mask, defaults;
  posix_spawnattr_t attributes;
  pid_t program = 0;

  // The handler must not run between the program's start and our knowing of it.
  block_endings(&mask);
  sigaction(SIGINT, &ignore, &interrupt);
  sigaction(SIGQUIT, &ignore, &quit);
  terminal_known = tcgetattr(STDIN_FILENO, &terminal) == 0;
  sigemptyset(&defaults);
  if (interrupt.sa_handler != SIG_IGN) sigaddset(&defaults, SIGINT);
  if (quit.sa_handler != SIG_IGN) sigaddset(&defaults, SIGQUIT);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setsigmask(&attributes, &mask);
  atomic_store(&starting, 1);
  int failure = posix_spawn(&program, arguments[0], NULL, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  if (failure == 0) atomic_store(&foreground, program);
  atomic_store(&starting, 0);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);

  if (failure == 0) {
    // Forgotten before it is reaped: afterwards its number may be another's.
    siginfo_t information;
    while (waitid(P_PID, (id_t)program, &information, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    atomic_store(&foreground, 0);
    int status = 0;
    while (waitpid(program, &status, 0) < 0 && failure == 0) {
      if (errno != EINTR) failure = errno;
    }
    ending->code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    ending->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (WIFSIGNALED(status)) restore_terminal();
  }
  sigaction(SIGINT, &interrupt, NULL);
  sigaction(SIGQUIT, &quit, NULL);
  return failure;
}

int platform_is_memory_backed(int folder) {
  struct statfs status;
  if (fstatfs(folder, &status) != 0) return 0;
  return status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC;
}
