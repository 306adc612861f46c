// What a merge leaves is finished by who may: nothing is guessed, nothing is lost.

import Testing

@Suite("resolve")
struct ResolveTests {
  /// Alice and Bob have both set TOKEN, and Alice has merged.
  private func conflict() throws -> Pair {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-0")
    try pair.scratch.publish("start")
    try pair.pull("bob")
    try pair.set("TOKEN", "fake-alice")
    try pair.scratch.publish("alice")
    try pair.set("TOKEN", "fake-bob", as: "bob")
    try pair.scratch.commit("bob", user: "bob")
    try pair.pull("bob")
    try pair.scratch.git("push", "-q", user: "bob")
    try pair.pull("alice")
    return pair
  }

  @Test("Without a terminal a conflict is listed with both authors, and needs an answer")
  func needsTake() throws {
    let pair = try conflict()
    let before = try pair.files()
    try pair.refuses(
      ["resolve"], 2,
      stderr: .like(
        """
        secrets: error: `TOKEN` of development: ⋯ at ⋯Z [⋯] or ⋯ at ⋯Z [⋯]
        secrets: error: 1 conflict to settle, and there is no terminal to ask at; nothing was changed
        secrets: hint: choose a side: secrets resolve TOKEN -e development --take ⋯

        """))
    try pair.alice(["resolve", "--dry-run"], stdout: .like("settle `TOKEN` of development: ⋯\n"))
    try pair.refuses(
      ["resolve", "--take", "-_nobody"], 1, stderr: .containing(["no side has the id"]))
    #expect(try pair.files() == before)
  }

  @Test("The chosen side becomes the next revision", arguments: ["mine", "theirs"])
  func take(_ side: String) throws {
    let pair = try conflict()
    try pair.alice(
      ["resolve", "--take", side],
      stderr: """
        secrets: settled `TOKEN` of development, revision 3
        secrets: hint: git add secrets && git commit

        """)
    #expect(try pair.value("TOKEN") == (side == "mine" ? "fake-alice" : "fake-bob"))
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    try pair.alice(["resolve"], stderr: "secrets: nothing waits\n")
    try pair.refuses(["resolve", "TOKEN"], 1, stderr: .containing(["`TOKEN` is not in conflict"]))
  }

  @Test("At a terminal each conflict is asked about, and a value is shown on request only")
  func asks() throws {
    let pair = try conflict()
    let terminal = try Terminal.secrets(
      ["resolve"], in: pair.scratch, env: ["SECRETS_TRUST": pair.project])
    try terminal.wait(for: "Keep which?")
    #expect(try !terminal.screen().contains("fake-"))
    try terminal.enter("v")
    try terminal.wait(for: "\"fake-bob\"")
    try terminal.enter("?")
    try terminal.wait(for: "a number from 1 to 2, an id, mine, theirs, v or s")
    try terminal.enter("s")
    #expect(try terminal.end() == 1)
    #expect(try terminal.screen().contains("1 conflict left as before"))
    #expect(try pair.value("TOKEN") == nil)
    let again = try Terminal.secrets(
      ["resolve"], in: pair.scratch, env: ["SECRETS_TRUST": pair.project])
    try again.wait(for: "Keep which?")
    try again.enter("theirs")
    #expect(try again.end() == 0)
    #expect(try pair.value("TOKEN") == "fake-bob")
  }

  @Test(
    "Files with git's markers are united, whichever style they have", arguments: ["merge", "diff3"])
  func markers(style: String) throws {
    let pair = try Pair()
    let scratch = pair.scratch
    try pair.set("TOKEN", "fake-0")
    // As a forge's merge, or a clone without the attributes, does it.
    try scratch.write("alice/project/secrets/.gitattributes", "")
    try scratch.publish("start")
    try pair.pull("bob")
    try pair.set("TOKEN", "fake-alice")
    try pair.set("AAA", "fake-a")
    try scratch.publish("alice")
    try pair.set("TOKEN", "fake-bob", as: "bob")
    try pair.set("AAB", "fake-b", as: "bob")
    try scratch.commit("bob", user: "bob")
    let merge = "git fetch -q; git -c merge.conflictStyle=\(style) merge -q origin/main || true"
    try scratch.tool(["sh", "-c", merge], user: "bob")
    #expect(scratch.text("bob/project/secrets/development.sealed")?.contains("<<<<<<<") == true)
    try pair.refuses(
      ["get", "TOKEN"], 4, as: "bob",
      stderr: .containing(["git's conflict marker", "secrets resolve"]))
    let before = try pair.files("bob")
    try pair.refuses(["resolve"], 2, as: "bob", stderr: .anything)
    #expect(try pair.files("bob") == before)
    try pair.bob(
      ["resolve", "--take", "mine"],
      stderr: """
        secrets: united both sides of secrets/development.sealed
        secrets: settled `TOKEN` of development, revision 3
        secrets: hint: git add secrets && git commit

        """)
    #expect(try pair.value("TOKEN", as: "bob") == "fake-bob")
    #expect(try pair.value("AAA", as: "bob") == "fake-a")
    #expect(try pair.value("AAB", as: "bob") == "fake-b")
    try pair.bob(["check"], stdout: .like("all good: ⋯\n"))
  }

