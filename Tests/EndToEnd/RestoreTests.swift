// An old value comes back as a new revision, which `git revert` cannot do.

import Testing

@Suite("restore")
struct RestoreTests {
  /// TOKEN has had three values, each in a commit of its own.
  private func pair() throws -> Pair {
    let pair = try Pair()
    for number in 1...3 {
      try pair.set("TOKEN", "fake-\(number)")
      try pair.scratch.commit("value \(number)")
    }
    return pair
  }

  @Test("The value before the present one, a revision's, or that of a commit becomes the next")
  func restore() throws {
    let pair = try pair()
    try pair.alice(
      ["restore", "TOKEN"],
      stderr: .like(
        "secrets: restored `TOKEN` in development as of revision 2, which alice wrote at ⋯Z; "
          + "it is revision 4 now\n"))
    #expect(try pair.value("TOKEN") == "fake-2")
    try pair.alice(
      ["restore", "TOKEN", "--rev", "1"], stderr: .containing(["it is revision 5 now"]))
    #expect(try pair.value("TOKEN") == "fake-1")
    try pair.alice(["restore", "TOKEN", "--at", "HEAD"], stderr: .containing(["revision 6 now"]))
    #expect(try pair.value("TOKEN") == "fake-3")
    let before = try pair.files()
    try pair.alice(
      ["restore", "TOKEN", "--rev", "3"],
      stderr: .like(
        "secrets: `TOKEN` in development has the value of revision 3, which alice wrote at ⋯Z, "
          + "already; nothing was changed\n"))
    #expect(try pair.files() == before)
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
  }

  @Test("A secret that was unset comes back; a removal is no value")
  func unset() throws {
    let pair = try pair()
    try pair.alice(["unset", "TOKEN"], stderr: .anything)
    try pair.scratch.commit("unset")
    try pair.refuses(
      ["restore", "TOKEN", "--rev", "4"], 1,
      stderr: """
        secrets: error: revision 4 of `TOKEN` is a removal
        secrets: hint: secrets unset TOKEN

        """)
    try pair.alice(["restore", "TOKEN"], stderr: .containing(["revision 3", "revision 5 now"]))
    #expect(try pair.value("TOKEN") == "fake-3")
  }

  @Test("A value that a merge has left in conflict comes back as it was before the merge")
  func afterConflict() throws {
    let pair = try Pair()
    try pair.diverge(on: "TOKEN")
    try pair.pull("alice")
    try pair.alice(["resolve", "TOKEN", "--take", "mine"], stderr: .anything)
    try pair.scratch.commit("settled")
    #expect(try pair.value("TOKEN") == "fake-alice")
    // Which of two is the one before, the person may say; that a merge held both stops neither.
    try pair.alice(
      ["restore", "TOKEN"], stderr: .containing(["of revision 2, which alice wrote at"]))
    try pair.alice(
      ["restore", "TOKEN", "--at", "origin/main"],
      stderr: .containing(["of revision 2, which bob wrote at"]))
    #expect(try pair.value("TOKEN") == "fake-bob")
  }

  @Test("What is not there, or not meant, is told apart, and nothing changes")
  func refusals() throws {
    let pair = try pair()
    let before = try pair.files()
    try pair.refuses(
      ["restore", "TOKEN", "--rev", "9"], 1,
      stderr: .containing(["no commit holds a revision 9"]))
    try pair.refuses(
      ["restore", "OTHER"], 1, stderr: .containing(["no commit holds an earlier value of `OTHER`"]))
    try pair.refuses(
      ["restore", "TOKEN", "--at", "HEAD~3"], 1, stderr: .containing(["no value in development"]))
    try pair.refuses(["restore", "TOKEN", "--at", "nowhere"], 1, stderr: .anything)
    try pair.refuses(["restore", "TOKEN", "--rev", "x"], 2, stderr: .anything)
    try pair.refuses(["restore", "TOKEN", "--rev", "1", "--at", "HEAD"], 2, stderr: .anything)
    try pair.refuses(["restore", "TOKEN", "-e", "nowhere"], 1, stderr: .anything)
    #expect(try pair.files() == before)
  }

  @Test("An older key's value opens after a removal, also for who came since; it stays exposed")
  func acrossKeys() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.pull("bob")
    try pair.set("TOKEN", "fake-2", as: "bob")
    try pair.scratch.publish("two", user: "bob")
    try pair.pull("alice")
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.set("TOKEN", "fake-3")
    try pair.scratch.succeeds(
      ["key", "new", "--no-passphrase"], user: "carol", stdout: .anything, stderr: .anything)
    let key = try pair.scratch.run(["key", "show"], user: "carol").text
    try pair.alice(
      ["team", "add", "carol", "-", "--grant", "development"], stdin: key, stderr: .anything)
    try pair.scratch.publish("three")
    try pair.scratch.clone(user: "carol")
    let trust: [String: String?] = ["SECRETS_TRUST": pair.project]
    try pair.scratch.succeeds(
      ["restore", "TOKEN"], env: trust, user: "carol",
      stderr: .containing([
        "revision 2, which bob wrote at",
        "warning: `bob`, who signed that value, may not write in development any more",
      ]))
    try pair.scratch.succeeds(["get", "TOKEN"], env: trust, user: "carol", stdout: "fake-2")
    try pair.scratch.succeeds(
      ["list"], env: trust, user: "carol", stdout: .containing(["exposed to bob"]))
  }

  @Test("A value from a branch that the present line does not follow is not slipped in")
  func foreignBranch() throws {
    let pair = try pair()
    try pair.scratch.git("push", "-q")
    try pair.pull("bob")
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.commit("bob leaves")
    // On a branch of the time when he might, Bob writes more revisions than Alice has.
    for number in 4...6 {
      try pair.set("TOKEN", "fake-evil-\(number)", as: "bob")
      try pair.scratch.commit("evil", user: "bob")
    }
    try pair.scratch.git("push", "-q", user: "bob")
    try pair.pull("alice")
    try pair.refuses(
      ["restore", "TOKEN", "--rev", "5"], 1,
      stderr: """
        secrets: error: no commit holds a revision 5 of `TOKEN` in development that has led to the \
        present one
        secrets: hint: if one holds it all the same: secrets restore TOKEN --at COMMIT; see: \
        git log -p -- secrets; in a shallow clone first: git fetch --unshallow

        """)
    try pair.alice(["restore", "TOKEN"], stderr: .containing(["as of revision 2, which alice"]))
    #expect(try pair.value("TOKEN") == "fake-2")
  }
}
