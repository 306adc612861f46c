// The few calls of the C library that Swift's Glibc module lacks.
#ifndef C_PLATFORM_H
#define C_PLATFORM_H

#include "folder.h"
#include "keyring.h"

/// Turns off core dumps and attaching by other processes of this user.
/// Returns 0, or -1 where either failed.
int platform_harden_process(void);

/// Gives back the core dump limit that this process was started with, for a command that it becomes.
void platform_restore_core_limit(void);

#endif
