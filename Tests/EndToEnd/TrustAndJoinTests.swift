// The second person's way in: trust, join, and what the founder reads out for it.

import Testing

@Suite("trust and join")
struct TrustAndJoinTests {
  private func project(_ scratch: Scratch) throws -> (id: String, line: String) {
    let json = try scratch.succeeds(["trust", "--show", "--json"], stdout: .anything).text
    let fields = try scratch.tool(["jq", "-r", ".project, .trust"], stdin: json)
      .split(separator: "\n").map(String.init)
    return (fields[0], fields[1])
  }

  @Test("A member reads out what another compares, and CI's line is a line of its own")
  func show() throws {
    let scratch = try Scratch()
    try scratch.found()
    let (id, line) = try project(scratch)
    try scratch.succeeds(
      ["trust", "--show"],
      stdout: .like(
        """
        project      \(id)
        root         alice
        fingerprint  SHA256:⋯
        spoken       ⋯-⋯-⋯-⋯-⋯
        SECRETS_TRUST=\(line)

        """))
    try scratch.clone(user: "ci")
    try scratch.succeeds(
      ["trust", "--show"], env: ["SECRETS_TRUST": line], user: "ci", stdout: .anything)
    try scratch.fails(
      ["trust", "--show"], status: 4, user: "ci",
      stderr: """
        secrets: error: nobody on this machine has confirmed project \(id)
        secrets: hint: at a terminal: secrets trust; in CI: export SECRETS_TRUST=PROJECT, with the id that a teammate's `secrets trust --show` prints

        """)
  }

