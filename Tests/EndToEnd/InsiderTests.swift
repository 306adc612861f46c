// What an insider with less than they would like tries by a pull request: lines taken out, older
// ones put back, words that look like the tool's own.

import Testing

@Suite("What an insider tries by a pull request")
struct InsiderTests {
  private func edit(_ pair: Pair, _ file: String, _ change: (String) throws -> String) throws {
    let path = "alice/project/secrets/\(file)"
    try pair.scratch.write(path, try change(try #require(pair.scratch.text(path))))
  }

  private func line(_ pair: Pair, _ file: String, _ start: String) throws -> String {
    let text = try #require(pair.scratch.text("alice/project/secrets/\(file)"))
    return String(try #require(text.split(separator: "\n").first { $0.hasPrefix(start) }))
  }

  /// A value of alice's, and one that bob set while she removed him, merged.
  private func leaving(setting name: String) throws -> Pair {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.pull("bob")
    try pair.set(name, "fake-bob", as: "bob")
    try pair.scratch.commit("meanwhile", user: "bob")
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("remove bob")
    try pair.pull("bob")
    try pair.scratch.git("push", "-q", user: "bob")
    try pair.pull("alice")
    return pair
  }

  @Test("A line that a change takes out is told against what it began from, by name")
  func takenOut() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try edit(pair, "development.sealed") { text in
      text.replacing(try line(pair, "development.sealed", "secret TOKEN") + "\n", with: "")
    }
    try pair.scratch.git("commit", "-qam", "nothing to see")
    let told = try pair.refuses(
      ["check", "--against", "origin/main"], 4, stdout: .anything, stderr: .anything)
    #expect(told.text.contains("the secret `TOKEN`: it was rolled back"))
  }

  @Test("A change that goes back behind what it was merged with is told, whichever base git names")
  func crissCross() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.pull("bob")
    try pair.scratch.write("bob/project/README", "hi\n")
    try pair.scratch.tool(
      ["sh", "-euc", "git add -A; git commit -qm harmless"],
      env: ["GIT_COMMITTER_DATE": "2030-01-01T00:00:00Z"], user: "bob")
    try pair.scratch.git("push", "-q", "origin", "HEAD:pr", user: "bob")
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("remove bob")
    try pair.scratch.git("fetch", "-q", user: "bob")
    try pair.scratch.git("merge", "-q", "-s", "ours", "-m", "tidy", "origin/main", user: "bob")
    try pair.scratch.git("push", "-q", "origin", "HEAD:pr", user: "bob")
    try pair.scratch.git("fetch", "-q")
    try pair.scratch.git("merge", "-q", "-m", "harmless", "origin/pr^1")
    let told = try pair.refuses(
      ["check", "--rev", "origin/pr", "--against", "main"], 4, stdout: .anything
    ).text
    #expect(told.contains("the member `bob`: it was rolled back"))
  }

  @Test("Copies of a line that changes take out one by one are missed before the last one goes")
  func copiesTakenOut() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    let removed = try line(pair, "development.sealed", "secret TOKEN")
    try edit(pair, "development.sealed") { "\($0)\n\(removed)\n" }
    try pair.scratch.publish("twice")
    try edit(pair, "development.sealed") { text in
      let start = try #require(text.firstRange(of: removed))
      return String(text[..<start.lowerBound] + text[start.upperBound...])
    }
    try pair.scratch.commit("one copy")
    try pair.scratch.git("checkout", "-q", "-b", "other", "HEAD~1")
    try edit(pair, "development.sealed") { String($0.dropLast(removed.utf8.count + 2)) }
    try pair.scratch.commit("the other copy")
    let told = try pair.refuses(["check", "--against", "main"], 4, stdout: .anything).text
    #expect(told.contains("the secret `TOKEN`: it was rolled back"))
  }

