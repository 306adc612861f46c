// `secrets init` as a person meets it.

import Testing

@Suite("init")
struct InitTests {
  @Test("A repository becomes a project in one step, and git knows of it")
  func founding() throws {
    let scratch = try Scratch()
    let path = try scratch.repository()
    try scratch.write("alice/project/.gitignore", "node_modules\r\n.env")
    try scratch.succeeds(
      ["init", "--no-passphrase"],
      stderr: .like(
        """
        secrets: wrote your key to \(scratch.path)/alice/.config/secrets/identity, without a passphrase
        secrets: made project ⋯ in \(path)/secrets, with the environments development and production (protected)
        secrets: you are its root, `alice`
        secrets: fingerprint  SHA256:⋯
        secrets: spoken       ⋯-⋯-⋯-⋯-⋯
        secrets: commit it: git add secrets .gitignore && git commit -m 'Keep secrets'
        secrets: keep a copy of your key, the root of the project, which nothing can replace: secrets key backup

        """))
    #expect(
      scratch.text("alice/project/.gitignore")
        == "node_modules\r\n.env\r\n.env.local\r\n.env.*.local\r\n")
    #expect(try scratch.git("config", "diff.secrets.textconv") == "\(Scratch.textconv)\n")
    try scratch.tool(["sh", "-c", "git add secrets .gitignore && git commit -qm 'Keep secrets'"])
    #expect(try scratch.git("status", "--short") == "")
    #expect(
      try scratch.git("ls-files") == """
        .gitignore
        secrets/.gitattributes
        secrets/.gitignore
        secrets/development.sealed
        secrets/production.sealed
        secrets/team.keys

        """)
    try scratch.succeeds(["check"], stdout: .anything, stderr: .anything)
  }

  @Test("Run again it changes nothing, or adds just what is missing")
  func again() throws {
    let scratch = try Scratch()
    let path = try scratch.found()
    try scratch.succeeds(
      ["init"], stderr: "secrets: \(path)/secrets is a project already, and nothing is missing\n")
    #expect(try scratch.git("status", "--short") == "")

    try scratch.git("config", "--unset", "diff.secrets.textconv")
    try scratch.git("rm", "-q", "secrets/.gitattributes")
    try scratch.succeeds(
      ["init"],
      stderr: """
        secrets: \(path)/secrets is a project already; added what was missing
        secrets: commit it: git add secrets && git commit -m 'Complete what git knows of secrets'
        secrets: set diff.secrets.textconv of this clone

        """)
    try scratch.git("add", "secrets")
    #expect(try scratch.git("status", "--short") == "")
  }

  @Test("In a clone of a project it points to join, and writes nothing")
  func clone() throws {
    let scratch = try Scratch()
    try scratch.found()
    let path = try scratch.clone(user: "bob")
    try scratch.fails(
      ["init", "--no-passphrase"], status: 2, user: "bob",
      stderr: """
        secrets: error: \(path)/secrets is a project already
        secrets: hint: to become a member: secrets join

        """)
    #expect(try scratch.git("status", "--short", user: "bob") == "")
    #expect(scratch.text("bob/.config/secrets/identity") == nil)
  }

  @Test("An ignored folder is refused by the rule's file and line, and the other name is offered")
  func ignored() throws {
    let scratch = try Scratch()
    try scratch.repository()
    try scratch.write("alice/project/.gitignore", "*.log\nsecrets/\n")
    try scratch.fails(
      ["init", "--no-passphrase"], status: 2,
      stderr: """
        secrets: error: git ignores secrets/team.keys, by `secrets/` in .gitignore:2
        secrets: hint: take another folder: secrets init --dir .secrets

        """)
    #expect(scratch.text("alice/.config/secrets/identity") == nil)
    #expect(scratch.text("alice/project/.gitignore") == "*.log\nsecrets/\n")
    try scratch.succeeds(["init", "--no-passphrase", "--dir", ".secrets"], stderr: .anything)
    #expect(scratch.text("alice/project/.secrets/team.keys") != nil)
  }

  @Test(
    "In a folder of a monorepo the project is made there, and a second one is told of the first")
  func monorepo() throws {
    let scratch = try Scratch()
    let path = try scratch.repository()
    try scratch.write("alice/project/a b/x", "")
    try scratch.write("alice/project/c/x", "")
    try scratch.succeeds(
      ["init", "--no-passphrase"], directory: "alice/project/a b",
      stderr: .containing([
        "in \(path)/a b/secrets,", "commit it: git add secrets :/.gitignore && git commit",
      ]))
    try scratch.tool(
      ["sh", "-c", "git add secrets :/.gitignore && git commit -qm first"],
      directory: "alice/project/a b")
    try scratch.succeeds(
      ["init", "-C", "c"],
      stderr: .containing([
        "secrets: another project of this repository: a b/secrets\n",
        "commit it: git -C c add secrets && git -C c commit -m",
      ]))
  }

  @Test("Below a project a second one is made only where it was meant")
  func nested() throws {
    let scratch = try Scratch()
    let path = try scratch.found()
    try scratch.write("alice/project/sub/x", "")
    try scratch.fails(
      ["init"], status: 2, directory: "alice/project/sub",
      stderr: """
        secrets: error: \(path)/secrets is a project already, and covers this folder too
        secrets: hint: to become a member: secrets join; for another project here: secrets init -C \
        \(path)/sub

        """)
    let terminal = try Terminal.secrets(["init"], in: scratch, directory: "alice/project/sub")
    try terminal.wait(for: "make another in \(path)/sub/secrets? [y/N]")
    try terminal.enter("")
    #expect(try terminal.end() == 1)
    #expect(scratch.text("alice/project/sub/secrets/team.keys") == nil)
    try scratch.succeeds(["init", "-C", "sub"], stderr: .anything)
    #expect(scratch.text("alice/project/sub/secrets/team.keys") != nil)
  }

  @Test("Without git it works, says what is not set, and completes it later")
  func withoutGit() throws {
    let scratch = try Scratch()
    try scratch.write("alice/folder/x", "")
    let outcome = try scratch.succeeds(
      ["init", "--no-passphrase", "--name", "al"], directory: "alice/folder",
      stderr: .containing([
        "you are its root, `al`",
        """
        secrets: warning: this is no git repository: its .gitignore and diff are not set up
        secrets: hint: git init && secrets init

        """,
      ]))
    #expect(!outcome.stderr.contains("commit it"))
    try scratch.git("init", "-q", directory: "alice/folder")
    try scratch.succeeds(["init"], directory: "alice/folder", stderr: .anything)
    #expect(scratch.text("alice/folder/.gitignore") == ".env\n.env.local\n.env.*.local\n")
    #expect(
      try scratch.git("config", "diff.secrets.textconv", directory: "alice/folder")
        == "\(Scratch.textconv)\n")
  }

  @Test("Without a terminal a passphrase is never waited for, and nothing is written")
  func noTerminal() throws {
    let scratch = try Scratch()
    try scratch.repository()
    try scratch.fails(
      ["init"], status: 2,
      stderr: """
        secrets: error: there is no terminal to ask for a new passphrase at
        secrets: hint: do without one: --no-passphrase; whoever reads the file then has the key

        """)
    #expect(try scratch.git("status", "--short") == "")
    #expect(scratch.text("alice/.config/secrets/identity") == nil)
  }

  @Test("Without a home the key must be named, and then it works")
  func noHome() throws {
    let scratch = try Scratch()
    try scratch.repository()
    let homeless: [String: String?] = [
      "HOME": String?.none, "XDG_CONFIG_HOME": String?.none, "XDG_STATE_HOME": String?.none,
    ]
    try scratch.fails(
      ["init", "--no-passphrase"], status: 5, env: homeless,
      stderr: .containing(["there is no home folder to keep a key in", "--output PATH"]))
    let key = scratch.at("key")
    try scratch.succeeds(
      ["key", "new", "--no-passphrase", "-o", key], env: homeless, stderr: .anything)
    try scratch.succeeds(["init", "--identity", key], env: homeless, stderr: .anything)
    #expect(scratch.text("alice/project/secrets/team.keys") != nil)
  }

  @Test("A key of ssh founds a project from where it lies, one with a passphrase is taken over")
  func sshKey() throws {
    let scratch = try Scratch()
    try scratch.repository()
    let home = try scratch.home()
    try scratch.write("alice/.ssh/x", "")
    try scratch.tool([
      "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "\(home)/.ssh/id_ed25519",
    ])
    try scratch.succeeds(["init", "--ssh-key", "\(home)/.ssh/id_ed25519"], stderr: .anything)
    #expect(scratch.text("alice/.config/secrets/identity") == nil)
    let line = try #require(scratch.text("alice/.ssh/id_ed25519.pub")?.split(separator: " ")[1])
    #expect(try #require(scratch.text("alice/project/secrets/team.keys")).contains("key=\(line) "))
    try scratch.succeeds(
      ["key", "list"],
      stdout: .like("\(home)/.ssh/id_ed25519\tno passphrase\talice\tused\tSHA256:⋯\n"))

    try scratch.repository(user: "bob")
    let bob = try scratch.home("bob")
    try scratch.tool(
      ["ssh-keygen", "-q", "-t", "ed25519", "-N", "fake-ssh", "-f", "\(bob)/locked"], user: "bob")
    let terminal = try Terminal.secrets(
      ["init", "--ssh-key", "\(bob)/locked", "--no-passphrase"], in: scratch, user: "bob")
    try terminal.wait(for: "Enter old passphrase:")
    try terminal.enter("fake-ssh")
    #expect(try terminal.end() == 0)
    #expect(try terminal.screen().contains("ssh-keygen asks for the passphrase of \(bob)/locked"))
    #expect(scratch.text("bob/.config/secrets/identity") != nil)

    try scratch.repository(user: "carol")
    try scratch.tool(["ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", "rsa"], user: "carol")
    try scratch.fails(
      ["init", "--ssh-key", "rsa"], status: 3, user: "carol",
      stderr: .containing(["rsa is of type ssh-rsa, which signs but cannot open anything"]))
    #expect(scratch.text("carol/project/secrets/team.keys") == nil)
  }

  @Test("What else lies in the folder is pointed out, and a project's remains are not overwritten")
  func otherFiles() throws {
    let scratch = try Scratch()
    try scratch.repository()
    try scratch.write("alice/project/secrets/prod.env", "A=fake\n")
    try scratch.succeeds(
      ["init", "--no-passphrase"],
      stderr: .containing([
        "secrets/ holds other files (prod.env), which `git add secrets` would commit as they are"
      ]))
    try scratch.tool(["rm", "secrets/team.keys"])
    try scratch.fails(
      ["init"], status: 4,
      stderr: .containing(["secrets/development.sealed is there, and no team.keys beside it"]))
  }
}

extension Scratch {
  /// Makes a person's repository a project without a passphrase, and publishes it.
  @discardableResult
  func found(user: String = "alice") throws -> String {
    let path = try repository(user: user)
    try succeeds(["init", "--no-passphrase"], user: user, stderr: .anything)
    try publish("Keep secrets", user: user)
    return path
  }
}
