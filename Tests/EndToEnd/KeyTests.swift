// `secrets key` at a terminal and without one.

import Glibc
import Testing

@Suite("key")
struct KeyTests {
  private let place = ".config/secrets/identity"

  /// Types a passphrase at a prompt that is waited for.
  private func answer(_ terminal: Terminal, _ question: String, _ text: String) throws {
    try terminal.wait(for: question)
    try terminal.enter(text)
  }

  /// Waits for the end, and shows what was on the screen where it is another than expected.
  private func end(
    _ terminal: Terminal, _ status: Int32, at location: SourceLocation = #_sourceLocation
  ) throws {
    let (code, screen) = (try terminal.end(at: location), try terminal.screen())
    #expect(code == status, "\(screen)", sourceLocation: location)
  }

  /// Makes a key with the passphrase `fake-pass`.
  private func make(_ scratch: Scratch, user: String = "alice") throws {
    let terminal = try Terminal.secrets(["key", "new"], in: scratch, user: user)
    try answer(terminal, "new passphrase for", "fake-pass")
    try answer(terminal, "the same again:", "fake-pass")
    try end(terminal, 0)
  }

  @Test("A key is made once, for its owner alone, and never overwritten")
  func new() throws {
    let scratch = try Scratch()
    try scratch.succeeds(
      ["key", "new", "--no-passphrase"],
      stderr: .like(
        """
        secrets: wrote your key to ⋯/\(place), without a passphrase
        secrets: fingerprint  SHA256:⋯
        secrets: spoken       ⋯

        """))
    let file = scratch.text("alice/\(place)")
    #expect(try scratch.tool(["stat", "-c", "%a", place]) == "600\n")
    #expect(try scratch.tool(["stat", "-c", "%a", ".config/secrets"]) == "700\n")
    try scratch.fails(
      ["key", "new", "--no-passphrase"], status: 2,
      stderr: .like(
        """
        secrets: error: there is an identity at ⋯/\(place) already, and none is ever overwritten
        secrets: hint: to have another one, move it away first: mv ⋯/\(place) ⋯/\(place).old

        """))
    #expect(scratch.text("alice/\(place)") == file)
  }