  @Test("A line that git will lose by where it stands is told before it is merged")
  func lostByPlace() throws {
    let pair = try Pair()
    let bobs = "bob/project/secrets/team.keys"
    func git(_ words: String, as user: String = "alice") throws {
      try pair.scratch.tool(["git"] + words.split(separator: " ").map(String.init), user: user)
    }
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("zero")
    try pair.pull("bob")
    try pair.alice(["revoke", "bob", "development"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("revoke")
    let removed = try line(pair, "team.keys", "grant bob env=development")
    // The same from the same beginning, but for the place of that line.
    try git("fetch -q", as: "bob")
    try git("checkout -q -b x", as: "bob")
    try git("checkout origin/main -- secrets", as: "bob")
    let text = try #require(pair.scratch.text(bobs))
    let header = try #require(text.split(separator: "\n").first)
    let rest = text.replacing(removed + "\n", with: "").dropFirst(header.count + 1)
    try pair.scratch.write(bobs, "\(header)\n\n\(removed)\n\(rest)")
    try pair.scratch.commit("another place", user: "bob")
    try git("push -q origin x", as: "bob")
    try git("fetch -q")
    try git("merge -q --no-ff -m x origin/x")
    let twice = try #require(pair.scratch.text("alice/project/secrets/team.keys"))
    #expect(twice.split(separator: "\n").count { $0 == removed } == 2)
    try pair.alice(["env", "new", "staging"], stderr: .anything)
    try pair.scratch.publish("one of them goes")
    // What stands at the place that main has left is all that is taken out.
    try git("merge -q -m again origin/main~2", as: "bob")
    let both = try #require(pair.scratch.text(bobs))
    let first = try #require(both.ranges(of: removed + "\n").last)
    try pair.scratch.write(bobs, String(both[..<first.lowerBound] + both[first.upperBound...]))
    try pair.scratch.commit("tidy", user: "bob")
    try git("push -q origin x", as: "bob")
    try git("fetch -q")
    let told = try pair.refuses(
      ["check", "--rev", "origin/x", "--against", "main"], 4, stdout: .anything, stderr: .anything
    ).text
    #expect(told.contains("the grant of `bob` for development/default: it was rolled back"))
  }

  @Test("A change that moves the folder is held against what stood in the old one")
  func moved() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try edit(pair, "development.sealed") { text in
      text.replacing(try line(pair, "development.sealed", "secret TOKEN") + "\n", with: "")
    }
    try pair.scratch.tool(
      ["sh", "-euc", "mkdir app; git mv secrets app/secrets; git commit -qam moved"])
    let told = try pair.scratch.run(
      ["check", "-C", "app", "--against", "origin/main"],
      env: ["SECRETS_TRUST": pair.project])
    #expect(told.status == 4)
    #expect(told.text.contains("the secret `TOKEN`: it was rolled back"))
    #expect(!told.text.contains("team: root"))
    #expect(told.text.hasPrefix("team: the folder moves from secrets to app/secrets, where each "))
  }

  @Test("A forged grant is not told as one that its signer gave")
  func forgedGrant() throws {
    let pair = try Pair()
    try pair.alice(["grant", "bob", "production", "--read"], stderr: .anything)
    try pair.scratch.publish("read")
    try edit(pair, "team.keys") { $0.replacing("access=read", with: "access=write") }
    try pair.refuses(
      ["check", "--against", "origin/main"], 4,
      stdout: .containing(["team: forged: grant bob, production/default write, by alice"]))
  }

  @Test("A reason with lines of its own is one line, escaped")
  func reason() throws {
    let pair = try Pair(granting: nil)
    try pair.scratch.clone(user: "zed")
    try pair.scratch.succeeds(
      ["join", "zed", "--no-passphrase", "--reason", "hi\n::error::fake\nall good"],
      env: ["SECRETS_TRUST": pair.project], user: "zed", stdout: .anything, stderr: .anything)
    try pair.scratch.publish("join", user: "zed")
    try pair.scratch.git("fetch", "-q")
    let told = try pair.alice(
      ["check", "--rev", "origin/main", "--against", "HEAD"], stdout: .anything, stderr: .anything)
    #expect(told.text.contains("hi\\n::error::fake\\nall good"))
    #expect(!told.text.contains("\n::error"))
  }

  @Test("Who was left only to read cannot write by putting the older grant back")
  func lessened() throws {
    let pair = try Pair()
    let older = try line(pair, "team.keys", "grant bob")
    try pair.set("TOKEN", "fake-1")
    try pair.alice(["grant", "bob", "development", "--read"], stderr: .anything)
    let newer = try line(pair, "team.keys", "grant bob")
    try pair.scratch.publish("less")
    try pair.alice(["get", "TOKEN"], stdout: "fake-1")
    try pair.pull("bob")
    let bobs = "bob/project/secrets/team.keys"
    try pair.scratch.write(
      bobs, try #require(pair.scratch.text(bobs)).replacing(newer, with: older))
    try pair.scratch.succeeds(
      ["set", "TOKEN"], stdin: "fake-evil",
      env: ["SECRETS_TRUST": pair.project, "XDG_STATE_HOME": pair.scratch.at("elsewhere")],
      user: "bob", stdout: .anything, stderr: .anything)
    try pair.scratch.publish("more", user: "bob")
    try pair.pull("alice")
    try pair.refuses(["get", "TOKEN"], 4, stderr: .containing(["`TOKEN`"]))
    try pair.refuses(["run", "--", "true"], 125, stderr: .containing(["`TOKEN`"]))
  }

  @Test(
    "What was seen of one environment is remembered whatever is written elsewhere",
    arguments: [
      ["set", "OTHER=fake", "-e", "production"], ["env", "new", "staging"],
      ["grant", "bob", "production"], ["rekey", "production"], ["resolve"],
    ])
  func writtenElsewhere(command: [String]) throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-old")
    try pair.scratch.publish("old")
    let old = try #require(pair.scratch.text("alice/project/secrets/development.sealed"))
    try pair.set("TOKEN", "fake-new")
    try pair.scratch.publish("new")
    try pair.alice(["check"], stdout: .anything)
    try pair.alice(command, stdout: .anything, stderr: .anything)
    try pair.alice(["check"], stdout: .anything)
    try pair.scratch.write("alice/project/secrets/development.sealed", old)
    try pair.refuses(["run", "--", "true"], 125, stderr: .containing(["`TOKEN`", "rolled back"]))
    try pair.refuses(["check"], 4, stdout: .containing(["`TOKEN`: it was rolled back"]))
  }

  @Test("A file that is gone, or the line that allows it, is rolled back, and nothing starts anew")
  func goneFile() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.set("PROD", "fake-2", in: "production")
    try pair.scratch.publish("values")
    try pair.alice(["check"], stdout: .anything)
    let file = "alice/project/secrets/development.sealed"
    let text = try #require(pair.scratch.text(file))
    try pair.scratch.tool(["rm", pair.scratch.at(file)])
    for (command, status) in [
      (["run", "--", "true"], 125), (["get", "TOKEN"], 4), (["list"], 4), (["set", "NEW"], 4),
      (["check"], 4), (["rekey", "development"], 4),
    ] as [([String], Int32)] {
      let outcome = try pair.scratch.run(
        command, stdin: "fake-3", env: ["SECRETS_TRUST": pair.project])
      #expect(outcome.status == status, "\(command): \(outcome.stderr)")
      let said = outcome.text + outcome.stderr
      #expect(said.contains("the environment `development`: it was rolled back"), "\(said)")
      #expect(said.contains("git log -- secrets/development.sealed"), "\(said)")
    }
    try pair.scratch.write(file, text)
    try pair.alice(["get", "TOKEN"], stdout: "fake-1")

    try edit(pair, "team.keys") { text in
      text.replacing(try line(pair, "team.keys", "env production") + "\n", with: "")
    }
    try pair.scratch.tool(["rm", pair.scratch.at("alice/project/secrets/production.sealed")])
    for command in [["list", "-e", "production"], ["env", "new", "production"]] {
      try pair.refuses(
        command, 4, stderr: .containing(["the environment `production`", "rolled back"]))
    }
  }

