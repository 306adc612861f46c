// Running git: no shell, an environment of chosen variables, a repository's configuration kept from
// starting programs, and no more output than was asked for.

internal import Glibc

/// `git`, found and ready to be asked about one directory.
public struct GitCommand: Sendable {
  /// What one run gave.
  public struct Output: Sendable {
    /// The exit status; 128 + N where signal N ended it.
    public let status: Int32
    /// What it wrote to standard output.
    public let bytes: [UInt8]
    /// The beginning of what it wrote to standard error.
    public let message: String
  }

  private let executable: String
  private let directory: String
  private let environment: [String]

  // git's own variables that point at a repository or set its configuration (GIT_DIR, GIT_INDEX_FILE,
  // GIT_CONFIG_COUNT …) are not passed on, though git sets them for its hooks: the project was found
  // by its files, and git must look at that very repository. What a secret may be in never is.
  private static let passedOn = [
    "PATH", "HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME", "TMPDIR", "SUDO_UID", "GIT_EXEC_PATH",
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "LD_LIBRARY_PATH",
  ]

  // Nothing that the repository's configuration names is started, nothing is fetched, and no object
  // is shown in another's place.
  private static let options = [
    "--no-pager", "--no-optional-locks", "--no-replace-objects",
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
    "-c", "log.showSignature=false", "-c", "core.quotePath=false",
  ]

  // A hook of a server that looks at what is being pushed finds its objects only by these.
  private static let quarantine = ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"]

  /// Looks for git in the absolute directories of `PATH`.
  ///
  /// - Parameters:
  ///   - context: the surroundings, for `PATH` and what else git needs of the environment.
  ///   - directory: where git is to look from.
  ///   - seesPushed: whether git is to see what is being pushed, in a server's hook.
  /// - Throws: `gitMissing`.
  public init(
    in context: Context, directory: String, seesPushed: Bool = false
  ) throws(WorkspaceError) {
    let path = context.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    // A relative entry would let the repository bring its own git.
    let candidates = path.split(separator: ":").filter { $0.hasPrefix("/") }
      .map { Path.join(String($0), "git") }
    guard let executable = candidates.first(where: Self.isProgram) else { throw .gitMissing }
    self.executable = executable
    self.directory = directory
    let passedOn = Self.passedOn + (seesPushed ? Self.quarantine : [])
    environment =
      passedOn.compactMap { name in context.environment[name].map { "\(name)=\($0)" } }
      + ["LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1"]
  }

  private static func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, X_OK) == 0
  }

  /// Runs git to its end.
  ///
  /// - Parameters:
  ///   - arguments: the subcommand and its arguments.
  ///   - input: what git reads from standard input.
  ///   - limit: how many bytes of output are taken.
  /// - Returns: status and output; a status other than 0 is the caller's to judge.
  /// - Throws: `gitOutputTooLarge`, or `system` where git cannot be started.
  public func run(
    _ arguments: [String], input: [UInt8] = [], limit: Int = 1 << 20
  ) throws(WorkspaceError) -> Output {
    let all = [executable, "-C", directory] + Self.options + arguments
    var child = try ChildProcess(executable, all, environment)
    guard let result = try child.finish(input: input, limit: limit) else {
      throw .gitOutputTooLarge(arguments: arguments, limit: limit)
    }
    return Output(
      status: result.status, bytes: result.output,
      message: String(decoding: result.error, as: UTF8.self))
  }

  /// Starts git for a conversation.
  ///
  /// - Parameter arguments: the subcommand and its arguments.
  /// - Returns: the process, which ends with the conversation.
  /// - Throws: `system` where git cannot be started.
  func start(_ arguments: [String]) throws(WorkspaceError) -> ChildProcess {
    try ChildProcess(
      executable, [executable, "-C", directory] + Self.options + arguments, environment)
  }

  /// Runs git where only success is expected.
  ///
  /// - Parameters:
  ///   - arguments: the subcommand and its arguments.
  ///   - input: what git reads from standard input.
  ///   - limit: how many bytes of output are taken.
  ///   - accepting: statuses that are no failure.
  /// - Returns: the output.
  /// - Throws: as `run`, and `gitFailed` for any other status.
  public func output(
    _ arguments: [String], input: [UInt8] = [], limit: Int = 1 << 20,
    accepting: Set<Int32> = [0]
  ) throws(WorkspaceError) -> Output {
    let output = try run(arguments, input: input, limit: limit)
    guard accepting.contains(output.status) else {
      throw .gitFailed(
        arguments: arguments, status: output.status, message: output.message)
    }
    return output
  }
}