  @Test("The public key goes to standard output alone, as ssh-keygen reads it")
  func show() throws {
    let scratch = try Scratch()
    try scratch.found()
    let shown = try scratch.succeeds(
      ["key", "show"], stdout: .like("ssh-ed25519 ⋯ alice\n"),
      stderr: .like("secrets: fingerprint  SHA256:⋯\nsecrets: spoken       ⋯\n"))
    let fingerprint = try scratch.tool(["ssh-keygen", "-lf", "-"], stdin: shown.text)
      .split(separator: " ")[1]
    #expect(shown.stderr.contains(fingerprint))
    let json = try scratch.succeeds(["key", "show", "--json"], stdout: .anything)
    #expect(
      try scratch.tool(["jq", "-r", ".fingerprint, .member"], stdin: json.text)
        == "\(fingerprint)\nalice\n")
  }

  @Test("Places are listed in the order in which they are looked at, the first is used")
  func list() throws {
    let scratch = try Scratch()
    try scratch.succeeds(
      ["key", "list"], stderr: "secrets: no key found; make one: secrets key new\n")
    try scratch.succeeds(["key", "list", "--json"], stdout: "[]\n")
    for name in ["a", "b"] {
      try scratch.succeeds(["key", "new", "--no-passphrase", "-o", name], stderr: .anything)
    }
    try scratch.succeeds(["key", "new", "--no-passphrase"], stderr: .anything)
    let home = try scratch.home()
    try scratch.succeeds(
      ["key", "list", "--identity", "a"], env: ["SECRETS_IDENTITY_FILE": "b"],
      stdout: .like(
        """
        a\tno passphrase\t\tused\tSHA256:⋯
        b\tno passphrase\t\t\tSHA256:⋯
        \(home)/\(place)\tno passphrase\t\t\tSHA256:⋯

        """))
    try scratch.tool(["chmod", "644", "b"])
    try scratch.fails(
      ["key", "show"], status: 3, env: ["SECRETS_IDENTITY_FILE": "b"],
      stderr: """
        secrets: error: b has no passphrase and is open to others (mode 0644)
        secrets: hint: chmod 600 b

        """)
  }

  @Test("Two passphrases that differ are asked for again, and an empty one is none")
  func mismatch() throws {
    let scratch = try Scratch()
    let terminal = try Terminal.secrets(["key", "new"], in: scratch)
    try answer(terminal, "new passphrase for", "fake-one")
    try answer(terminal, "the same again:", "fake-two")
    try answer(terminal, "they differ; new passphrase for", "")
    try end(terminal, 2)
    let screen = try terminal.screen()
    #expect(!screen.contains("fake-"))
    #expect(
      screen.contains("secrets: hint: if none is meant, say so: --no-passphrase"), "\(screen)")
    #expect(scratch.text("alice/\(place)") == nil)
  }

  @Test("Ctrl-C at a prompt writes nothing and leaves the terminal as it was")
  func interrupt() throws {
    let scratch = try Scratch()
    let terminal = try Terminal(["sh"], in: scratch)
    try terminal.wait(for: "$")
    try terminal.enter("stty -g > before; secrets key new; echo code=$?; stty -g > after")
    try answer(terminal, "new passphrase for", "fake-one")
    try terminal.wait(for: "the same again:")
    try terminal.press("C-c")
    try terminal.wait(for: "code=130")
    try terminal.enter("cmp before after && echo the terminal is as before")
    try terminal.wait(for: "\nthe terminal is as before")
    #expect(scratch.text("alice/\(place)") == nil)
  }

  @Test("A wrong passphrase is taken three times, and the error does not guess why")
  func wrong() throws {
    let scratch = try Scratch()
    try make(scratch)
    let terminal = try Terminal.secrets(["key", "backup"], in: scratch)
    try answer(terminal, "passphrase for", "fake-1")
    try terminal.wait(for: "that does not open it;")
    try terminal.enter("fake-2")
    try terminal.wait(for: "that does not open it;")
    // The third question looks like the second; what is typed before it is asked is thrown away.
    while try terminal.screen().components("that does not open it;") < 2 { usleep(20_000) }
    try terminal.enter("fake-3")
    try end(terminal, 3)
    let screen = try terminal.screen()
    #expect(
      screen.contains("does not open: the passphrase is wrong, or the file was changed"),
      "\(screen)")
    #expect(!screen.contains("SECRETS-KEY"))
  }

  @Test("Without a terminal a locked key is never waited for, and says how to unlock it")
  func locked() throws {
    let scratch = try Scratch()
    // A first passphrase of a key that is there unlocks nothing.
    try scratch.succeeds(["key", "new", "--no-passphrase"], stderr: .anything)
    let terminal = try Terminal.secrets(["key", "passphrase"], in: scratch)
    try answer(terminal, "new passphrase for", "fake-pass")
    try answer(terminal, "the same again:", "fake-pass")
    try end(terminal, 0)
    let path = try scratch.home() + "/\(place)"
    try scratch.fails(
      ["key", "unlock"], status: 3,
      stderr: """
        secrets: error: the identity at \(path) is locked, and there is no terminal to ask for its passphrase
        secrets: hint: secrets key unlock

        """)
    for command in [["backup"], ["passphrase"], ["passphrase", "--remove"]] {
      try scratch.fails(
        ["key"] + command, status: 3,
        stderr: .like("secrets: error: \(path) has a passphrase, and there is no terminal⋯\n⋯\n"))
    }
    #expect(try #require(scratch.text("alice/\(place)")).contains("kdf argon2id13 "))
  }

  @Test("The passphrase is changed, removed and set again; each time the old one comes first")
  func passphrase() throws {
    let scratch = try Scratch()
    try make(scratch)
    let key = try scratch.succeeds(["key", "show"], stdout: .anything, stderr: .anything).text

    let change = try Terminal.secrets(["key", "passphrase"], in: scratch)
    try answer(change, "passphrase for", "fake-pass")
    try answer(change, "new passphrase for", "fake-new")
    try answer(change, "the same again:", "fake-new")
    try end(change, 0)

    let removal = try Terminal.secrets(["key", "passphrase", "--remove"], in: scratch)
    try answer(removal, "passphrase for", "fake-new")
    try end(removal, 0)
    #expect(try #require(scratch.text("alice/\(place)")).contains("\nseed "))
    #expect(try scratch.tool(["stat", "-c", "%a", place]) == "600\n")

    let setting = try Terminal.secrets(["key", "passphrase"], in: scratch)
    try answer(setting, "new passphrase for", "fake-last")
    try answer(setting, "the same again:", "fake-last")
    try end(setting, 0)
    #expect(try #require(scratch.text("alice/\(place)")).contains("\nbox "))
    #expect(
      try scratch.succeeds(["key", "show"], stdout: .anything, stderr: .anything).text == key)
  }

  @Test("A copy that was kept restores the key, from a pipe and as it is typed")
  func backup() throws {
    let scratch = try Scratch()
    try scratch.succeeds(["key", "new", "--no-passphrase"], stderr: .anything)
    let key = try scratch.succeeds(["key", "show"], stdout: .anything, stderr: .anything).text
    let copy = try scratch.succeeds(
      ["key", "backup"], stdout: .like("SECRETS-KEY-1-⋯\n"),
      stderr: "secrets: whoever has this string has your key, without any passphrase\n"
    ).text
    try scratch.tool(["rm", place])
    try scratch.succeeds(
      ["key", "import", "-", "--no-passphrase"], stdin: "  " + copy, stderr: .anything)
    #expect(
      try scratch.succeeds(["key", "show"], stdout: .anything, stderr: .anything).text == key)

    try scratch.tool(["rm", place])
    let typing = try Terminal.secrets(["key", "import", "-", "--no-passphrase"], in: scratch)
    try answer(typing, "the SECRETS-KEY-1-… string:", copy.filter { $0 != "\n" })
    try end(typing, 0)
    #expect(try !typing.screen().contains("SECRETS-KEY-1-0"))
    #expect(
      try scratch.succeeds(["key", "show"], stdout: .anything, stderr: .anything).text == key)

    try scratch.fails(
      ["key", "import", "-", "--no-passphrase", "-o", "x"], status: 3,
      stdin: String(copy.dropLast(4)), stderr: .containing(["standard input: the string is cut"]))
    #expect(scratch.text("alice/x") == nil)
  }

  @Test("What is no key of ours to take is refused by what it is")
  func refusedImports() throws {
    let scratch = try Scratch()
    try scratch.tool(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "ed"])
    try scratch.tool(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", "ec"])
    try scratch.fails(
      ["key", "import", "ed.pub", "--no-passphrase"], status: 2,
      stderr: """
        secrets: error: ed.pub holds the public half of a key
        secrets: hint: take over the private one: secrets key import ed

        """)
    try scratch.fails(
      ["key", "import", "ec", "--no-passphrase"], status: 3,
      stderr: .containing([
        "ec is of type ecdsa-sha2-nistp256, which signs but cannot open anything"
      ]))
    try scratch.fails(
      ["key", "import", "none", "--no-passphrase"], status: 1,
      stderr: .containing(["there is no file none"]))
    for text in ["", "fake", "a line\n"] {
      try scratch.fails(
        ["key", "import", "-", "--no-passphrase"], status: 2, stdin: text,
        stderr: """
          secrets: error: standard input holds no key
          secrets: hint: give what `secrets key backup` printed, an identity file, or an ed25519 \
          private key of OpenSSH

          """)
    }
    #expect(scratch.text("alice/\(place)") == nil)
    try scratch.succeeds(["key", "import", "ed", "--no-passphrase"], stderr: .anything)
    let line = try #require(scratch.text("alice/ed.pub")).split(separator: " ")[1]
    try scratch.succeeds(["key", "show"], stdout: "ssh-ed25519 \(line)\n", stderr: .anything)
  }

  @Test(
    "Lengths of time that are none are told with those that are taken",
    arguments: ["0h", "8", "1y", "-1h", "8 h", "400d"])
  func lengths(_ text: String) throws {
    for command in [["key", "unlock"], ["grant", "bob", "development"]] {
      let said = try Scratch().fails(
        command + ["--for=\(text)"], status: 2, stderr: .anything
      ).stderr
      #expect(said.hasPrefix("secrets: error: the value '\(text)' is invalid for '--for "))
      #expect(
        said.contains(": write a number and s, m, h, d or w, up to 366 days, such as 8h or 2d\n"))
    }
  }

  @Test("A key that was unlocked is so in every session of the user, until it is locked")
  func keyring() throws {
    let scratch = try Scratch()
    guard let become = try scratch.ownUser() else { return }
    let terminal = try Terminal(become + ["sh"], in: scratch)
    try terminal.wait(for: "$")
    try terminal.enter("secrets key new")
    try answer(terminal, "new passphrase for", "fake-pass")
    try answer(terminal, "the same again:", "fake-pass")
    try terminal.wait(for: "spoken")
    func state() throws -> String {
      let outcome = try scratch.tool(become + ["secrets", "key", "list"])
      return String(outcome.split(separator: "\t")[1])
    }
    #expect(try state() == "unlocked")
    let locked = try scratch.tool(become + ["sh", "-c", "secrets key lock 2>&1"])
    #expect(locked == "secrets: locked 1 key\n")
    #expect(try state() == "locked")
    try terminal.enter("secrets key unlock --for 2d")
    try answer(terminal, "\npassphrase for", "fake-pass")
    try terminal.wait(for: "is unlocked for 2d")
    #expect(try state() == "unlocked")
    #expect(
      try scratch.tool(become + ["sh", "-c", "secrets key lock 2>&1; secrets key lock 2>&1"])
        == "secrets: locked 1 key\nsecrets: no key was unlocked\n")
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
