// Git's history as a stranger's clone has it: who changed what without the right, in which commit.

import Testing

@Suite("verify")
struct VerifyTests {
  private let good = Said.like("all good: ⋯ commits, and every line ⋯ had the right then\n")

  /// The id of somebody's present commit, as short as it is told.
  private func head(_ pair: Pair, _ user: String = "alice") throws -> String {
    String(try pair.scratch.git("rev-parse", "HEAD", user: user).prefix(10))
  }

  private func edit(
    _ pair: Pair, _ path: String = "alice/project/secrets/development.sealed",
    _ change: (String) throws -> String
  ) throws {
    try pair.scratch.write(path, try change(try #require(pair.scratch.text(path))))
  }

  @Test("A history that these tools made is good, with and without a key, in a bare repository too")
  func good_() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.pull("bob")
    try pair.set("TOKEN", "fake-2", as: "bob")
    try pair.scratch.publish("two", user: "bob")
    try pair.alice(["verify"], stdout: good)
    let origin = pair.scratch.at("origin.git")
    let nobody: [String: String?] = [
      "HOME": nil, "XDG_CONFIG_HOME": nil, "XDG_STATE_HOME": nil, "SECRETS_TRUST": pair.project,
    ]
    try pair.scratch.succeeds(["-C", origin, "verify", "main"], env: nobody, stdout: good)
    try pair.refuses(
      ["verify", "nowhere"], 1, stderr: .containing(["git knows no commit `nowhere`"]))
    try pair.refuses(["verify", "--yes"], 2, stderr: .containing(["--accept"]))
    try pair.refuses(["verify", "HEAD", "--accept"], 2, stderr: .containing(["--accept"]))
    try pair.scratch.fails(
      ["verify"], status: 4, env: nobody.merging(["SECRETS_TRUST": nil]) { $1 },
      stderr: .containing(["nobody on this machine has confirmed"]))
  }

  @Test("A forged line is told with its commit for ever, also where it was taken out again")
  func forged() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.commit("one")
    try edit(pair) {
      $0.replacing("secret TOKEN role=default rev=1", with: "secret TOKEN role=default rev=7")
    }
    try pair.scratch.commit("forged")
    let forged = try head(pair)
    try pair.scratch.git("revert", "--no-edit", "HEAD")
    try pair.set("OTHER", "fake-2")
    try pair.scratch.commit("three")
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    try pair.refuses(
      ["verify"], 4,
      stdout: .like(
        """
        error: \(forged) secrets/development.sealed:⋯: the secret `TOKEN`: it is forged (the signature does not hold)
          hint: see the change: git show \(forged) -- secrets/development.sealed

        """))
    // What came after that commit is a range of its own.
    try pair.alice(["verify", "\(forged)..HEAD"], stdout: good)
    let json = try pair.refuses(["verify", "--json"], 4, stdout: .anything).text
    #expect(
      try pair.scratch.tool(
        ["jq", "-c", "[.status, .findings[0].class, .findings[0].thing, .shallow]"], stdin: json)
        == "[4,\"forged\",\"secret default TOKEN\",[]]\n")
  }

  @Test(
    "What goes behind something louder is told, too, though that is put back",
    arguments: ["root ", "env development ", "folder"])
  func behind(_ loud: String) throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try edit(pair) { text in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      return lines.filter { !$0.hasPrefix("secret TOKEN") }.joined(separator: "\n")
    }
    let team = "alice/project/secrets/team.keys"
    let before = try #require(pair.scratch.text(team))
    if loud == "folder" {
      try pair.scratch.git("mv", "secrets", "elsewhere")
      try pair.scratch.commit("quiet")
      try pair.scratch.git("mv", "elsewhere", "secrets")
    } else {
      try edit(pair, team) { text in
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { !$0.hasPrefix(loud) }.joined(separator: "\n")
      }
      try pair.scratch.commit("quiet")
      try pair.scratch.write(team, before)
    }
    try pair.scratch.commit("back")
    let told = try pair.refuses(["verify"], 4, stdout: .anything).text
    #expect(told.contains("development.sealed: the secret `TOKEN`: it was rolled back"))
  }

  @Test("Who was removed and writes once more is told, and so is a commit that rolls back")
  func leaver() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1", as: "bob")
    try pair.scratch.publish("one", user: "bob")
    try pair.pull("alice")
    // Alice takes Bob's grant away, and vouches for nothing of his.
    try edit(pair, "alice/project/secrets/team.keys") { $0 }
    try pair.alice(
      ["grant", "bob", "development", "--read"], stderr: .anything)
    try pair.scratch.publish("read only")
    // Bob's clone does not know, and its line is put on top all the same.
    try pair.set("TOKEN", "fake-late", as: "bob")
    let late = try #require(pair.scratch.text("bob/project/secrets/development.sealed"))
    let line = try #require(late.split(separator: "\n").first { $0.hasPrefix("secret TOKEN") })
    try edit(pair) { $0 + "\n\(line)\n" }
    try pair.scratch.commit("late")
    let commit = try head(pair)
    try pair.refuses(
      ["verify"], 4,
      stdout: .containing([
        "error: \(commit) secrets/development.sealed:", "the secret `TOKEN`",
        "signed by someone without the right to it (`bob`)",
      ]))
    try pair.scratch.git("reset", "-q", "--hard", "HEAD~1")
    try pair.set("TOKEN", "fake-2")
    try pair.scratch.commit("two")
    try pair.scratch.git("revert", "--no-edit", "HEAD")
    let back = try head(pair)
    try pair.refuses(
      ["verify", "HEAD~1..HEAD"], 4,
      stdout: .containing([
        "error: \(back) secrets/development.sealed: the secret `TOKEN`: it was rolled back"
      ]))
    try pair.alice(["verify", "HEAD~1"], stdout: good)
  }

  @Test("Branches that are merged are good, and a merge that takes one side only is not")
  func merge() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.pull("bob")
    try pair.set("BOBS", "fake-b", as: "bob")
    try pair.scratch.commit("bob", user: "bob")
    try pair.set("ALICES", "fake-a")
    try pair.scratch.publish("alice")
    try pair.pull("bob")
    try pair.scratch.git("push", "-q", user: "bob")
    try pair.bob(["verify"], stdout: good)
    try pair.set("MORE", "fake-c", as: "bob")
    try pair.scratch.publish("more", user: "bob")
    try pair.set("OTHER", "fake-d")
    try pair.scratch.commit("other")
    try pair.scratch.git("fetch", "-q")
    try pair.scratch.git("merge", "-q", "-s", "ours", "--no-edit", "origin/main")
    let commit = try head(pair)
    try pair.refuses(
      ["verify"], 4,
      stdout: .containing([
        "error: \(commit) secrets/development.sealed: the secret `MORE`: it was rolled back"
      ]))
  }

  @Test("A shallow clone says from where it sees, and is good only where that is enough")
  func shallow() throws {
    let pair = try Pair()
    for number in 1...4 {
      try pair.set("TOKEN", "fake-\(number)")
      try pair.scratch.publish("\(number)")
    }
    let cut = String(try pair.scratch.git("rev-parse", "HEAD~1").prefix(10))
    try pair.scratch.git(
      "clone", "-q", "--depth", "2", "file://\(pair.scratch.at("origin.git"))",
      pair.scratch.at("carol"))
    let said = "history is seen from commit \(cut) on"
    let directory = pair.scratch.at("carol")
    try pair.scratch.fails(
      ["verify"], status: 1, env: ["SECRETS_TRUST": pair.project], directory: directory,
      stderr: .containing([said, "git fetch --unshallow"]))
    try pair.scratch.succeeds(
      ["verify", "--shallow-ok"], env: ["SECRETS_TRUST": pair.project], directory: directory,
      stdout: good, stderr: .containing([said]))
    // What was asked about can all be seen.
    try pair.scratch.succeeds(
      ["verify", "HEAD~1..HEAD"], env: ["SECRETS_TRUST": pair.project], directory: directory,
      stdout: .like("all good: 1 commit, ⋯\n"))
  }

  @Test("A project whose folder was moved has one history, and another one beside it none of it")
  func moved() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.commit("one")
    try edit(pair) {
      $0.replacing("secret TOKEN role=default rev=1", with: "secret TOKEN role=default rev=7")
    }
    try pair.scratch.commit("forged")
    let forged = try head(pair)
    try pair.scratch.git("revert", "--no-edit", "HEAD")
    try pair.scratch.git("mv", "secrets", ".secrets")
    try pair.scratch.commit("moved")
    try pair.set("TOKEN", "fake-2")
    try pair.scratch.commit("two")
    try pair.refuses(
      ["verify"], 4,
      stdout: .containing(["error: \(forged) secrets/development.sealed:"]), stderr: .anything)
    try pair.alice(["verify", "\(forged)..HEAD"], stdout: good, stderr: .anything)
    try edit(pair, "alice/project/.secrets/development.sealed") {
      $0.replacing("secret TOKEN role=default rev=2", with: "secret TOKEN role=default rev=8")
    }
    try pair.scratch.commit("forged again")
    let again = try head(pair)
    try pair.refuses(
      ["verify", "HEAD~1..HEAD"], 4,
      stdout: .containing(["error: \(again) .secrets/development.sealed:"]), stderr: .anything)
  }

  @Test("A project outside of git has no history, and is told so")
  func noRepository() throws {
    let scratch = try Scratch()
    try scratch.write("alice/project/README", "")
    try scratch.succeeds(["init", "--no-passphrase"], stdout: .anything, stderr: .anything)
    for command in [["verify"], ["check", "--rev", "HEAD"], ["check", "--against", "main"]] {
      try scratch.fails(
        command, status: 1,
        stderr: """
          secrets: error: the project is in no git repository, so it has no history to look through
          secrets: hint: look at its files as they are: secrets check

          """)
    }
  }

  @Test("A file larger than any can be is named with its commit, and hides nothing else")
  func tooLarge() throws {
    let pair = try Pair()
    try pair.scratch.tool(["truncate", "-s", "65M", "secrets/production.sealed"])
    try pair.scratch.commit("huge")
    let huge = try head(pair)
    let message = "secrets/production.sealed of \(huge) has more than 67108864 bytes"
    try pair.refuses(
      ["check", "--rev", "HEAD"], 4,
      stderr: """
        secrets: error: \(message), which no such file has
        secrets: hint: see by whom it came: git log --stat \(huge) -- :/secrets/production.sealed

        """)
    try pair.refuses(["diff", "HEAD"], 4, stderr: .anything)
    try pair.refuses(
      ["verify"], 4, stdout: .containing(["error: \(huge) secrets/production.sealed"]))
    try pair.scratch.git("revert", "--no-edit", "HEAD")
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    try pair.refuses(
      ["verify"], 4, stdout: .containing(["error: \(huge) secrets/production.sealed"]))
    try pair.alice(["verify", "HEAD~1..HEAD"], stdout: .like("all good: 1 commit, ⋯\n"))
  }
}
