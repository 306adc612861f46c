// Somebody leaves: in one step they are out, and everybody knows what is to be rotated.

import Testing

@Suite("team remove")
struct LeaverTests {
  /// Bob may write development and read production; both have values, one of which is his.
  private func pair() throws -> Pair {
    let pair = try Pair()
    try pair.alice(["grant", "bob", "production", "--read"], stderr: .anything)
    try pair.set("TOKEN", "fake-1")
    try pair.set("DB_URL", "fake-db", in: "production")
    try pair.scratch.publish("values")
    try pair.pull("bob")
    try pair.set("BOBS", "fake-bob", as: "bob")
    try pair.scratch.publish("bob", user: "bob")
    try pair.pull("alice")
    return pair
  }

  private static let exposed = """
    BOBS\tdevelopment\texposed to bob
    TOKEN\tdevelopment\texposed to bob
    DB_URL\tproduction\texposed to bob

    """

  @Test("Whoever is removed opens nothing from then on, and what they knew is listed until rotated")
  func remove() throws {
    let pair = try pair()
    try pair.alice(
      ["team", "remove", "bob", "--yes"], stdout: .like(Self.exposed),
      stderr: """
        secrets: removed the person bob
        secrets: took away the grant of `bob` for development/default
        secrets: took away the grant of `bob` for production/default
        secrets: vouched for `BOBS` of development
        secrets: replaced the key of development
        secrets: sealed 2 values of development again
        secrets: replaced the key of production
        secrets: sealed 1 value of production again
        secrets: 3 values may be known to who has no right to it any more, until rotated
        secrets: hint: get a new one where each came from, then: secrets set BOBS -e development
        secrets: access to the repository and its forge is taken away there, not here
        secrets: hint: git add secrets && git commit, and push

        """)
    #expect(try pair.value("BOBS") == "fake-bob")
    try pair.alice(
      ["check"],
      stdout: .like(
        """
        note: secrets/development.sealed: exposed to bob until rotated: `BOBS` and `TOKEN` of development
          hint: get a new one where each came from, then: secrets set BOBS -e development
        note: secrets/production.sealed: exposed to bob until rotated: `DB_URL` of production
          hint: get a new one where each came from, then: secrets set DB_URL -e production
        all good: ⋯

        """))
    try pair.scratch.publish("bob leaves")
    try pair.pull("bob")
    for command in [["get", "TOKEN"], ["export"], ["set", "TOKEN"]] {
      try pair.refuses(
        command, 3, as: "bob", stdin: "fake-2",
        stderr: """
          secrets: error: `bob`, whose key this is, was removed from the project
          secrets: hint: ask an admin

          """)
    }
    try pair.set("BOBS", "fake-new")
    try pair.set("TOKEN", "fake-new")
    try pair.set("DB_URL", "fake-new", in: "production")
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    try pair.refuses(
      ["team", "remove", "bob", "--yes"], 1,
      stderr: .containing(["`bob` was removed, and a name is never used again"]))
  }

  @Test("A leaver may hold a grant on a branch that never comes: all can go on without it")
  func grantOnAnotherBranch() throws {
    let pair = try pair()
    try pair.scratch.git("switch", "-qc", "side")
    try pair.alice(["grant", "bob", "development", "--read"], stderr: .anything)
    try pair.alice(["grant", "bob", "production/audit", "--read"], stderr: .anything)
    try pair.scratch.publish("less for bob")
    try pair.scratch.git("switch", "-q", "main")
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("bob leaves")
    try pair.scratch.git("push", "-q", "origin", ":side")
    for name in ["BOBS", "TOKEN"] { try pair.set(name, "fake-new") }
    try pair.set("DB_URL", "fake-new", in: "production")
    try pair.scratch.publish("rotated")
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    // A second machine of alice's, which has never seen the branch.
    let home = try pair.scratch.home("alice.laptop")
    try pair.scratch.clone(user: "alice.laptop")
    try pair.scratch.tool([
      "cp", "-r", pair.scratch.at("alice/.config"), "\(home)/",
    ])
    let trust: [String: String?] = ["SECRETS_TRUST": pair.project]
    for _ in 1...2 {
      try pair.scratch.succeeds(
        ["check"], env: trust, user: "alice.laptop", stdout: .like("all good: ⋯\n"))
      try pair.scratch.succeeds(
        ["get", "TOKEN"], env: trust, user: "alice.laptop", stdout: "fake-new")
      try pair.scratch.succeeds(
        ["set", "OTHER"], stdin: "fake", env: trust, user: "alice.laptop", stderr: .anything)
    }
  }

