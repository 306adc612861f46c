// A folder of a test's own with people who have homes in it; all of it is undone, last made first.

import Glibc
import Testing

/// A scratch folder: `alice/`, `bob/` and whoever else acts, each with a home, and `origin.git`.
final class Scratch {
  let path: String
  private var undoing: [() -> Void] = []
  private var homes: Set<String> = []

  init() throws {
    var template = Array("/tmp/secrets-e2e-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ProgramFailure(description: "no /tmp") }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.path = path
    atEnd {
      let everything = ["rm", "-rf", path]
      _ = try? Program(everything, environment: ["PATH": "/usr/bin:/bin"], directory: "/").finish()
    }
  }

  deinit { for undo in undoing.reversed() { undo() } }

  /// Has something undone when the test is over, before what was made earlier.
  func atEnd(_ undo: @escaping () -> Void) { undoing.append(undo) }

  // MARK: People

  /// A person's home, with a git configuration; made when they first act.
  func home(_ user: String = "alice") throws -> String {
    let home = "\(path)/\(user)"
    guard homes.insert(user).inserted else { return home }
    try write(
      "\(user)/.gitconfig",
      """
      [user]
      \tname = \(user)
      \temail = \(user)@example.com
      [init]
      \tdefaultBranch = main
      [protocol "file"]
      \tallow = always
      [advice]
      \tdetachedHead = false

      """)
    return home
  }

  /// A person's environment variables: these and no others.
  ///
  /// Of the changes, nil takes one away.
  func environment(
    of user: String = "alice", _ changes: [String: String?] = [:]
  ) throws -> [String: String] {
    let home = try home(user)
    let folder = BuiltBinary.path[..<(BuiltBinary.path.lastIndex(of: "/") ?? path.startIndex)]
    var environment = [
      "PATH": "\(folder):/usr/local/bin:/usr/bin:/bin", "HOME": home, "USER": user,
      "XDG_CONFIG_HOME": "\(home)/.config", "XDG_STATE_HOME": "\(home)/.local/state",
      "GIT_CONFIG_GLOBAL": "\(home)/.gitconfig", "GIT_CONFIG_SYSTEM": "/dev/null",
      "LANG": "C.UTF-8", "TZ": "UTC",
    ]
    for (name, value) in changes { environment[name] = value }
    return environment
  }

  // MARK: Running

  /// Runs the binary to its end.
  ///
  /// The directory is within the scratch folder, or absolute; where none is named, the user's
  /// `project`, or their home where they have none.
  func run(
    _ arguments: [String], stdin: String = "", env: [String: String?] = [:],
    directory: String? = nil, user: String = "alice"
  ) throws -> Outcome {
    try start(arguments, stdin: Array(stdin.utf8), env: env, directory: directory, user: user)
      .finish()
  }

  /// Starts the binary and does not wait for it.
  func start(
    _ arguments: [String], stdin: [UInt8] = [], env: [String: String?] = [:],
    directory: String? = nil, user: String = "alice"
  ) throws -> Program {
    try Program(
      [BuiltBinary.path] + arguments, stdin: stdin, environment: environment(of: user, env),
      directory: folder(directory, of: user))
  }

  /// Runs the binary, which must end well and say exactly this; by default nothing.
  @discardableResult
  func succeeds(
    _ arguments: [String], stdin: String = "", env: [String: String?] = [:],
    directory: String? = nil, user: String = "alice", stdout: Said = "", stderr: Said = "",
    at location: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    let outcome = try run(arguments, stdin: stdin, env: env, directory: directory, user: user)
    expect(outcome, of: arguments, status: 0, stdout: stdout, stderr: stderr, at: location)
    return outcome
  }

  /// Runs the binary, which must end with this status and say exactly this.
  @discardableResult
  func fails(
    _ arguments: [String], status: Int32, stdin: String = "", env: [String: String?] = [:],
    directory: String? = nil, user: String = "alice", stdout: Said = "", stderr: Said,
    at location: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    let outcome = try run(arguments, stdin: stdin, env: env, directory: directory, user: user)
    expect(outcome, of: arguments, status: status, stdout: stdout, stderr: stderr, at: location)
    return outcome
  }

  private func expect(
    _ outcome: Outcome, of arguments: [String], status: Int32, stdout: Said, stderr: Said,
    at location: SourceLocation
  ) {
    let complaint = outcome.complaint(status: status, stdout: stdout, stderr: stderr)
    #expect(
      complaint == nil, "secrets \(arguments.joined(separator: " ")): \(complaint ?? "")",
      sourceLocation: location)
  }

