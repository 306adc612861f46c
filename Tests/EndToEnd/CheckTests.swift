// What waits, and what is wrong, is said with its line and the command that mends it.

import Testing

@Suite("check and verify")
struct CheckTests {
  @Test("A changed line is forged, a cut one no grammar, and both are named")
  func damage() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.set("OTHER", "fake-2")
    let path = "alice/project/secrets/development.sealed"
    let good = try #require(pair.scratch.text(path))
    try pair.scratch.write(
      path,
      good.replacing("secret TOKEN role=default rev=1", with: "secret TOKEN role=default rev=2"))
    try pair.refuses(
      ["check"], 4,
      stdout: .like(
        """
        error: secrets/development.sealed:⋯: the secret `TOKEN`: it is forged ⋯
          hint: see by whom it came: git log -L⋯

        """))
    try pair.scratch.write(path, good.replacing(" rev=1 ", with: " rev=01 "))
    try pair.refuses(
      ["check"], 4,
      stdout: .containing(["error: secrets/development.sealed:", "`rev=` is missing or is not"]))
    // The other environment is looked at all the same.
    try pair.alice(["check", "production"], stdout: .like("all good: ⋯\n"))
    try pair.refuses(["check", "nowhere"], 1, stderr: .containing(["no environment `nowhere`"]))
  }

  @Test("A file that is gone, and one that no line allows, are errors")
  func files() throws {
    let pair = try Pair()
    try pair.scratch.tool(["mv", "secrets/production.sealed", "secrets/stray.sealed"])
    try pair.refuses(
      ["check"], 4,
      stdout: .containing([
        "secrets/production.sealed: the environment `production`: it was rolled back (this machine",
        "secrets/stray.sealed:1: the environment `stray`",
      ]))
    // Who has never seen it cannot know more.
    try pair.scratch.fails(
      ["check"], status: 4,
      env: ["SECRETS_TRUST": pair.project, "XDG_STATE_HOME": pair.scratch.at("elsewhere")],
      stdout: .containing(["secrets/production.sealed: the environment `production` has no file"]),
      stderr: "")
  }

  @Test("Without a key everything but the values is checked, and without trust nothing")
  func withoutKey() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    let nobody: [String: String?] = [
      "HOME": nil, "XDG_CONFIG_HOME": nil, "XDG_STATE_HOME": nil, "SECRETS_TRUST": pair.project,
    ]
    try pair.scratch.succeeds(
      ["check"], env: nobody,
      stdout: "all good: 2 environments, 2 members, 1 secret; no key, so no value was opened\n")
    try pair.scratch.fails(
      ["check"], status: 4, env: nobody.merging(["SECRETS_TRUST": nil]) { $1 },
      stderr: .containing(["nobody on this machine has confirmed"]))
    let json = try pair.scratch.succeeds(["check", "--json"], env: nobody, stdout: .anything).text
    #expect(
      try pair.scratch.tool(["jq", "-c", "."], stdin: json)
        == "{\"status\":0,\"opened\":null,\"findings\":[]}\n")
  }

  @Test("Why no value was opened is said: no key, a locked one, or no member's")
  func whyNotOpened() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    let checked = "all good: 2 environments, 2 members, 1 secret; "
    let closed = ", so no value was opened\n"
    try pair.scratch.succeeds(
      ["key", "new", "--no-passphrase"], user: "eve", stderr: .anything)
    try pair.scratch.succeeds(
      ["check", "-C", pair.scratch.at("alice/project")], env: ["SECRETS_TRUST": pair.project],
      user: "eve", stdout: .exactly("\(checked)your key is no member's\(closed)"))
    let terminal = try Terminal.secrets(["key", "passphrase"], in: pair.scratch)
    try terminal.wait(for: "new passphrase for")
    try terminal.enter("fake-pass")
    try terminal.wait(for: "the same again:")
    try terminal.enter("fake-pass")
    #expect(try terminal.end() == 0)
    try pair.alice(["key", "lock"], stderr: .anything)
    try pair.alice(["check"], stdout: .exactly("\(checked)your key is locked\(closed)"))
    // Names are no secret, so a locked key shows no fewer than none.
    try pair.alice(
      ["list"], stdout: .like("TOKEN\tdefault\t-\t1\talice\t⋯\tclosed\n"),
      stderr: .containing(["is locked", "hint: secrets key unlock"]))
  }

  @Test("A revision is checked without its working tree, also in a bare repository")
  func revision() throws {
    let pair = try Pair()
    let origin = pair.scratch.at("origin.git")
    try pair.alice(
      ["check", "-C", origin, "--rev", "main"], stdout: .like("all good: 2 environments,⋯\n"))
    try pair.alice(
      ["-C", origin, "check", "--rev", "main:secrets"], stdout: .like("all good: ⋯\n"))
    try pair.refuses(
      ["check", "--rev", "nowhere"], 1, stderr: .containing(["git knows no commit `nowhere`"]))
    try pair.scratch.write("alice/project/secrets/development.sealed", "broken\n")
    try pair.alice(["check", "--rev", "HEAD"], stdout: .like("all good: ⋯\n"))
    try pair.scratch.commit("broken")
    try pair.refuses(["check", "--rev", "HEAD"], 4, stdout: .anything)
    try pair.alice(["check", "--rev", "HEAD~1"], stdout: .like("all good: ⋯\n"))
  }

  @Test("What a change brings is told with the line that it has there, not in the merge")
  func linesOfTheChange() throws {
    let pair = try Pair()
    try pair.scratch.git("checkout", "-qb", "feature", user: "bob")
    try pair.set("NEW", "fake-new", as: "bob")
    for name in ["A", "B", "C"] { try pair.set(name, "fake-\(name)") }
    try pair.scratch.publish("meanwhile")
    let path = "bob/project/secrets/development.sealed"
    let text = try #require(pair.scratch.text(path))
    let forged = text.replacing("secret NEW", with: "secret OTHER")
    try pair.scratch.write(path, forged)
    try pair.scratch.commit("forged", user: "bob")
    try pair.scratch.git("fetch", "-q", user: "bob")
    let lines = forged.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.hasPrefix("secret OTHER") }) + 1
    try pair.refuses(
      ["check", "--against", "origin/main"], 4, as: "bob",
      stdout: .containing(["error: secrets/development.sealed:\(line): the secret `OTHER`"]))
  }

  @Test("A change is told by name and author, and only what is new in it is held against it")
  func against() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.set("OLD", "fake-old")
    try pair.scratch.publish("values")
    try pair.pull("bob")
    try pair.alice(["grant", "bob", "production/audit", "--read"], stderr: .anything)
    try pair.scratch.publish("waits")
    try pair.scratch.git("checkout", "-qb", "feature", user: "bob")
    try pair.set("TOKEN", "fake-2", as: "bob")
    try pair.set("NEW", "fake-new", as: "bob")
    try pair.bob(["unset", "OLD"], stderr: .anything)
    try pair.scratch.commit("feature", user: "bob")
    try pair.scratch.git("fetch", "-q", user: "bob")
    try pair.bob(
      ["check", "--against", "origin/main"],
      stdout: """
        development: NEW added by bob, revision 1
        development: OLD removed by bob, revision 2
        development: TOKEN changed by bob, revision 2

        """,
      stderr: """
        secrets: 1 finding there before: secrets check --rev origin/main

        """)
    // The same name changed on the other side as well is what a merge would bring.
    try pair.set("TOKEN", "fake-3")
    try pair.scratch.publish("meanwhile")
    try pair.scratch.git("fetch", "-q", user: "bob")
    try pair.refuses(
      ["check", "--against", "origin/main"], 4, as: "bob",
      stdout: .containing(["the secret `TOKEN`: it is in conflict: ", "bob at", "alice at"]),
      stderr: .anything)
  }

  @Test("What was rolled back stops, is listed by verify, and is taken only knowingly")
  func rollback() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.set("TOKEN", "fake-2")
    try pair.scratch.publish("two")
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    try pair.scratch.git("reset", "-q", "--hard", "HEAD~1")
    #expect(try pair.value("TOKEN") == nil)
    try pair.refuses(["check"], 4, stdout: .containing(["`TOKEN`: it was rolled back"]))
    try pair.refuses(
      ["verify", "--yes"], 2, stderr: .containing(["--accept"]))
    let listed = Said.like("secrets/development.sealed: the secret `TOKEN`: it was rolled back ⋯\n")
    try pair.refuses(["verify", "--accept"], 2, stdout: listed, stderr: .containing(["--yes"]))
    #expect(try pair.value("TOKEN") == nil)
    try pair.alice(
      ["verify", "--accept", "--yes"], stdout: listed, stderr: .containing(["secrets: taken"]))
    #expect(try pair.value("TOKEN") == "fake-1")
    try pair.alice(
      ["verify", "--accept"],
      stderr: "secrets: nothing disagrees with what this machine remembers\n")
  }

  @Test("Whom taking a rollback makes a member again is said before it is taken")
  func returning() throws {
    let pair = try Pair()
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("bob leaves")
    try pair.scratch.git("revert", "--no-edit", "HEAD")
    try pair.refuses(
      ["verify", "--accept"], 2, stdout: .containing(["the member `bob`"]),
      stderr: .containing([
        "secrets: warning: `bob`, whose removal is among this, would be a member again\n"
      ]))
  }

  @Test("What was rolled back is not made whole by writing beside it")
  func noWayAround() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.set("TOKEN", "fake-2")
    try pair.scratch.publish("two")
    try pair.scratch.git("reset", "-q", "--hard", "HEAD~1")
    try pair.alice(["grant", "bob", "development", "--read"], stderr: .anything)
    try pair.refuses(["check"], 4, stdout: .containing(["`TOKEN`: it was rolled back"]))
  }

  @Test("A template that will stop a run is told beforehand")
  func template() throws {
    let pair = try Pair()
    try pair.alice(
      ["import", "-"], stdin: "HOST=fake\nURL=https://${HOST}/\n", stdout: .anything,
      stderr: .anything)
    try pair.alice(["unset", "HOST"], stderr: .anything)
    try pair.refuses(
      ["check"], 1,
      stdout: .like(
        """
        warning: secrets/development.sealed: `URL` uses `${HOST}`, ⋯
          hint: secrets set HOST -e development, or secrets edit development

        """))
    try pair.refuses(["run", "--", "true"], 125, stderr: .containing(["`URL` uses `${HOST}`"]))
  }

  @Test("A rolled-back team.keys is seen whatever was looked at meanwhile, and stops what needs it")
  func teamRolledBack() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    // No environment is read by this.
    try pair.alice(["env", "protect", "development"], stderr: .anything)
    try pair.scratch.publish("protect")
    try pair.scratch.git("reset", "-q", "--hard", "HEAD~1")
    let told = "the environment `development`: it was rolled back (this machine has seen "
    for command in [["run", "--", "true"], ["get", "TOKEN"], ["export"]] {
      try pair.refuses(
        command, command[0] == "run" ? 125 : 4, stderr: .containing(["error: \(told)"]))
    }
    try pair.alice(["env", "new", "staging"], stderr: .anything)
    try pair.set("TOKEN", "fake-2", in: "staging")
    try pair.refuses(["check"], 4, stdout: .containing(["error: \(told)"]))
  }

  @Test("Who has lost a grant that was never ended is not given a base's value in its place")
  func grantRolledBack() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-base")
    try pair.alice(["env", "new", "staging", "--extends", "development"], stderr: .anything)
    try pair.alice(
      ["set", "TOKEN", "-e", "staging", "--role", "db", "--new-role"], stdin: "fake-own",
      stderr: .anything)
    try pair.alice(["grant", "bob", "staging"], stderr: .anything)
    try pair.scratch.publish("one")
    try pair.alice(["grant", "bob", "staging/db"], stderr: .anything)
    try pair.scratch.publish("two")
    try pair.pull("bob")
    let show = ["run", "-e", "staging", "--", "sh", "-c", "echo $TOKEN"]
    try pair.bob(show, stdout: "fake-own\n")
    try pair.scratch.git("reset", "-q", "--hard", "HEAD~1", user: "bob")
    try pair.refuses(
      show, 125, as: "bob",
      stderr: .containing(["error: the grant of `bob` for staging/db: it was rolled back"]))
  }

  @Test("An older clone on the same machine does not make it forget what a newer one has seen")
  func twoClones() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.scratch.git("clone", "-q", pair.scratch.at("origin.git"), "../older")
    try pair.set("TOKEN", "fake-2")
    try pair.scratch.publish("two")
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    let older = pair.scratch.at("alice/older")
    for _ in 0..<2 {
      let seen = try pair.scratch.succeeds(
        ["check"], env: ["SECRETS_TRUST": pair.project], directory: older, stdout: .anything)
      #expect(
        seen.text.contains("note: secrets/development.sealed: the secret `TOKEN`: it is not here"))
    }
    try pair.scratch.git("reset", "-q", "--hard", "HEAD~1")
    try pair.refuses(["check"], 4, stdout: .containing(["`TOKEN`: it was rolled back"]))
  }

  @Test("Without a key, two values of one name are told as what may be in conflict")
  func unopenedConflict() throws {
    let pair = try Pair()
    try pair.diverge(on: "TOKEN")
    try pair.scratch.git("push", "-q", "origin", "HEAD:change")
    let origin = pair.scratch.at("origin.git")
    let nobody: [String: String?] = [
      "HOME": nil, "XDG_CONFIG_HOME": nil, "XDG_STATE_HOME": nil, "SECRETS_TRUST": pair.project,
    ]
    let told = try pair.scratch.fails(
      ["-C", origin, "check", "--rev", "change", "--against", "main"], status: 1, env: nobody,
      stdout: .anything, stderr: .anything
    ).text
    #expect(told.contains("development: TOKEN changed by "))
    #expect(
      told.contains(
        "warning: secrets/development.sealed: the secret `TOKEN`: it is in conflict, unless both "
          + "sides say the same: "))
    #expect(told.contains("hint: whoever can open it looks: secrets check\n"))
  }
}
