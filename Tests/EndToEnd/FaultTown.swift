// What the tests of faults begin with: three environments with values, a member who reads them all,
// a key that waits to be added, and a state that can be brought back.

import Glibc
import Testing

/// A project of three environments whose files can be looked at and put back.
struct FaultTown {
  let edited: EditTown
  var scratch: Scratch { edited.scratch }

  init() throws {
    edited = try EditTown()
    try edited.run("env", "new", "staging")
    for name in ["staging", "production"] {
      try scratch.succeeds(
        ["set", "TOKEN", "-e", name], stdin: "fake-\(name)", stderr: .anything)
    }
    for name in ["bob", "carol"] {
      try scratch.succeeds(
        ["key", "new", "--no-passphrase"], user: name, stdout: .anything, stderr: .anything)
      try scratch.write("\(name).pub", scratch.run(["key", "show"], user: name).text)
    }
    try edited.run(
      "team", "add", "carol", "../../carol.pub", "--yes", "--grant",
      "development,staging,production")
    try save()
  }

  /// Keeps the state of everything, to come back to.
  func save() throws { try shell("rm -rf saved; cp -a alice saved") }

  /// Brings back the state that was kept.
  func restore() throws {
    try shell("rm -rf alice \(edited.memory)/*; cp -a saved alice")
  }

  /// The project's files with their contents; none that is being written.
  func files() throws -> [String: String] {
    let names = try shell("ls -A alice/project/secrets").split(separator: "\n").map(String.init)
    var files: [String: String] = [:]
    for name in names where !name.hasSuffix(".new") {
      files[name] = scratch.text("alice/project/secrets/\(name)")
    }
    return files
  }

  /// The names of all that lies in the project's folder, beside it in git's, in the state folder
  /// and in memory, with the modes.
  func everything() throws -> String {
    try shell(
      """
      find alice/project/secrets alice/project/.git/secrets alice/.local \(edited.memory) \
      -mindepth 1 -printf '%p %m\\n' | sort
      """)
  }

  /// Whether a commit of several files is unfinished.
  func hasJournal() throws -> Bool {
    try shell("ls alice/project/.git/secrets").contains("journal-")
  }

  @discardableResult
  func shell(_ script: String) throws -> String {
    try scratch.tool(["sh", "-c", script], directory: scratch.path)
  }
}

/// The files whose contents differ.
func changed(_ before: [String: String], _ after: [String: String]) -> Set<String> {
  Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
}
