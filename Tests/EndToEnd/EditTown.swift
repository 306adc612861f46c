// What the tests of editing begin with: a project, and an editor that is a script.

import Glibc
import Testing

/// A project with two members and an editor that is a script.
///
/// The memory-backed folders are this test's own, so that nothing of another is counted.
final class EditTown {
  let scratch: Scratch
  let memory: String

  init() throws {
    scratch = try Scratch()
    var template = Array("/dev/shm/secrets-e2e-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    memory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let (memory, scratch) = (memory, scratch)
    try scratch.repository()
    try run("init", "--name", "alice", "--no-passphrase")
    try scratch.succeeds(
      ["import", "-"],
      stdin: "# from the vendor\nTOKEN=fake-1\nHOST=db.example.com\nURL=http://${HOST}/\n",
      stdout: .anything, stderr: .anything)
    try run("grant", "alice", "development/billing")
    try scratch.succeeds(
      ["set", "STRIPE_KEY", "--role", "billing"], stdin: "fake-stripe", stderr: .anything)
    scratch.atEnd { [weak scratch] in
      _ = try? scratch?.tool(["rm", "-rf", memory], directory: "/")
    }
  }

  deinit { rmdir(memory) }

  func run(_ arguments: String...) throws {
    try scratch.succeeds(arguments, stdout: .anything, stderr: .anything)
  }

  /// Makes bob a writer of development, and gives him a clone that trusts it.
  func addBob() throws {
    try scratch.succeeds(
      ["key", "new", "--no-passphrase"], user: "bob", stdout: .anything, stderr: .anything)
    let key = try scratch.run(["key", "show"], user: "bob").text
    try scratch.succeeds(
      ["team", "add", "bob", "-", "--grant", "development"], stdin: key, stdout: .anything,
      stderr: .anything)
    try scratch.publish()
    try scratch.clone(user: "bob")
  }

  var trust: String {
    get throws { try scratch.tool(["sed", "-n", "1s/.*project=//p", "secrets/team.keys"]).trimmed }
  }

  /// An editor that is a shell script, `$1` being the file.
  func editor(_ script: String) throws -> [String: String?] {
    let path = scratch.at("editor-\(UInt32.random(in: 0...UInt32.max))")
    // Written by another process: a file that this one has open, and with it whatever another test
    // is just starting, cannot be executed.
    try scratch.tool(
      ["install", "-m", "755", "/dev/stdin", path], stdin: "#!/bin/sh -eu\n\(script)\n",
      directory: "/")
    return ["EDITOR": path, "XDG_RUNTIME_DIR": memory]
  }

  /// Edits by a script, which must go well.
  func edit(
    _ script: String, _ arguments: [String] = [], user: String = "alice", stderr: Said,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    var environment = try editor(script)
    if user != "alice" { environment["SECRETS_TRUST"] = try trust }
    try scratch.succeeds(
      ["edit"] + arguments, env: environment, user: user, stderr: stderr, at: location)
    expectNothingLeft(at: location)
  }

  /// Edits by a script, which must change nothing.
  func refuses(
    _ script: String, _ arguments: [String] = [], status: Int32, stderr: Said,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let before = sealed
    try scratch.fails(
      ["edit"] + arguments, status: status, env: editor(script), stderr: stderr, at: location)
    #expect(sealed == before, "the file changed", sourceLocation: location)
    expectNothingLeft(at: location)
  }

  func expectNothingLeft(at location: SourceLocation = #_sourceLocation) {
    let left = (try? scratch.tool(["ls", "-A", memory], directory: "/")) ?? "?"
    #expect(left == "", sourceLocation: location)
  }

  var sealed: String? { scratch.text("alice/project/secrets/development.sealed") }

  func value(_ name: String, role: String = "default") throws -> String {
    try scratch.run(["get", name, "--role", role]).text
  }

  /// How many lines of the file are not those of a text before.
  func newLines(since before: String?) -> Int {
    let old = Set((before ?? "").split(separator: "\n"))
    return Set((sealed ?? "").split(separator: "\n")).subtracting(old).count
  }
}

extension String {
  fileprivate var trimmed: String { String(prefix { !$0.isWhitespace }) }
}