  @Test("A person is shown the root, asked once, and a no keeps nothing")
  func asking() throws {
    let scratch = try Scratch()
    try scratch.found()
    let (id, _) = try project(scratch)
    try scratch.clone(user: "bob")
    let no = try Terminal.secrets(["trust"], in: scratch, user: "bob")
    try no.wait(for: "Trust this project? [y/N]")
    try no.enter("n")
    #expect(try no.end() == 1)
    #expect(scratch.text("bob/project/.git/config")?.contains("textconv") == false)
    #expect(try scratch.run(["trust"], user: "bob").status == 4)

    let yes = try Terminal.secrets(["trust"], in: scratch, user: "bob")
    let screen = try yes.wait(for: "Trust this project? [y/N]")
    let spoken = try scratch.succeeds(["trust", "--show"], stdout: .anything).text
    for word in ["project \(id) in secrets", "root      alice SHA256:", "members   1"] {
      #expect(screen.contains(word))
    }
    #expect(try spoken.contains(#require(screen.split(separator: "spoken    ").last).prefix(29)))
    try yes.enter("y")
    #expect(try yes.end() == 0)
    #expect(
      try scratch.git("config", "diff.secrets.textconv", user: "bob") == "\(Scratch.textconv)\n")
    try scratch.succeeds(
      ["trust"], user: "bob", stderr: "secrets: project \(id) is trusted already\n")
    try scratch.succeeds(
      ["trust", "--forget"], user: "bob",
      stderr: "secrets: project \(id) is not trusted here any more\n")
    try scratch.succeeds(
      ["trust", "--forget"], user: "bob", stderr: "secrets: no project was trusted here\n")
    #expect(try scratch.run(["trust"], user: "bob").status == 4)
  }

  @Test("Ahead of a question only the project that is here is trusted")
  func ahead() throws {
    let scratch = try Scratch()
    try scratch.found()
    let (id, line) = try project(scratch)
    try scratch.clone(user: "bob")
    try scratch.fails(
      ["trust", "AAAAAAAAAAAAAAAAAAAAAA"], status: 4, user: "bob",
      stderr: .containing(["this is project \(id)", "not AAAAAAAAAAAAAAAAAAAAAA that is trusted"]))
    try scratch.fails(["trust", "x"], status: 2, user: "bob", stderr: .anything)
    let other = "AAAAC3NzaC1lZDI1NTE5AAAAIBiI2+OTaVaRTwbXDMPCv/5ngHVCzKkd9g+5pDyY0+0X"
    try scratch.fails(["trust", "\(id):\(other)"], status: 4, user: "bob", stderr: .anything)
    #expect(try scratch.run(["trust"], user: "bob").status == 4)
    try scratch.succeeds(
      ["trust", line], user: "bob", stderr: "secrets: project \(id) is trusted\n")
  }

  @Test("Another project in a place that was trusted is refused until the first is forgotten")
  func replaced() throws {
    let scratch = try Scratch()
    let path = try scratch.found()
    let (id, _) = try project(scratch)
    try scratch.tool(["rm", "-rf", "secrets"])
    try scratch.succeeds(["init"], stderr: .anything)
    let now = try #require(
      scratch.text("\(path)/secrets/team.keys")?.prefix(50).split(separator: "=")[1]
    )
    .prefix(22)
    try scratch.write("alice/state", "")
    try scratch.git("stash", "-q", "-u")
    #expect(now != id)
    try scratch.fails(
      ["trust", id], status: 4,
      stderr: .containing([
        "this place held project \(now), and now another one, \(id)",
        "secrets trust --forget && secrets trust \(id)",
      ]))
    try scratch.succeeds(["trust", "--forget"], stderr: .anything)
    try scratch.succeeds(["trust", id], stderr: "secrets: project \(id) is trusted\n")
  }

  @Test("Who joins signs one line, and is told what to commit or send")
  func join() throws {
    let scratch = try Scratch()
    try scratch.found()
    let (id, _) = try project(scratch)
    try scratch.clone(user: "bob")
    try scratch.fails(["join", "--no-passphrase"], status: 4, user: "bob", stderr: .anything)
    #expect(scratch.text("bob/.config/secrets/identity") == nil)
    try scratch.succeeds(["trust", id], user: "bob", stderr: .anything)
    let outcome = try scratch.succeeds(
      ["join", "--no-passphrase", "--reason", "new here"], user: "bob",
      stdout: .like("secrets team add bob 'ssh-ed25519 ⋯'\n"),
      stderr: .like(
        """
        secrets: wrote your key to ⋯/bob/.config/secrets/identity, without a passphrase
        secrets: you ask to join as `bob`
        secrets: fingerprint  SHA256:⋯
        secrets: spoken       ⋯-⋯-⋯-⋯-⋯
        secrets: commit it: git add :/secrets/team.keys && git commit -m 'Ask to join as bob'
        secrets: or send this to alice or an admin, and read the fingerprint out:

        """))
    #expect(
      try scratch.git("diff", "--no-textconv", "--numstat", user: "bob")
        == "2\t0\tsecrets/team.keys\n")
    let key = try #require(outcome.text.split(separator: " ").last).dropLast(2)
    let team = try #require(scratch.text("bob/project/secrets/team.keys"))
    #expect(team.contains("\njoin bob key=\(key) at="))
    #expect(team.contains(" reason=new%20here sig="))

    try scratch.succeeds(["join"], user: "bob", stdout: .exactly(outcome.text), stderr: .anything)
    #expect(scratch.text("bob/project/secrets/team.keys") == team)
    try scratch.publish("Ask to join as bob", user: "bob")
    try scratch.git("pull", "-q")
    try scratch.succeeds(["check"], stdout: .anything, stderr: .anything)
  }

  @Test("A name that is somebody's is not taken; another is proposed")
  func names() throws {
    let scratch = try Scratch()
    try scratch.found()
    let (id, _) = try project(scratch)
    try scratch.clone(user: "bob")
    try scratch.succeeds(["trust", id], user: "bob", stderr: .anything)
    let refusal: (String, String) -> Said = { why, instead in
      .exactly("secrets: error: \(why)\nsecrets: hint: secrets join \(instead)\n")
    }
    try scratch.fails(
      ["join", "alice", "--no-passphrase"], status: 2, user: "bob",
      stderr: refusal("the name `alice` is taken, and a name is one key for ever", "alice.2"))
    #expect(scratch.text("bob/.config/secrets/identity") == nil)
    try scratch.fails(
      ["join", "Bob B", "--no-passphrase"], status: 2, user: "bob",
      stderr: .containing(["`Bob B` cannot name a member", "such as `bob-b`"]))
    try scratch.succeeds(
      ["join", "--no-passphrase"], user: "bob", stdout: .anything, stderr: .anything)
    try scratch.publish(user: "bob")

    try scratch.clone(user: "robert")
    try scratch.succeeds(["trust", id], user: "robert", stderr: .anything)
    try scratch.fails(
      ["join", "bob", "--no-passphrase"], status: 2, user: "robert",
      stderr: refusal("another key has asked for the name `bob`", "bob.2"))
    try scratch.fails(
      ["join"], status: 2,
      stderr: """
        secrets: error: you are a member already: `alice`
        secrets: hint: on another device, with a key of its own: secrets join

        """)
  }

  @Test("A key of ssh without a passphrase is taken to join with, others are explained")
  func sshKeys() throws {
    let scratch = try Scratch()
    try scratch.found()
    let (id, _) = try project(scratch)
    for (user, type, phrase) in [
      ("bob", "ed25519", ""), ("carol", "rsa", ""), ("dora", "ed25519", "fake-ssh"),
    ] {
      try scratch.clone(user: user)
      try scratch.succeeds(["trust", id], user: user, stderr: .anything)
      try scratch.write("\(user)/.ssh/x", "")
      let file = try scratch.home(user) + "/.ssh/id_\(type)"
      try scratch.tool(["ssh-keygen", "-q", "-t", type, "-N", phrase, "-f", file], user: user)
    }
    let line = try #require(scratch.text("bob/.ssh/id_ed25519.pub")).split(separator: " ")[1]
    try scratch.succeeds(
      ["join"], user: "bob", stdout: "secrets team add bob 'ssh-ed25519 \(line)'\n",
      stderr: .containing(["secrets: your key is the one at ", "/.ssh/id_ed25519\n"]))
    #expect(scratch.text("bob/.config/secrets/identity") == nil)
    try scratch.succeeds(
      ["join", "--no-passphrase"], user: "carol", stdout: .anything,
      stderr: .containing([
        "/.ssh/id_rsa is of type ssh-rsa, which signs but cannot open anything\n"
      ]))
    #expect(scratch.text("carol/.config/secrets/identity") != nil)
    try scratch.fails(
      ["join", "--no-passphrase"], status: 3, user: "dora",
      stderr: .containing([
        "/.ssh/id_ed25519 has a passphrase, and no other key is here",
        "or make another: secrets key new",
      ]))
    #expect(scratch.text("dora/.config/secrets/identity") == nil)
  }
}
