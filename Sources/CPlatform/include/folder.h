// A folder of plaintext in memory that must go whatever ends this process, and the program in the
// foreground that works in it.
#ifndef C_PLATFORM_FOLDER_H
#define C_PLATFORM_FOLDER_H

#include <stdint.h>

/// Overwrites every file in a folder, removes it all and the folder. Async-signal-safe.
/// The folder is open already, so that it is emptied also where no descriptor is left.
/// Returns 0, or what `errno` would be where something is left.
int platform_wipe_folder(const char *_Nonnull path, int folder);

/// From now on a signal that ends this process, or `exit`, wipes the folder first.
/// The folder stays open until the guard is taken away.
/// Returns a number for `platform_unguard_folder`, or -1 where too many are guarded already.
int platform_guard_folder(const char *_Nonnull path, int folder);

/// Takes the guard away; the folder itself stays as it is.
void platform_unguard_folder(int number);

/// How a program ended: its exit code, or the signal that ended it.
struct platform_ending {
  int32_t code;
  int32_t signal;
};

/// Runs a program in the foreground until it ends. Interrupts typed at the terminal are its own, as
/// with system(3). Returns 0, or what `errno` would be where it could not be started.
int platform_run_in_foreground(
    char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment,
    struct platform_ending *_Nonnull ending);

/// Whether the file system of an open folder has its files in memory only.
int platform_is_memory_backed(int folder);

#endif
