#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// All for whoever has it in a keyring of theirs; view, read and search for the rest of this user,
// whose session need not be linked to the user's keyring; nothing for others.
#define PERMISSIONS 0x3f0b0000

int platform_key_store(
    const char *description, const void *bytes, size_t count, uint32_t seconds) {
  // It is made ready in a keyring of this process alone, since only a key with its time-out may be
  // seen where it stays. Having it there is also what gives the right to set one.
  long key = syscall(
      SYS_add_key, "user", description, bytes, count, (long)KEY_SPEC_PROCESS_KEYRING);
  if (key < 0) return errno;
  int failure = 0;
  if (syscall(SYS_keyctl, (long)KEYCTL_SETPERM, key, (long)PERMISSIONS) < 0 ||
      syscall(SYS_keyctl, (long)KEYCTL_SET_TIMEOUT, key, (long)seconds) < 0 ||
      syscall(SYS_keyctl, (long)KEYCTL_LINK, key, (long)KEY_SPEC_USER_KEYRING) < 0) {
    failure = errno;
  }
  syscall(SYS_keyctl, (long)KEYCTL_UNLINK, key, (long)KEY_SPEC_PROCESS_KEYRING);
  return failure;
}

int platform_key_find(const char *description, int32_t *serial) {
  long key = syscall(
      SYS_keyctl, (long)KEYCTL_SEARCH, (long)KEY_SPEC_USER_KEYRING, "user", description, 0L);
  if (key < 0) return errno;
  *serial = (int32_t)key;
  return 0;
}

int platform_key_read(int32_t serial, void *buffer, size_t capacity, size_t *count) {
  long size = syscall(SYS_keyctl, (long)KEYCTL_READ, (long)serial, buffer, capacity);
  if (size < 0) return errno;
  *count = (size_t)size;
  return 0;
}

int platform_key_destroy(int32_t serial) {
  return syscall(SYS_keyctl, (long)KEYCTL_INVALIDATE, (long)serial) < 0 ? errno : 0;
}

int platform_key_list(int32_t *serials, size_t capacity, size_t *count) {
  long size = syscall(
      SYS_keyctl, (long)KEYCTL_READ, (long)KEY_SPEC_USER_KEYRING, serials,
      capacity * sizeof *serials);
  if (size < 0) return errno;
  *count = (size_t)size / sizeof *serials;
  return 0;
}

int platform_key_describe(int32_t serial, char *buffer, size_t capacity) {
  long size = syscall(SYS_keyctl, (long)KEYCTL_DESCRIBE, (long)serial, buffer, capacity);
  if (size < 0) return errno;
  return (size_t)size > capacity ? ENAMETOOLONG : 0;
}