  @Test("--dry-run says the same and changes nothing; without a terminal an answer is needed")
  func dryRun() throws {
    let pair = try pair()
    let before = try pair.files()
    try pair.alice(
      ["team", "remove", "bob", "--dry-run"],
      stdout: .like(
        """
        take away the grant of `bob` for development/default
        take away the grant of `bob` for production/default
        vouch for `BOBS` of development
        replace the key of development
        seal 2 values of development again
        replace the key of production
        seal 1 value of production again
        \(Self.exposed)
        """.split(separator: "\n").joined(separator: "\n") + "\n"),
      stderr: "secrets: access to the repository and its forge is taken away there, not here\n")
    let json = try pair.alice(
      ["team", "remove", "bob", "--dry-run", "--json"], stdout: .anything, stderr: .anything
    ).text
    #expect(json.contains("\"removed\": false"))
    #expect(json.contains("\"name\": \"DB_URL\""))
    try pair.refuses(
      ["team", "remove", "bob"], 2,
      stderr: """
        secrets: error: `bob` would be removed for ever, and there is no terminal to confirm it at
        secrets: hint: see what it does: secrets team remove bob --dry-run; then add --yes

        """)
    #expect(try pair.files() == before)
  }

  @Test("At a terminal it shows what it does and asks; a no changes nothing, a yes does it")
  func asks() throws {
    let pair = try pair()
    let before = try pair.files()
    for answer in ["n", "y"] {
      let terminal = try Terminal.secrets(
        ["team", "remove", "bob"], in: pair.scratch, env: ["SECRETS_TRUST": pair.project])
      let screen = try terminal.wait(for: "Remove bob for ever? [y/N]")
      #expect(screen.contains("exposed to bob until rotated: `BOBS` and `TOKEN` of development"))
      #expect(screen.contains("  replace the key of production"))
      try terminal.enter(answer)
      #expect(try terminal.end() == (answer == "y" ? 0 : 1))
      #expect(try (pair.files() == before) == (answer == "n"))
    }
    let left = try pair.alice(["team", "list"], stdout: .anything).text
    #expect(left.contains("bob\tbob\tperson\t\tremoved\t"))
  }

  @Test("Who may not remove someone is told who can, and is asked nothing")
  func rights() throws {
    let pair = try pair()
    try pair.refuses(
      ["team", "remove", "alice", "--yes"], 2, stderr: .containing(["`alice` is the root"]))
    try pair.refuses(
      ["team", "remove", "bob"], 3, as: "bob",
      stderr: """
        secrets: error: only the root or an admin removes a member
        secrets: hint: ask alice: secrets team remove bob

        """)
    try pair.refuses(
      ["team", "remove", "bobb", "--yes"], 1, stderr: .containing(["did you mean `bob`?"]))
  }

  @Test("A removed admin's machines are named, and what the admin had let in stays")
  func admin() throws {
    let pair = try Pair(granting: nil)
    try pair.alice(
      ["team", "add", "bob", "--yes", "--admin", "--grant", "development"], stderr: .anything)
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("bob")
    try pair.pull("bob")
    let string = try pair.bob(
      ["team", "add", "ci", "--machine", "--new-key", "--grant", "development"],
      stdout: .anything, stderr: .anything
    ).text
    try pair.scratch.publish("ci", user: "bob")
    try pair.pull("alice")
    try pair.refuses(
      ["team", "remove", "bob"], 3, as: "bob",
      stderr: .containing(["`bob` is an admin, whom only the root, alice, removes"]))
    try pair.alice(
      ["team", "remove", "bob", "--yes"], stdout: .anything,
      stderr: .containing([
        "signed again, in your name, what would have stopped counting: the member `ci` and the "
          + "grant of `ci` for development/default",
        "bob added ci and may have kept the string",
      ]))
    let machine = ["SECRETS_IDENTITY": string, "HOME": nil] as [String: String?]
    try pair.scratch.succeeds(["get", "TOKEN"], env: machine, stdout: "fake-1")
  }

