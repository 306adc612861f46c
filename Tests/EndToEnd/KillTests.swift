// `kill -9` before each system call that changes a disk, in the built binary: what is half done is
// the old state or the new one, and the next command leaves nothing of it.

import Glibc
import Testing

/// A command that changes something.
private struct Deed: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let arguments: [String]
  var stdin = ""
  /// What the editor does to its file.
  var script: String?
  /// Whether it is killed also where it keeps what it remembers, which all commands do alike.
  var remembersToo = false
  /// The files that are others afterwards, all of them or none.
  let files: Set<String>

  static let all = [
    Deed(
      testDescription: "set", arguments: ["set", "TOKEN"], stdin: "fake-2", remembersToo: true,
      files: ["development.sealed"]),
    Deed(
      testDescription: "edit", arguments: ["edit"], script: "sed -i s/fake-1/fake-2/ $1",
      files: ["development.sealed"]),
    Deed(
      testDescription: "import", arguments: ["import", "-e", "staging", "-"],
      stdin: "TOKEN=fake-2\nMORE=fake-3\n", files: ["staging.sealed"]),
    Deed(
      testDescription: "team add, to three environments",
      arguments: [
        "team", "add", "bob", "../../bob.pub", "--yes", "--grant", "development,staging,production",
      ],
      files: ["team.keys", "development.sealed", "staging.sealed", "production.sealed"]),
    Deed(
      testDescription: "team remove, from three environments",
      arguments: ["team", "remove", "carol", "--yes"],
      files: ["team.keys", "development.sealed", "staging.sealed", "production.sealed"]),
  ]
}

@Suite("Killed before any system call that changes a disk")
struct KillTests {
  @Test(
    "a command leaves the old state or the new, and the next one clears up",
    arguments: Deed.all)
  fileprivate func killed(deed: Deed) throws {
    let town = try FaultTown()
    let env = try deed.script.map { try town.edited.editor($0) } ?? [:]
    let before = try town.files()

    try town.restore()
    let calls = try town.scratch.calls(of: deed.arguments, stdin: deed.stdin, env: env)
      .filter { deed.remembersToo || !$0.description.contains("/.local/state/secrets/") }
    #expect(changed(before, try town.files()) == deed.files)
    #expect(calls.count > 10, "\(calls)")
    expectSynced(calls)
    try next(deed, town)
    let everything = try town.everything()

    var results: Set<Set<String>> = []
    for call in calls {
      try town.restore()
      let outcome = try town.scratch.run(
        deed.arguments, meeting: "signal=KILL", at: call, stdin: deed.stdin, env: env)
      guard outcome.status == 128 + SIGKILL else {
        Issue.record("not killed at \(call.number), \(call): \(outcome.stderr)")
        continue
      }
      let isUnfinished = try town.hasJournal()
      let check = try town.scratch.run(["check"])
      #expect(check.status == 0, "\(call): \(check.text)")
      let result = changed(before, try town.files())
      #expect(result == deed.files || result.isEmpty, "\(call)")
      #expect(check.stderr == said(of: deed, isUnfinished, result), "\(call)")
      results.insert(result)
      try next(deed, town)
      #expect(try town.everything() == everything, "\(call)")
    }
    #expect(results == [[], deed.files])
  }

  /// What no kill can show, but a power cut would: that the disk holds a file before it gets its
  /// name, and the folder's names before the command ends.
  private func expectSynced(_ calls: [SystemCall]) {
    var unsynced: [String] = []
    for call in calls {
      let quoted = call.description.split(separator: "\"", omittingEmptySubsequences: false)
      switch call.name {
      case "fsync":
        unsynced.removeAll { call.description.contains("<\($0)>") }
      case "rename", "renameat2":
        #expect(!unsynced.contains(String(quoted[1])), "\(call)")
        guard quoted[3].contains("/project/") else { continue }
        unsynced.append(quoted[3].split(separator: "/").dropLast().map { "/\($0)" }.joined())
      case "openat" where call.description.contains("O_EXCL"):
        unsynced.append(String(quoted[1]))
      default: break
      }
    }
    #expect(unsynced == [])
  }

  /// What the first command after a kill says: that it finished or undid what was begun.
  private func said(of deed: Deed, _ isUnfinished: Bool, _ result: Set<String>) -> String {
    guard isUnfinished else { return "" }
    let how = result.isEmpty ? "undone" : "finished for it"
    return "secrets: an earlier command died while it was writing; \(how): "
      + deed.files.sorted().joined(separator: ", ") + "\n"
  }

  /// Another command, which works as ever.
  ///
  /// What an editor may have left in memory goes with the next editing.
  private func next(_ deed: Deed, _ town: FaultTown) throws {
    if deed.script == nil {
      try town.scratch.succeeds(
        ["set", "NEXT"], stdin: "fake-next",
        stderr: "secrets: added `NEXT` to development, revision 1\n")
    } else {
      try town.edited.edit(
        "sed -i 's/^HOST=/NEXT=fake-next\\n&/' $1",
        stderr: "secrets: in development:\n  added    NEXT\nsecrets: saved development\n")
    }
  }
}
