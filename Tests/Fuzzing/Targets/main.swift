// One program for all targets, since most of the time to build them is the rooms'. The target's
// name is in `$FUZZ_TARGET`: libFuzzer takes every argument for its own.

import Driver
import Glibc

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
  LLVMFuzzerRunDriver(&count, &arguments) { start, count in
    FuzzTarget.chosen.check([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
  })
