// libFuzzer as a function: its own `main` would have to be linked in place of Swift's.

#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv,
                        int (*target)(const uint8_t *bytes, size_t count));
