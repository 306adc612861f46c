// Rights that end one by one, and keys that are replaced though everybody stays.

import Testing

@Suite("revoke and rekey")
struct RevokeTests {
  @Test("A grant that is taken away takes the key with it, and its values are named")
  func revoke() throws {
    let pair = try Pair(granting: "development,production")
    try pair.set("TOKEN", "fake-1")
    try pair.set("DB_URL", "fake-db", in: "production")
    try pair.alice(
      ["revoke", "bob", "production", "--reason", "moved to the web team"],
      stdout: "DB_URL\tproduction\texposed to bob\n",
      stderr: """
        secrets: took away the grant of `bob` for production/default
        secrets: replaced the key of production
        secrets: sealed 1 value of production again
        secrets: 1 value may be known to who has no right to it any more, until rotated
        secrets: hint: get a new one where each came from, then: secrets set DB_URL -e production
        secrets: hint: git add secrets && git commit

        """)
    #expect(try pair.files().contains("reason=moved%20to%20the%20web%20team"))
    try pair.scratch.publish("revoke")
    try pair.pull("bob")
    #expect(try pair.value("TOKEN", as: "bob") == "fake-1")
    try pair.refuses(
      ["get", "DB_URL", "-e", "production", "--yes"], 3, as: "bob", stderr: .anything)
    let before = try pair.files()
    try pair.refuses(
      ["revoke", "bob", "production"], 1,
      stderr: """
        secrets: error: `bob` has no grant for production
        secrets: hint: there are: development

        """)
    try pair.refuses(
      ["revoke", "alice", "development"], 3, as: "bob",
      stderr: .containing(["only the root or an admin"]))
    try pair.refuses(["revoke", "bob"], 2, stderr: .containing(["or --expired"]))
    try pair.refuses(["revoke", "bob", "--expired"], 2, stderr: .anything)
    try pair.refuses(["revoke", "nobody", "development"], 1, stderr: .anything)
    try pair.refuses(
      ["revoke", "alice", "production"], 2, stderr: .containing(["nothing was changed"]))
    #expect(try pair.files() == before)
  }

  @Test("--expired ends what is over by its time and nothing else, for an admin only")
  func expired() throws {
    let pair = try Pair(granting: "production")
    try pair.set("TOKEN", "fake-1")
    try pair.alice(["revoke", "--expired"], stderr: "secrets: no grant's time is over\n")
    try pair.alice(["grant", "bob", "development", "--for", "1s"], stderr: .anything)
    // The clock is the only thing to wait for here.
    try pair.scratch.tool(["sleep", "2"])
    try pair.refuses(["check"], 1, stdout: .containing(["was over on"]))
    try pair.refuses(["revoke", "--expired"], 3, as: "bob", stderr: .anything)
    try pair.alice(
      ["revoke", "--expired"], stdout: "TOKEN\tdevelopment\texposed to bob\n",
      stderr: .containing([
        "took away the grant of `bob` for development/default", "replaced the key of development",
      ]))
    try pair.alice(["check"], stdout: .containing(["all good: "]))
    let left = try pair.alice(["team", "list"], stdout: .anything).text
    #expect(left.contains("production write") && !left.contains("development write, dev"))
  }

  @Test("A re-key shuts nobody out; after a leak every value is exposed until it is rotated")
  func rekey() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.set("OTHER", "fake-2")
    try pair.alice(
      ["rekey", "development"],
      stderr: """
        secrets: replaced the key of development
        secrets: sealed 2 values of development again
        secrets: hint: git add secrets && git commit

        """)
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    try pair.alice(
      ["rekey", "development", "--leaked"],
      stdout: """
        OTHER\tdevelopment\texposed to someone unknown
        TOKEN\tdevelopment\texposed to someone unknown

        """, stderr: .containing(["2 values may be known", "secrets set OTHER -e development"]))
    try pair.scratch.publish("leak")
    try pair.pull("bob")
    #expect(try pair.value("TOKEN", as: "bob") == "fake-1")
    try pair.set("TOKEN", "fake-new", as: "bob")
    let listed = try pair.bob(["list"], stdout: .anything).text
    #expect(listed.contains("OTHER\tdefault\ttext\t1\talice"))
    #expect(listed.split(separator: "\n").count { $0.contains("exposed to someone unknown") } == 1)
    try pair.set("OTHER", "fake-new", as: "bob")
    try pair.bob(["check"], stdout: .like("all good: ⋯\n"))
  }

  @Test("That a key stays is said where a line of its role is forged")
  func forgedRole() throws {
    let pair = try Pair(granting: "development")
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    let path = "alice/project/secrets/development.sealed"
    let text = try #require(pair.scratch.text(path))
    let role = try #require(text.split(separator: "\n").first { $0.hasPrefix("role default ") })
    try pair.scratch.write(path, text + role.replacing(" at=2", with: " at=3") + "\n")
    let stays =
      "the key of development stays the old one: the role `default` cannot be written: it is forged"
    try pair.alice(
      ["team", "remove", "bob", "--dry-run"], stdout: .anything, stderr: .containing([stays]))
    try pair.alice(
      ["revoke", "bob", "development"], stdout: .anything, stderr: .containing([stays]))
    try pair.refuses(
      ["rekey", "development"], 4,
      stderr: """
        secrets: error: the role `default` cannot be written: it is forged
        secrets: hint: secrets check

        """)
    let told = try pair.refuses(["check"], 4, stdout: .anything).text
    #expect(told.contains("hint: mend the role `default` first"))
    #expect(!told.contains("no role line names the key"))
    try pair.alice(
      ["resolve"],
      stderr: """
        secrets: nothing waits
        secrets: hint: what no choice settles is told by: secrets check

        """)
  }

  @Test("Only who may write a role replaces its key")
  func rekeyRights() throws {
    let pair = try Pair(granting: nil)
    try pair.alice(["team", "add", "bob", "--yes"], stderr: .anything)
    try pair.alice(["grant", "bob", "development", "--read"], stderr: .anything)
    try pair.alice(["grant", "bob", "development/billing"], stderr: .anything)
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("bob")
    try pair.pull("bob")
    let before = try pair.files("bob")
    try pair.refuses(["rekey", "development"], 3, as: "bob", stderr: .anything)
    try pair.refuses(["rekey", "production"], 3, as: "bob", stderr: .anything)
    try pair.refuses(
      ["rekey", "development/billing"], 1, as: "bob",
      stderr: """
        secrets: error: development/billing has no key yet
        secrets: hint: its first value makes it: secrets set NAME -e development --role billing

        """)
    try pair.refuses(["rekey", "development/nope"], 1, as: "bob", stderr: .anything)
    try pair.refuses(["rekey", "nowhere"], 1, as: "bob", stderr: .anything)
    #expect(try pair.files("bob") == before)
  }
}