  @Test("A person's other device stays a member, and reads on")
  func devices() throws {
    let pair = try pair()
    try pair.scratch.succeeds(
      ["key", "new", "--no-passphrase"], user: "phone", stdout: .anything, stderr: .anything)
    let other = try pair.scratch.run(["key", "show"], user: "phone").text
    try pair.alice(
      ["team", "add", "bob.2", "-", "--grant", "development"], stdin: other, stderr: .anything)
    try pair.alice(
      ["team", "remove", "bob", "--yes"], stdout: .anything,
      stderr: .containing(["bob.2, of the same person, stays a member"]))
    try pair.scratch.publish("lost laptop")
    try pair.scratch.clone(user: "phone")
    try pair.scratch.succeeds(
      ["get", "TOKEN"], env: ["SECRETS_TRUST": pair.project], user: "phone", stdout: "fake-1")
  }

  @Test("Where nobody else holds a key, the loss is said before, and never done by revoke")
  func lastReader() throws {
    let pair = try Pair()
    try pair.alice(["grant", "bob", "development/billing"], stderr: .anything)
    try pair.scratch.publish("billing")
    try pair.pull("bob")
    try pair.scratch.succeeds(
      ["set", "STRIPE", "--role", "billing"], stdin: "fake-stripe",
      env: ["SECRETS_TRUST": pair.project], user: "bob", stderr: .anything)
    try pair.scratch.publish("stripe", user: "bob")
    try pair.pull("alice")
    let before = try pair.files()
    try pair.refuses(
      ["revoke", "bob", "development/billing"], 2,
      stderr: .containing(["its 1 value would be lost", "secrets grant NAME development/billing"]))
    #expect(try pair.files() == before)
    let terminal = try Terminal.secrets(
      ["team", "remove", "bob"], in: pair.scratch, env: ["SECRETS_TRUST": pair.project])
    try terminal.wait(for: "Remove bob for ever, and lose 1 value that nobody else can open? [y/N]")
    try terminal.enter("n")
    #expect(try terminal.end() == 1)
    #expect(try pair.files() == before)
  }

  @Test("Where the remover cannot read, the removal holds at once and another's resolve re-keys")
  func closedRole() throws {
    let pair = try Pair()
    try pair.scratch.succeeds(
      ["key", "new", "--no-passphrase"], user: "carol", stdout: .anything, stderr: .anything)
    let key = try pair.scratch.run(["key", "show"], user: "carol").text
    try pair.alice(
      ["team", "add", "carol", "-", "--grant", "development/billing"], stdin: key,
      stderr: .anything)
    try pair.alice(["grant", "bob", "development/billing"], stderr: .anything)
    try pair.scratch.publish("billing")
    try pair.pull("bob")
    let trust: [String: String?] = ["SECRETS_TRUST": pair.project]
    // Bob makes the role's first key, and hands it to Carol.
    try pair.scratch.succeeds(
      ["set", "STRIPE", "--role", "billing"], stdin: "fake-stripe", env: trust, user: "bob",
      stderr: .anything)
    try pair.scratch.publish("stripe", user: "bob")
    try pair.pull("alice")
    try pair.alice(
      ["team", "remove", "bob", "--yes"], stdout: .containing(["STRIPE\tdevelopment/billing"]),
      stderr: .containing([
        "the key of development/billing stays the old one until someone who may write there",
        "ask carol to run `secrets resolve` and push",
      ]))
    try pair.scratch.publish("bob leaves")
    try pair.scratch.clone(user: "carol")
    try pair.scratch.succeeds(
      ["get", "STRIPE"], env: trust, user: "carol", stdout: "fake-stripe", stderr: .anything)
    try pair.scratch.succeeds(
      ["resolve"], env: trust, user: "carol",
      stderr: .containing(["replaced the key of development/billing", "sealed 1 value"]))
    try pair.scratch.publish("rekeyed", user: "carol")
    try pair.pull("alice")
    try pair.alice(
      ["check"], stdout: .containing(["exposed to bob until rotated: `STRIPE`", "all good: "]))
  }

  @Test("What the leaver pushes meanwhile merges, and none of it is taken")
  func meanwhile() throws {
    let pair = try pair()
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.commit("bob leaves")
    try pair.set("TOKEN", "fake-evil", as: "bob")
    try pair.set("NEW", "fake-new", as: "bob")
    try pair.scratch.publish("bob's last", user: "bob")
    try pair.pull("alice")
    #expect(try pair.value("TOKEN") == "fake-1")
    #expect(try pair.value("NEW") == nil)
    try pair.set("AFTER", "fake-after")
    try pair.scratch.publish("after")
    try pair.pull("bob")
    #expect(try pair.value("AFTER", as: "bob") == nil)
    try pair.refuses(
      ["check", "development"], 4,
      stdout: .containing(["the secret `NEW`: it was signed by someone without the right to it"]))
  }
}