  /// Runs another program as a person would, which must end well; gives what it printed.
  @discardableResult
  func tool(
    _ arguments: [String], stdin: String = "", env: [String: String?] = [:],
    directory: String? = nil, user: String = "alice", at location: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try Program(
      arguments, stdin: Array(stdin.utf8), environment: environment(of: user, env),
      directory: folder(directory, of: user)
    ).finish()
    let command = arguments.joined(separator: " ")
    #expect(
      outcome.status == 0, "\(command): \(outcome.text)\(outcome.stderr)", sourceLocation: location)
    return outcome.text
  }

  // MARK: git

  /// Runs git, which must end well; gives what it printed.
  @discardableResult
  func git(
    _ arguments: String..., directory: String? = nil, user: String = "alice",
    at location: SourceLocation = #_sourceLocation
  ) throws -> String {
    try tool(["git"] + arguments, directory: directory, user: user, at: location)
  }

  /// Makes a person's repository, `USER/project`, whose `origin` is `origin.git`.
  @discardableResult
  func repository(user: String = "alice") throws -> String {
    _ = try home(user)
    let name = "\(user)/project"
    if access(at("origin.git"), F_OK) != 0 {
      try git("init", "-q", "--bare", at("origin.git"), directory: path, user: user)
    }
    try git("init", "-q", at(name), directory: path, user: user)
    try git("remote", "add", "origin", at("origin.git"), user: user)
    return at(name)
  }

  /// Commits everything of a person's project.
  func commit(_ message: String = "change", user: String = "alice") throws {
    try git("add", "-A", user: user)
    try git("commit", "-qm", message, user: user)
  }

  /// Commits everything of a person's project and publishes it.
  func publish(_ message: String = "change", user: String = "alice") throws {
    try commit(message, user: user)
    try git("push", "-q", "-u", "origin", "HEAD", user: user)
  }

  /// Clones `origin.git` to a person's `project`.
  @discardableResult
  func clone(user: String) throws -> String {
    let name = try home(user) + "/project"
    try git("clone", "-q", at("origin.git"), name, directory: path, user: user)
    return name
  }

  /// What git is told to show of the project's files.
  static let textconv =
    "f() { if command -v secrets >/dev/null; then secrets git-textconv \"$1\"; "
    + "else cat \"$1\"; fi; }; f"

  // MARK: Files

  /// A path in the scratch folder; an absolute one stays.
  func at(_ name: String) -> String { name.hasPrefix("/") ? name : "\(path)/\(name)" }

  /// Writes a file and the folders above it.
  func write(_ name: String, _ text: String) throws {
    let file = at(name)
    var made = ""
    for part in file.split(separator: "/").dropLast() {
      made += "/\(part)"
      mkdir(made, 0o755)
    }
    guard let stream = fopen(file, "w") else {
      throw ProgramFailure(description: "cannot write \(file)")
    }
    defer { fclose(stream) }
    let bytes = Array(text.utf8)
    fwrite(bytes, 1, bytes.count, stream)
  }

  /// A file's bytes as text; nil where there is none.
  func text(_ name: String) -> String? {
    guard let stream = fopen(at(name), "r") else { return nil }
    defer { fclose(stream) }
    var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 65536))
    while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 {
      bytes += chunk.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func folder(_ directory: String?, of user: String) throws -> String {
    if let directory { return at(directory) }
    let home = try home(user)
    let project = "\(home)/project"
    return access(project, F_OK) == 0 ? project : home
  }
}
