// SwiftPM wants a source file; the function itself comes with the compiler.

#include "Driver.h"
