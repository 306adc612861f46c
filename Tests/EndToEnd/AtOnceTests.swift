// What two admins do at once, on branches that are merged then: the safer of both holds, and one
// command ends what is left open.

import Testing

@Suite("Two admins at once")
struct AtOnceTests {
  /// Alice, who founded the project, Bob, who is an admin, and Dave; `TOKEN` is set.
  private func trio() throws -> Pair {
    let pair = try Pair(granting: nil)
    try pair.set("TOKEN", "fake-1")
    try pair.alice(
      ["team", "add", "bob", "--admin", "--grant", "development", "--yes"], stderr: .anything)
    try pair.scratch.publish("add bob")
    try pair.scratch.clone(user: "dave")
    try dave(pair, ["join", "dave", "--no-passphrase"])
    try pair.scratch.publish("join", user: "dave")
    try pair.pull("alice")
    try pair.alice(
      ["team", "add", "dave", "--grant", "development", "--yes"], stderr: .anything)
    try pair.scratch.publish("add dave")
    for user in ["bob", "dave"] { try pair.pull(user) }
    try pair.bob(["list"], stdout: .anything)
    return pair
  }

  private func dave(_ pair: Pair, _ arguments: [String]) throws {
    try pair.scratch.succeeds(
      arguments, env: ["SECRETS_TRUST": pair.project], user: "dave", stdout: .anything,
      stderr: .anything)
  }

  /// Bob's commit is published first; Alice's is merged with it.
  private func merge(_ pair: Pair) throws {
    try pair.scratch.publish("bob", user: "bob")
    try pair.scratch.commit("alice")
    try pair.pull("alice")
  }

  @Test("Who was removed by an admin who is removed meanwhile stays in, until that is done again")
  func removedByRemoved() throws {
    let pair = try trio()
    try pair.bob(["team", "remove", "dave", "--yes"], stdout: .anything, stderr: .anything)
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try merge(pair)
    try pair.refuses(
      ["check"], 1,
      stdout: .containing([
        "someone without the right to it (`bob`, who took it away)\n  hint: if they shall go, an admin "
          + "removes them again: secrets team remove dave; else take line ",
        "hint: an admin decides: secrets revoke dave development, or secrets grant dave development "
          + "--write",
      ]))
    try pair.refuses(
      ["resolve"], 1,
      stderr: """
        secrets: nothing waits for you
        secrets: the grant of `dave` for development/default was taken away by someone without the \
        right to, and holds
        secrets: hint: an admin decides: secrets revoke dave development, or secrets grant dave \
        development --write

        """)
    try pair.alice(["team", "remove", "dave", "--yes"], stdout: .anything, stderr: .anything)
    try pair.alice(["check"], stdout: .containing(["exposed to bob, dave", "all good: "]))
    #expect(try pair.value("TOKEN") == "fake-1")
    try pair.scratch.publish("again")
    try pair.pull("dave")
    #expect(try pair.value("TOKEN", as: "dave") == nil)
    try pair.alice(["verify"], stdout: .containing(["all good"]))
  }

  @Test("A grant that a removed admin had taken away is given again by a word of another's")
  func takenAwayByRemoved() throws {
    let pair = try trio()
    try pair.bob(["revoke", "dave", "development"], stdout: .anything, stderr: .anything)
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try merge(pair)
    try pair.alice(["grant", "dave", "development"], stderr: .containing(["dave may write"]))
    try pair.alice(["check"], stdout: .containing(["all good: "]))
    try pair.scratch.publish("again")
    try pair.pull("dave")
    #expect(try pair.value("TOKEN", as: "dave") == "fake-1")
  }

