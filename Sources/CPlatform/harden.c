#define _GNU_SOURCE
#include "CPlatform.h"

#include <sys/prctl.h>
#include <sys/resource.h>

// Not dumpable is enough for this process; the limit covers what it starts, such as an editor.
static struct rlimit limit_at_start;
static int limit_known = 0;

int platform_harden_process(void) {
  int failed = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0;
  if (getrlimit(RLIMIT_CORE, &limit_at_start) != 0) return -1;
  limit_known = 1;
  struct rlimit none = {0, limit_at_start.rlim_max};
  return setrlimit(RLIMIT_CORE, &none) != 0 || failed ? -1 : 0;
}

void platform_restore_core_limit(void) {
  if (limit_known) setrlimit(RLIMIT_CORE, &limit_at_start);
}
