// What the outside gives a command, read once at the top and passed down, so that every rule can be
// tested at any hour and in any place.

internal import Glibc

/// The surroundings of one command.
public struct Context: Sendable {
  /// Which standard streams are terminals.
  public struct Terminals: Sendable {
    /// Whether standard input is a terminal.
    public var input: Bool
    /// Whether standard output is a terminal.
    public var output: Bool
    /// Whether standard error is a terminal.
    public var error: Bool

    /// Says which streams are terminals; none where nothing is said.
    public init(input: Bool = false, output: Bool = false, error: Bool = false) {
      self.input = input
      self.output = output
      self.error = error
    }
  }

  /// The environment variables.
  public var environment: EnvironmentBlock
  /// The absolute path of the working directory; nil where it is gone or no UTF-8.
  public var workingDirectory: String?
  /// Seconds since 1970.
  public var now: Int64
  /// The user that this process acts as.
  public var userID: UInt32
  /// Which standard streams are terminals.
  public var terminals: Terminals

  /// Makes a context out of given parts, for a test.
  ///
  /// - Parameters:
  ///   - environment: the environment variables.
  ///   - workingDirectory: an absolute path without symbolic links.
  ///   - now: seconds since 1970.
  ///   - userID: the user to act as.
  ///   - terminals: which standard streams are terminals.
  public init(
    environment: EnvironmentBlock, workingDirectory: String?, now: Int64, userID: UInt32,
    terminals: Terminals = Terminals()
  ) {
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.now = now
    self.userID = userID
    self.terminals = terminals
  }

  /// Reads the surroundings of this process.
  public static func live() -> Context {
    var directory: String?
    if let path = getcwd(nil, 0) {
      // A directory outside this process's root is given as "(unreachable)…".
      directory = path.pointee == CChar(UInt8(ascii: "/")) ? String(validatingCString: path) : nil
      free(path)
    }
    return Context(
      environment: .ofProcess, workingDirectory: directory, now: Int64(time(nil)),
      userID: geteuid(),
      terminals: Terminals(
        input: isatty(STDIN_FILENO) == 1, output: isatty(STDOUT_FILENO) == 1,
        error: isatty(STDERR_FILENO) == 1))
  }
}