  @Test("One name that both gave to a key is nobody's, and can be removed")
  func oneName() throws {
    let pair = try trio()
    let add = ["team", "add", "ci", "--machine", "--new-key", "--grant", "development"]
    try pair.bob(add, stdout: .anything, stderr: .anything)
    try pair.alice(add, stdout: .anything, stderr: .anything)
    try merge(pair)
    try pair.refuses(
      ["check"], 4,
      stdout: .containing([
        "the member `ci`: it is in conflict: alice at ",
        "  hint: an admin removes the name, and whoever shall be in comes back under another: "
          + "secrets team remove ci\n",
      ]))
    try pair.alice(["team", "remove", "ci", "--yes"], stdout: .anything, stderr: .anything)
    try pair.alice(["check"], stdout: .containing(["all good: "]))
    try pair.scratch.publish("settled")
    // Both machines remember another key of that name.
    try pair.pull("bob")
    try pair.bob(["check"], stdout: .containing(["all good: "]))
    try pair.set("MORE", "fake-2", as: "bob")
    try pair.alice(["verify"], stdout: .containing(["all good"]))
  }

  @Test(
    "Whom a removed admin had let in is let in or removed by a word of another's",
    arguments: ["add", "remove"])
  func letInByRemoved(word: String) throws {
    let pair = try trio()
    try pair.scratch.clone(user: "erin")
    try pair.scratch.succeeds(
      ["join", "erin", "--no-passphrase"], env: ["SECRETS_TRUST": pair.project], user: "erin",
      stdout: .anything, stderr: .anything)
    try pair.scratch.publish("join", user: "erin")
    for user in ["alice", "bob"] { try pair.pull(user) }
    try pair.bob(
      ["team", "add", "erin", "--grant", "development", "--yes"], stderr: .anything)
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try merge(pair)
    try pair.refuses(
      ["check"], 4,
      stdout: .containing([
        "  hint: an admin decides: secrets team add erin, or secrets team remove erin\n"
      ]))
    try pair.alice(
      ["team", word, "erin", "--yes"] + (word == "add" ? ["--grant", "development"] : []),
      stdout: .anything, stderr: .anything)
    _ = try pair.scratch.run(["resolve"], env: ["SECRETS_TRUST": pair.project])
    try pair.alice(["check"], stdout: .containing(["all good: "]))
    try pair.scratch.publish("settled")
    try pair.pull("erin")
    #expect(try pair.value("TOKEN", as: "erin") == (word == "add" ? "fake-1" : nil))
  }

  @Test("A key that one has said to be known to others stays said, whatever the other one did")
  func leaked() throws {
    for other in [["rekey", "development"], ["team", "remove", "dave", "--yes"]] {
      let pair = try trio()
      try pair.alice(["rekey", "development", "--leaked"], stdout: .anything, stderr: .anything)
      try pair.bob(other, stdout: .anything, stderr: .anything)
      try merge(pair)
      let told = try pair.scratch.run(["check"], env: ["SECRETS_TRUST": pair.project])
      #expect(told.text.contains("exposed to someone unknown"))
      _ = try pair.scratch.run(["resolve"], env: ["SECRETS_TRUST": pair.project])
      try pair.alice(["check"], stdout: .containing(["exposed to someone unknown", "all good: "]))
      try pair.set("TOKEN", "fake-2")
      try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
      try pair.alice(["rekey", "development"], stdout: .anything, stderr: .anything)
      try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    }
  }

  @Test("A new key beside a removal leaves nothing open")
  func rekeyBesideRemoval() throws {
    let pair = try trio()
    try pair.bob(["team", "remove", "dave", "--yes"], stdout: .anything, stderr: .anything)
    try pair.alice(["rekey", "development"], stdout: .anything, stderr: .anything)
    try merge(pair)
    let opened = try pair.scratch.run(["resolve"], env: ["SECRETS_TRUST": pair.project])
    #expect(opened.status == 0)
    try pair.alice(["check"], stdout: .containing(["exposed to dave", "all good: "]))
    try pair.set("TOKEN", "fake-2")
    try pair.scratch.publish("rotated")
    try pair.pull("dave")
    #expect(try pair.value("TOKEN", as: "dave") == nil)
  }

