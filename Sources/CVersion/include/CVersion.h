// The commit that a release was built from, which Package.swift hands over.

#ifndef CVERSION_H
#define CVERSION_H

/// The commit in hexadecimal; empty in a debug build and where there was no git.
const char *_Nonnull secrets_commit(void);

/// Whether files differed from that commit.
_Bool secrets_has_changes(void);

#endif
