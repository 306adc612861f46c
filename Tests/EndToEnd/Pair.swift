// Two people and a project that both have a clone of: what most tests of the team begin with.

import Testing

/// Alice, who founded a project, and Bob, who may write in `development` or wherever it is said.
struct Pair {
  let scratch: Scratch
  /// The project's id, by which both trust it.
  let project: String

  init(granting roles: String? = "development") throws {
    scratch = try Scratch()
    try scratch.repository()
    try scratch.succeeds(["init", "--no-passphrase"], stdout: .anything, stderr: .anything)
    let header = try #require(
      scratch.text("alice/project/secrets/team.keys")?.split(separator: "\n").first)
    project = String(header.split(separator: "=").last ?? "")
    try scratch.publish("init")
    try scratch.clone(user: "bob")
    try alice(["env", "list"], stdout: .anything)
    try bob(["join", "bob", "--no-passphrase"], stdout: .anything, stderr: .anything)
    try scratch.publish("join", user: "bob")
    try pull("alice")
    guard let roles else { return }
    try alice(["team", "add", "bob", "--yes", "--grant", roles], stderr: .anything)
    try scratch.publish("add bob")
    try pull("bob")
  }

  private var trust: [String: String?] { ["SECRETS_TRUST": project] }

  /// Runs a command as Alice, which must end well and say exactly this.
  @discardableResult
  func alice(
    _ arguments: [String], stdin: String = "", stdout: Said = "", stderr: Said = "",
    at location: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    try scratch.succeeds(
      arguments, stdin: stdin, env: trust, stdout: stdout, stderr: stderr, at: location)
  }

  /// Runs a command as Bob, which must end well and say exactly this.
  @discardableResult
  func bob(
    _ arguments: [String], stdin: String = "", stdout: Said = "", stderr: Said = "",
    at location: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    try scratch.succeeds(
      arguments, stdin: stdin, env: trust, user: "bob", stdout: stdout, stderr: stderr,
      at: location)
  }

  /// Runs a command that must end with this status and say exactly this.
  @discardableResult
  func refuses(
    _ arguments: [String], _ status: Int32, as user: String = "alice", stdin: String = "",
    stdout: Said = "",
    stderr: Said = "", at location: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    try scratch.fails(
      arguments, status: status, stdin: stdin, env: trust, user: user, stdout: stdout,
      stderr: stderr,
      at: location)
  }

  /// Sets a value as someone.
  func set(
    _ name: String, _ value: String, in environment: String = "development",
    as user: String = "alice", at location: SourceLocation = #_sourceLocation
  ) throws {
    try scratch.succeeds(
      ["set", name, "-e", environment], stdin: value, env: trust, user: user,
      stderr: .anything, at: location)
  }

  /// Reads a value as someone; nil where that is refused.
  func value(
    _ name: String, in environment: String = "development", as user: String = "alice"
  ) throws -> String? {
    let outcome = try scratch.run(
      ["get", name, "-e", environment, "--yes"], env: trust, user: user)
    return outcome.status == 0 ? outcome.text : nil
  }

  /// A secret that Bob has published a value of, and Alice committed another on the same beginning.
  func diverge(on name: String) throws {
    try set(name, "fake-0")
    try scratch.publish("zero")
    try pull("bob")
    try set(name, "fake-bob", as: "bob")
    try scratch.publish("bob", user: "bob")
    try set(name, "fake-alice")
    try scratch.commit("alice")
  }

  /// What is committed and published by others comes to someone's clone.
  func pull(_ user: String) throws { try scratch.git("pull", "-q", "--no-rebase", user: user) }

  /// The files of someone's project, to see that nothing was written.
  func files(_ user: String = "alice") throws -> String {
    try scratch.tool(["sh", "-c", "cat secrets/*"], user: user)
  }
}
