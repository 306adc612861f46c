// The kernel's key retention service: keyrings(7), keyctl(2). The C library wraps none of it.
#ifndef C_PLATFORM_KEYRING_H
#define C_PLATFORM_KEYRING_H

#include <stddef.h>
#include <stdint.h>

/// Puts bytes into the user's keyring, in place of those of the same description, to vanish after
/// the given number of seconds. Returns 0, or what `errno` would be.
int platform_key_store(
    const char *_Nonnull description, const void *_Nonnull bytes, size_t count, uint32_t seconds);

/// Finds a key by its description. Returns 0, or what `errno` would be.
int platform_key_find(const char *_Nonnull description, int32_t *_Nonnull serial);

/// Reads at most `capacity` bytes of a key and says how many it has. Returns 0, or what `errno`
/// would be.
int platform_key_read(
    int32_t serial, void *_Nonnull buffer, size_t capacity, size_t *_Nonnull count);

/// Destroys a key at once, for every process. Returns 0, or what `errno` would be.
int platform_key_destroy(int32_t serial);

/// Lists at most `capacity` keys of the user's keyring and says how many it has. Returns 0, or what
/// `errno` would be.
int platform_key_list(int32_t *_Nonnull serials, size_t capacity, size_t *_Nonnull count);

/// Describes a key as `TYPE;UID;GID;PERMISSIONS;DESCRIPTION`, ended by NUL. Returns 0, or what
/// `errno` would be.
int platform_key_describe(int32_t serial, char *_Nonnull buffer, size_t capacity);

#endif
