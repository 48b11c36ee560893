// LD_PRELOAD: knows what of a folder is really on the disk, and can make fsync hang.
//
//   ATELIER_DISK_FOLDER   only files below it count
//   ATELIER_DISK_RECORD   every write to them is recorded here with what it replaced, every finished fsync too. After a kill,
//                         disk.py takes back the writes that no fsync covers: the folder is then as after a power cut.
//   ATELIER_DISK_STALL    while this file exists, fsync waits before it does anything, and FILE.waiting is made
//
// A record is a line "W LENGTH OFFSET SIZE PATH" with the LENGTH bytes that stood there and the file's SIZE before,
// "T 0 0 SIZE PATH" for a cut file (what is cut off is not kept: SQLite only cuts what it has checkpointed), or "S 0 0 0 PATH".
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static int record = -2;

// The path of `file` if it lies in the folder, else 0.
static int watched(int file, char path[PATH_MAX]) {
  const char* folder = getenv("ATELIER_DISK_FOLDER");
  char link[64];
  if (folder == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  return strncmp(path, folder, strlen(folder)) == 0;
}

static void note(char kind, const char* path, off_t offset, off_t size, const void* bytes, size_t length) {
  static ssize_t (*real_writev)(int, const struct iovec*, int);
  if (real_writev == NULL) *(void**)&real_writev = dlsym(RTLD_NEXT, "writev");
  const int kept = errno;
  if (record == -2) record = getenv("ATELIER_DISK_RECORD") ? open(getenv("ATELIER_DISK_RECORD"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
  if (record >= 0) {
    char head[PATH_MAX + 128];
    const int count = snprintf(head, sizeof head, "%c %zu %lld %lld %s\n", kind, length, (long long)offset, (long long)size, path);
    const struct iovec parts[2] = {{head, (size_t)count}, {(void*)bytes, length}};
    if (real_writev(record, parts, 2) != (ssize_t)((size_t)count + length)) abort();
  }
  errno = kept;
}

// Before a write: what stands there now.
static void before_write(int file, off_t offset, size_t length) {
  char path[PATH_MAX];
  struct stat state;
  if (!watched(file, path) || fstat(file, &state) != 0) return;
  char* old = malloc(length + 1);
  const ssize_t there = old ? pread(file, old, length, offset) : 0;
  pthread_mutex_lock(&one_at_a_time);
  note('W', path, offset, state.st_size, old, there > 0 ? (size_t)there : 0);
  pthread_mutex_unlock(&one_at_a_time);
  free(old);
}

ssize_t pwrite64(int file, const void* bytes, size_t length, off64_t offset) {
  static ssize_t (*real)(int, const void*, size_t, off64_t);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "pwrite64");
  before_write(file, offset, length);
  return real(file, bytes, length, offset);
}

ssize_t pwrite(int file, const void* bytes, size_t length, off_t offset) { return pwrite64(file, bytes, length, offset); }

ssize_t write(int file, const void* bytes, size_t length) {
  static ssize_t (*real)(int, const void*, size_t);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "write");
  struct stat state;
  const int appends = (fcntl(file, F_GETFL) & O_APPEND) != 0 && fstat(file, &state) == 0;
  const off_t offset = appends ? state.st_size : lseek(file, 0, SEEK_CUR);
  if (offset >= 0) before_write(file, offset, length);
  return real(file, bytes, length);
}

int ftruncate64(int file, off64_t length) {
  static int (*real)(int, off64_t);
  char path[PATH_MAX];
  struct stat state;
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "ftruncate64");
  if (watched(file, path) && fstat(file, &state) == 0) {
    pthread_mutex_lock(&one_at_a_time);
    note('T', path, 0, state.st_size, "", 0);
    pthread_mutex_unlock(&one_at_a_time);
  }
  return real(file, length);
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

static int sync_with(const char* name, int file) {
  int (*real)(int);
  char path[PATH_MAX];
  *(void**)&real = dlsym(RTLD_NEXT, name);
  const int counts = watched(file, path);
  const char* stall = getenv("ATELIER_DISK_STALL");
  while (counts && stall != NULL && access(stall, F_OK) == 0) {
    char waiting[PATH_MAX];
    snprintf(waiting, sizeof waiting, "%s.waiting", stall);
    const int made = open(waiting, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (made >= 0) close(made);
    usleep(5000);
  }
  const int code = real(file);
  if (counts && code == 0) {
    pthread_mutex_lock(&one_at_a_time);
    note('S', path, 0, 0, "", 0);
    pthread_mutex_unlock(&one_at_a_time);
  }
  return code;
}

int fsync(int file) { return sync_with("fsync", file); }
int fdatasync(int file) { return sync_with("fdatasync", file); }