  @Test("A merge that is given up after a look at it is no rollback")
  func abort() throws {
    let pair = try Pair()
    let scratch = pair.scratch
    try scratch.write("alice/project/secrets/.gitattributes", "")
    try scratch.publish("start")
    try pair.pull("bob")
    try pair.set("AAA", "fake-a")
    try scratch.publish("alice")
    try pair.set("AAB", "fake-b", as: "bob")
    try scratch.commit("bob", user: "bob")
    try scratch.tool(["sh", "-c", "git fetch -q; git merge -q origin/main || true"], user: "bob")
    try pair.bob(["resolve", "--dry-run"], stdout: .containing(["unite both sides"]))
    try scratch.git("merge", "--abort", user: "bob")
    try pair.bob(["check"], stdout: .like("all good: ⋯\n"))
  }

  @Test("A grant whose time is over fails the check until an admin's resolve, which re-keys")
  func ended() throws {
    let pair = try Pair(granting: nil)
    try pair.set("TOKEN", "fake-1")
    try pair.alice(["team", "add", "bob", "--yes"], stderr: .anything)
    try pair.alice(["grant", "bob", "development", "--for", "1s"], stderr: .anything)
    // The clock is the only thing to wait for here.
    try pair.scratch.tool(["sleep", "2"])
    try pair.refuses(
      ["check"], 1, stdout: .containing(["the time of the grant of `bob` for development/default"]))
    try pair.alice(
      ["resolve"],
      stderr: .like(
        """
        secrets: took away the grant of `bob` for development/default, whose time was over
        secrets: replaced the key of development
        secrets: sealed 1 value of development again
        secrets: hint: git add secrets && git commit

        """))
    try pair.alice(
      ["check"], stdout: .containing(["exposed to bob until rotated: `TOKEN`", "all good: "]))
    try pair.scratch.publish("over")
    try pair.pull("bob")
    #expect(try pair.value("TOKEN", as: "bob") == nil)
  }

  @Test("Of two grants the lesser holds at once, and an admin's resolve writes it down")
  func disputedGrant() throws {
    let pair = try Pair()
    let scratch = pair.scratch
    try scratch.git("checkout", "-qb", "less")
    try pair.alice(["grant", "bob", "development", "--read"], stderr: .anything)
    try scratch.commit("less")
    try scratch.git("checkout", "-q", "main")
    try pair.alice(["grant", "bob", "development", "--for", "8h"], stderr: .anything)
    try scratch.commit("timed")
    try scratch.git("merge", "-q", "-m", "both", "less")
    try pair.refuses(
      ["check"], 1, stdout: .containing(["the lesser of them holds", "secrets resolve"]))
    try pair.alice(
      ["resolve"],
      stderr: .like(
        """
        secrets: settled the grant of `bob` for development/default as it holds now: to read until ⋯
        secrets: hint: git add secrets && git commit

        """))
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
  }

  @Test("An environment that one branch removed and another protected is chosen by id")
  func disputedEnvironment() throws {
    let pair = try Pair(granting: nil)
    let scratch = pair.scratch
    try pair.alice(["env", "new", "eu"], stderr: .anything)
    try scratch.commit("eu")
    try scratch.git("checkout", "-qb", "protect")
    try pair.alice(["env", "protect", "eu"], stderr: .anything)
    try scratch.commit("protect")
    try scratch.git("checkout", "-q", "main")
    try pair.alice(["env", "remove", "eu", "--yes"], stderr: .anything)
    try scratch.commit("remove")
    try scratch.git("merge", "-q", "-m", "both", "protect")
    try pair.refuses(["check"], 4, stdout: .containing(["the environment `eu`: it is in conflict"]))
    try pair.refuses(
      ["resolve"], 2, stderr: .containing(["removed by alice at", "secrets resolve -e eu --take"]))
    try pair.refuses(["resolve", "--take", "mine"], 2, stderr: .containing(["--dry-run"]))
    let listed = try pair.alice(["resolve", "--dry-run"], stdout: .anything).text
    let side = try #require(listed.firstRange(of: "removed by alice ["))
    let id = String(listed[side.upperBound...].prefix(8))
    try pair.alice(
      ["resolve", "--take", id], stderr: .containing(["settled the environment eu: removed"]))
    try pair.alice(["check"], stdout: .like("all good: 2 environments,⋯\n"))
  }