  @Test("A value whose line was taken out stops what would run without it")
  func missing() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.set("OTHER", "fake-2")
    try pair.scratch.publish("one")
    try pair.alice(["list"], stdout: .anything)
    try edit(pair, "development.sealed") { text in
      text.replacing(try line(pair, "development.sealed", "secret TOKEN") + "\n", with: "")
    }
    try pair.refuses(["run", "--", "true"], 125, stderr: .containing(["`TOKEN`", "rolled back"]))
    try pair.refuses(["get", "TOKEN"], 4, stderr: .containing(["`TOKEN`", "rolled back"]))
    try pair.alice(["get", "OTHER"], stdout: "fake-2", stderr: .anything)
  }

  @Test("Looking at another's branch, detached, changes nothing for one's own")
  func detached() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.scratch.git("checkout", "-q", "-b", "other")
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.git("commit", "-qam", "other")
    // As another machine of alice's sees it, which did not write it.
    let state: [String: String?] = [
      "SECRETS_TRUST": pair.project, "XDG_STATE_HOME": pair.scratch.at("fresh"),
    ]
    try pair.scratch.git("checkout", "-q", "main")
    try pair.scratch.succeeds(["check"], env: state, stdout: .anything, stderr: .anything)
    try pair.scratch.git("checkout", "-q", "--detach", "other")
    try pair.scratch.succeeds(["list"], env: state, stdout: .anything, stderr: .anything)
    try pair.scratch.git("checkout", "-q", "main")
    try pair.scratch.succeeds(["check"], env: state, stdout: .like("all good: ⋯\n"))
  }

  @Test("A new key that was thrown away before anybody saw it is forgotten")
  func discardedKey() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.alice(["check"], stdout: .anything)
    try pair.alice(["rekey", "development"], stdout: .anything, stderr: .anything)
    try pair.alice(["check"], stdout: .anything)
    try pair.scratch.git("checkout", "-q", "--", "secrets")
    try pair.alice(
      ["check"],
      stdout: .containing([
        "it is not here, and no remote of this clone ever held it", "all good: ",
      ]))
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    // What was published is remembered on any branch.
    try pair.alice(["rekey", "development"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("new key")
    try pair.scratch.git("switch", "-qc", "old", "HEAD~1")
    try pair.refuses(["check"], 1, stdout: .containing(["the role `default`"]))
  }

  @Test("A remote that is added later leaves the project trusted")
  func remoteAdded() throws {
    let scratch = try Scratch()
    try scratch.repository()
    try scratch.git("remote", "remove", "origin")
    try scratch.succeeds(["init", "--no-passphrase"], stdout: .anything, stderr: .anything)
    try scratch.succeeds(["set", "TOKEN"], stdin: "fake-1", stderr: .anything)
    try scratch.git("remote", "add", "origin", "git@github.com:fake/fake.git")
    try scratch.succeeds(["get", "TOKEN"], stdout: "fake-1")
  }

  @Test(
    "What a leaver set meanwhile is replaced by setting it again, and history stays good",
    arguments: ["fake-2", "fake-1"])
  func setMeanwhile(again value: String) throws {
    let pair = try leaving(setting: "TOKEN")
    try pair.refuses(["check"], 1, stdout: .anything, stderr: .anything)
    try pair.alice(["get", "TOKEN"], stdout: "fake-1", stderr: .anything)
    try pair.set("TOKEN", value)
    try pair.scratch.commit("again")
    // The old value again is one that bob has read.
    let known = "note: ⋯exposed to bob until rotated: `TOKEN`⋯\n  hint: ⋯secrets set TOKEN⋯\n"
    try pair.alice(["check"], stdout: .like((value == "fake-1" ? known : "") + "all good: ⋯\n"))
    try pair.alice(["verify"], stdout: .like("all good: ⋯\n"))
  }

  /// Lines with signatures of others: what each says, in which file, and what it would give.
  private static let forgeries = [
    ("team.keys", "grant alice env=production", "grant bob env=production"),
    ("team.keys", "env production protected=yes", "env production protected=no"),
    ("development.sealed", "secret TOKEN role=default rev=1", "secret TOKEN role=default rev=7"),
    ("development.sealed", "role default ", "role billing "),
  ]

  @Test(
    "What is forged stays forged through every write beside it, and gives nobody anything",
    arguments: forgeries)
  func forgedBeside(file: String, real: String, forged: String) throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.set("PROD", "fake-prod", in: "production")
    try edit(pair, file) { text in
      let line = try line(pair, file, real).replacing(real, with: forged)
      // A line of its own, beside the one whose signature it has.
      let id = line.split(separator: " ").first { $0.hasPrefix("id=") }
      return text + (id.map { line.replacing($0, with: "id=AAAAAAAA") } ?? line) + "\n"
    }
    let before = try pair.refuses(["check"], 4, stdout: .containing(["it is forged"])).text
    for command in [
      ["set", "OTHER"], ["generate", "KEY"], ["env", "new", "staging"], ["unset", "OTHER"],
      ["set", "OTHER", "-e", "staging"],
    ] {
      _ = try pair.scratch.run(command, stdin: "fake-2", env: ["SECRETS_TRUST": pair.project])
    }
    let after = try pair.refuses(["check"], 4, stdout: .containing(["it is forged"])).text
    let errors = { (text: String) in
      text.split(separator: "\n").filter { $0.hasPrefix("error: ") }.map {
        $0.drop { $0 != "(" }
      }
    }
    #expect(errors(after) == errors(before))
    _ = try pair.scratch.run(
      ["set", "PROD2", "-e", "production"], stdin: "fake-3", env: ["SECRETS_TRUST": pair.project])
    #expect(try pair.value("PROD", in: "production", as: "bob") == nil)
    try pair.refuses(["run", "-e", "production", "--", "true"], 125, stderr: .anything)
  }

  @Test("A line that has lost its right may be taken out, and history stays good")
  func takenOutWithoutRight() throws {
    let pair = try leaving(setting: "ONLY_BOBS")
    try edit(pair, "development.sealed") { text in
      text.replacing(try line(pair, "development.sealed", "secret ONLY_BOBS") + "\n", with: "")
    }
    try pair.scratch.commit("take it out")
    try pair.alice(["verify"], stdout: .like("all good: ⋯\n"))
  }
}
