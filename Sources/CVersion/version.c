#include "CVersion.h"

#ifndef SECRETS_COMMIT
#define SECRETS_COMMIT
#endif
#ifndef SECRETS_CHANGES
#define SECRETS_CHANGES 0
#endif

#define QUOTE(text) #text
#define QUOTED(macro) QUOTE(macro)

const char *secrets_commit(void) { return QUOTED(SECRETS_COMMIT); }
_Bool secrets_has_changes(void) { return SECRETS_CHANGES; }