  @Test("What a removed admin had signed on another branch is settled by an admin, side by side")
  func signedByRemovedAdmin() throws {
    let pair = try Pair(granting: nil)
    let scratch = pair.scratch
    try pair.set("TOKEN", "fake-1")
    try pair.alice(
      ["team", "add", "bob", "--admin", "--grant", "development", "--yes"], stderr: .anything)
    try scratch.publish("add bob")
    try pair.pull("bob")
    try pair.bob(["check", "development"], stdout: .containing(["all good"]))
    try scratch.git("checkout", "-qb", "feature", user: "bob")
    try pair.bob(["env", "new", "staging"], stderr: .anything)
    try pair.bob(["env", "protect", "development"], stderr: .anything)
    try scratch.commit("feature", user: "bob")
    try scratch.git("push", "-q", "origin", "feature", user: "bob")
    try pair.alice(
      ["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try scratch.commit("remove bob")
    try scratch.git("fetch", "-q")
    try scratch.git("merge", "-q", "-m", "both", "origin/feature")
    try pair.refuses(
      ["check"], 4, stdout: .containing(["(`bob`)\n  hint: an admin settles it: secrets resolve\n"])
    )
    try pair.refuses(
      ["env", "unprotect", "development"], 4,
      stderr: """
        secrets: error: the environment `development`: it was signed by someone without the right to it
        secrets: hint: an admin settles it: secrets resolve -e development

        """)
    let listed = try pair.alice(["resolve", "--dry-run"], stdout: .anything).text
    let side = try #require(listed.firstRange(of: "development: protected by bob ["))
    let id = String(listed[side.upperBound...].prefix(8))
    try pair.alice(
      ["resolve", "-e", "development", "--take", id],
      stderr: """
        secrets: settled the environment development: protected
        secrets: hint: git add secrets && git commit

        """)
    try pair.alice(
      ["env", "remove", "staging", "--yes"], stderr: .containing(["removed staging"]))
    try pair.alice(
      ["resolve"],
      stderr: """
        secrets: settled the grant of `bob` for staging/default as it holds now: taken away
        secrets: hint: git add secrets && git commit

        """)
    try pair.alice(["check"], stdout: .containing(["all good: 2 environments"]))
    try scratch.publish("settled")
    try pair.alice(["verify"], stdout: .containing(["all good"]))
    #expect(try pair.value("TOKEN") == "fake-1")
    // Whoever remembers the line that the removed admin had replaced misses nothing.
    try scratch.git("checkout", "-q", "main", user: "bob")
    try pair.pull("bob")
    try pair.bob(["check", "development"], stdout: .containing(["all good"]))
  }

  @Test("A version that one cannot open is told with who can settle it, until they have")
  func otherKey() throws {
    let pair = try Pair(granting: nil)
    try pair.alice(
      ["team", "add", "bob", "--admin", "--grant", "development", "--yes"], stderr: .anything)
    try pair.scratch.publish("add bob")
    try pair.pull("bob")
    for user in ["bob", "alice"] {
      try pair.scratch.succeeds(
        ["env", "new", "qa"], env: ["SECRETS_TRUST": pair.project], user: user, stderr: .anything)
      try pair.set("Q", "fake-\(user)", in: "qa", as: user)
      try pair.scratch.commit("qa", user: user)
    }
    try pair.scratch.git("push", "-q", "origin", "HEAD", user: "bob")
    try pair.pull("alice")
    let told = try pair.scratch.run(
      ["resolve", "--dry-run"], env: ["SECRETS_TRUST": pair.project])
    #expect(told.stderr.contains("secrets: `Q` of qa has a version that you cannot open: "))
    #expect(
      told.stderr.contains(
        "secrets: hint: ask bob to run `secrets resolve` and push; or write it anew: secrets set Q -e qa\n"
      ))
    try pair.refuses(
      ["run", "-e", "qa", "--", "true"], 125,
      stderr: .containing(["hint: see who can settle it: secrets resolve -e qa; "]))
    // Whose key stays is chance: who has it hands it over, and the other one settles.
    for (user, other) in [("alice", "bob"), ("bob", "alice"), ("alice", "bob")] {
      _ = try pair.scratch.run(
        ["resolve", "--take", "theirs"], env: ["SECRETS_TRUST": pair.project], user: user)
      try pair.scratch.git("commit", "--allow-empty", "-qam", "resolve", user: user)
      try pair.scratch.git("push", "-q", "origin", "HEAD", user: user)
      try pair.pull(other)
    }
    try pair.bob(["check"], stdout: .containing(["all good: "]))
    let value = try pair.value("Q", in: "qa", as: "bob")
    #expect(try value != nil && value == pair.value("Q", in: "qa"))
  }

  @Test("What resolve writes it also says, a role's first key too")
  func firstKey() throws {
    let pair = try Pair()
    try pair.alice(["grant", "bob", "development/pay"], stderr: .anything)
    try pair.scratch.publish("grant")
    try pair.pull("bob")
    try pair.bob(
      ["resolve"],
      stderr: """
        secrets: made the key of development/pay
        secrets: hint: git add secrets && git commit

        """)
  }
}