  @Test("A removal that this machine has seen published holds in a new clone of an older state")
  func removalInNewClone() throws {
    let pair = try trio()
    try pair.alice(["team", "remove", "dave", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("remove dave")
    try pair.pull("bob")
    try pair.bob(["check"], stdout: .containing(["all good: "]))
    try pair.scratch.git(
      "update-ref", "refs/heads/main", "main~1", directory: pair.scratch.at("origin.git"))
    try pair.scratch.tool(["rm", "-rf", "project"], directory: pair.scratch.at("bob"), user: "bob")
    try pair.scratch.clone(user: "bob")
    try pair.set("NEW", "fake-new", as: "bob")
    try pair.scratch.publish("new", user: "bob")
    try pair.pull("dave")
    #expect(try pair.value("NEW", as: "dave") == nil)
    // Whoever has seen less finds why in the files.
    try pair.scratch.clone(user: "erin")
    try pair.scratch.succeeds(
      ["check"], env: ["SECRETS_TRUST": pair.project], user: "erin",
      stdout: .containing(["all good: "]))
  }

  @Test("What a re-key has listed by a removed admin's word does not shut everybody out")
  func listedByRemoved() throws {
    let pair = try trio()
    // Bob revokes, Alice's machine re-keys for it on his branch, and he grants again.
    try pair.bob(["revoke", "dave", "development"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("revoke", user: "bob")
    try pair.pull("dave")
    try pair.bob(["rekey", "development"], stdout: .anything, stderr: .anything)
    try pair.bob(["grant", "dave", "development", "--read"], stderr: .anything)
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try merge(pair)
    _ = try pair.scratch.run(["resolve"], env: ["SECRETS_TRUST": pair.project])
    #expect(try pair.value("TOKEN") == "fake-1")
    try pair.alice(["team", "remove", "dave", "--yes"], stdout: .anything, stderr: .anything)
    try pair.alice(["check"], stdout: .containing(["all good: "]))
    #expect(try pair.value("TOKEN") == "fake-1")
    try pair.scratch.publish("dave leaves")
    try pair.alice(["verify"], stdout: .containing(["all good"]))
    try pair.pull("dave")
    #expect(try pair.value("TOKEN", as: "dave") == nil)
  }

  @Test(
    "Both commands that decide on a grant do, for every machine that had seen it",
    arguments: ["revoke", "grant"])
  func decided(word: String) throws {
    let pair = try trio()
    try pair.scratch.clone(user: "erin")
    try pair.scratch.succeeds(
      ["check"], env: ["SECRETS_TRUST": pair.project], user: "erin", stdout: .anything)
    try pair.bob(["revoke", "dave", "development"], stdout: .anything, stderr: .anything)
    try pair.scratch.commit("revoke", user: "bob")
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("remove bob")
    try pair.pull("bob")
    try pair.scratch.git("push", "-q", user: "bob")
    try pair.pull("alice")
    try pair.alice([word, "dave", "development"], stdout: .anything, stderr: .anything)
    try pair.alice(["check"], stdout: .containing(["all good: "]))
    try pair.scratch.publish("decided")
    try pair.pull("erin")
    try pair.scratch.succeeds(
      ["check"], env: ["SECRETS_TRUST": pair.project], user: "erin",
      stdout: .containing(["all good: "]))
    try pair.pull("dave")
    #expect(try pair.value("TOKEN", as: "dave") == (word == "grant" ? "fake-1" : nil))
  }

  @Test(
    "What a removed admin has left of an environment that is gone is cleared by resolve",
    arguments: ["remove", "protect"])
  func goneEnvironment(bobs word: String) throws {
    let pair = try trio()
    try pair.alice(["env", "new", "staging"], stderr: .anything)
    try pair.alice(["grant", "dave", "staging"], stderr: .anything)
    try pair.set("HOST", "fake-host", in: "staging")
    try pair.scratch.publish("staging")
    for user in ["bob", "dave"] { try pair.pull(user) }
    let yes = word == "remove" ? ["--yes"] : []
    try pair.bob(["env", word, "staging"] + yes, stderr: .anything)
    try pair.alice(["env", "remove", "staging", "--yes"], stderr: .anything)
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try merge(pair)
    let told = try pair.refuses(["check"], 1, stdout: .anything).text
    #expect(told.contains("hint: an admin settles it: secrets resolve"))
    #expect(!told.contains("an admin decides"))
    try pair.alice(
      ["resolve"], stderr: .containing(["settled the environment staging as it holds now"]))
    try pair.alice(["check"], stdout: .containing(["all good: 2 environments"]))
    try pair.scratch.publish("settled")
    try pair.alice(["verify"], stdout: .containing(["all good"]))
    try pair.pull("dave")
    try pair.scratch.succeeds(
      ["check"], env: ["SECRETS_TRUST": pair.project], user: "dave",
      stdout: .containing(["all good: 2 environments"]))
  }

  @Test("Who writes down a removal that they saw on another branch is told so")
  func writtenDown() throws {
    let pair = try trio()
    try pair.alice(["team", "remove", "dave", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.commit("remove dave")
    try pair.scratch.git("push", "-q", "origin", "HEAD:leave")
    try pair.scratch.git("fetch", "-q", user: "bob")
    try pair.scratch.git("checkout", "-q", "leave", user: "bob")
    try pair.bob(["list"], stdout: .anything)
    try pair.scratch.git("checkout", "-q", "main", user: "bob")
    try pair.scratch.succeeds(
      ["set", "NEW"], stdin: "fake-new", env: ["SECRETS_TRUST": pair.project], user: "bob",
      stderr: .containing([
        "secrets: wrote down here, too, what was seen on another branch: member dave removed, SHA256:",
        "on another branch: grant dave, development/default removed, by alice at ",
      ]))
    try pair.scratch.succeeds(
      ["set", "NEW"], stdin: "fake-newer", env: ["SECRETS_TRUST": pair.project], user: "bob",
      stderr: "secrets: changed `NEW` in development, revision 2\n")
  }

  @Test("Who gives a grant again that was taken away on another branch is told so")
  func grantedAgain() throws {
    let pair = try trio()
    try pair.bob(["revoke", "dave", "development"], stdout: .anything, stderr: .anything)
    try pair.scratch.commit("revoke", user: "bob")
    try pair.scratch.git("push", "-q", "origin", "main:leave", user: "bob")
    try pair.scratch.git("fetch", "-q")
    try pair.scratch.git("checkout", "-q", "leave")
    try pair.alice(["check"], stdout: .containing(["all good: "]))
    try pair.scratch.git("checkout", "-q", "main")
    try pair.alice(
      ["grant", "dave", "development", "--read"],
      stderr: .containing([
        "secrets: warning: `bob` had taken this grant away at ",
        ", on another branch: where both are merged, it holds again\n",
        "secrets: hint: if they shall stay out: secrets revoke dave development\n",
      ]))
    try pair.alice(
      ["grant", "dave", "development"],
      stderr: """
        secrets: dave may write development
        secrets: hint: git add secrets && git commit

        """)
  }

  @Test("What a dismissed admin had taken away stays so, and nobody is asked about it again")
  func takenAwayBefore() throws {
    let pair = try trio()
    try pair.bob(["team", "remove", "dave", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("remove dave", user: "bob")
    try pair.pull("alice")
    try pair.alice(["check"], stdout: .containing(["all good: "]))
    try pair.bob(["check"], stdout: .containing(["all good: "]))
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.alice(["check"], stdout: .containing(["all good: "]))
    try pair.scratch.publish("remove bob")
    try pair.alice(["resolve"], stderr: "secrets: nothing waits\n")
    try pair.pull("bob")
    try pair.bob(["check"], stdout: .containing(["all good: "]))
  }
}
