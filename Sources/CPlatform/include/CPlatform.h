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

/// The variables that this process was started with; Swift 6 refuses the global itself.
char **platform_environment(void);

/// Lets two files change places in one step. Returns 0, or -1 with `errno` set.
int platform_exchange(const char *first, const char *second);

/// Makes a pipe whose ends no started program inherits. Returns 0, or -1 with `errno` set.
int platform_pipe(int *ends);

#endif
