#define _GNU_SOURCE
#include "CPlatform.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

char **platform_environment(void) { return environ; }

int platform_exchange(const char *first, const char *second) {
  return renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE);
}

int platform_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }
