// Why a command could not be started. The sentences are made elsewhere.

/// What kept a command from being run.
public enum LaunchError: Error, Equatable {
  /// No program of this name is in the child's `PATH`, or the path given leads to nothing.
  case commandNotFound(String)
  /// The program is there, but the interpreter or loader that it names is not.
  case interpreterNotFound(path: String)
  /// The program is there and cannot be executed; `code` is the system's reason.
  case commandNotExecutable(String, code: Int32)
  /// `NAME=value` is larger than the system allows any one string to be.
  case variableTooLarge(name: String, bytes: Int, limit: Int)
  /// The argument at this position, the command's name being 0, is larger than allowed.
  case argumentTooLarge(position: Int, bytes: Int, limit: Int)
  /// Arguments and environment together are larger than allowed.
  case blockTooLarge(bytes: Int, limit: Int, largestVariable: String?)
  /// A value holds a NUL, which no environment string can.
  case valueHoldsNUL(name: String)
  /// What was to be put before each name would not make it a name.
  case prefixNotAName(String)
  /// Patterns that match none of the names there are.
  case patternsMatchNothing([String])
}
