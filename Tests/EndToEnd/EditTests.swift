// Editing, with editors that are scripts: what is saved, and what is not.

import Glibc
import Testing

@Suite("Editing by script")
struct EditTests {
  @Test("A changed value is one new line, and its name is told")
  func change() throws {
    let town = try EditTown()
    let before = town.sealed
    try town.edit(
      "sed -i s/fake-1/fake-2/ $1",
      stderr: "secrets: in development:\n  changed  TOKEN\nsecrets: saved development\n")
    #expect(try town.value("TOKEN") == "fake-2")
    #expect(town.newLines(since: before) == 1)
  }

  @Test("The text has each role, the comments, the templates; left as it is it changes nothing")
  func text() throws {
    let town = try EditTown()
    let copy = town.scratch.at("seen")
    try town.edit("cp $1 \(copy)", stderr: "secrets: nothing was changed\n")
    #expect(
      town.scratch.text("seen") == """
        # The secrets of development. Save and close: what you changed is sealed.
        # Comment lines directly above a name belong to it and are sealed with it.
        # A name that you take out is removed. Quote blanks, # and $: 'like this'.
        # To change nothing, close without saving (in vim also :cq).

        # [role default]

        HOST=db.example.com

        # from the vendor
        TOKEN=fake-1

        URL="http://${HOST}/"

        # [role billing]

        STRIPE_KEY=fake-stripe

        """)
    // Another order, other quotes: the same secrets.
    try town.edit(
      "sed -i 's/^HOST.*/export HOST=\"db.example.com\"/' $1",
      stderr: "secrets: nothing was changed\n")
  }

  @Test("Values of several lines, new sections' names and comments are sealed as they stand")
  func add() throws {
    let town = try EditTown()
    let pem = "-----BEGIN PRIVATE KEY-----\nfake\n-----END PRIVATE KEY-----"
    try town.edit(
      "printf '\\n# two\\n# lines\\nPEM=\"\(pem)\"\\n' >> $1",
      stderr: "secrets: in development:\n  added    PEM (billing)\nsecrets: saved development\n")
    #expect(try town.value("PEM", role: "billing") == pem)
    let copy = town.scratch.at("seen")
    try town.edit("cp $1 \(copy)", stderr: .anything)
    #expect(town.scratch.text("seen")?.contains("# two\n# lines\nPEM='\(pem)'\n") == true)
  }

  @Test("A value whose comment alone was changed keeps its date; a new value has none")
  func expiry() throws {
    let town = try EditTown()
    try town.scratch.succeeds(
      ["set", "TOKEN", "--expires", "2099-01-31"], stdin: "fake-2", stderr: .anything)
    try town.edit(
      "sed -i 's/from the vendor/ask bob/' $1",
      stderr: """
        secrets: in development:
          changed  TOKEN, its comment
        secrets: saved development

        """)
    #expect(try town.scratch.run(["list", "--json"]).text.contains("2099-01-31"))
    try town.edit(
      "sed -i s/fake-2/fake-3/ $1",
      stderr: .containing([
        "secrets: the old value of `TOKEN` was to expire at 2099-01-31T00:00:00Z; of the new one "
          + "nothing is said: secrets set TOKEN -e development --expires DATE\n"
      ]))
    #expect(try !town.scratch.run(["list", "--json"]).text.contains("2099-01-31"))
  }

  @Test("A name that is taken out is removed, once somebody confirms")
  func remove() throws {
    let town = try EditTown()
    try town.refuses(
      "sed -i /^TOKEN/d $1", status: 2,
      stderr: """
        secrets: in development:
          removed  TOKEN
        secrets: error: this removes `TOKEN`, and there is nobody to confirm; nothing was changed
        secrets: hint: if you mean it: secrets edit development --yes

        """)
    try town.edit(
      "sed -i /^TOKEN/d $1", ["--yes"],
      stderr: "secrets: in development:\n  removed  TOKEN\nsecrets: saved development\n")
    #expect(try town.scratch.run(["get", "TOKEN"]).status == 1)
  }

  @Test("A name is moved from one role to another")
  func move() throws {
    let town = try EditTown()
    try town.edit(
      "sed -i '/^TOKEN/d' $1; echo TOKEN=fake-1 >> $1", ["--yes"],
      stderr: """
        secrets: in development:
          removed  TOKEN
          added    TOKEN (billing)
        secrets: saved development

        """)
    #expect(try town.value("TOKEN", role: "billing") == "fake-1")
  }

  @Test("A text that cannot be taken comes back with all that is wrong on top, until it is right")
  func reopen() throws {
    let town = try EditTown()
    let copy = town.scratch.at("seen")
    try town.edit(
      """
      if grep -q '^# Nothing is saved' $1; then
        cp $1 \(copy); sed -i 's/^1BAD=.*/GOOD=fake-good/; /^LD_/d' $1
      else
        printf '1BAD=fake-x\\nLD_PRELOAD=fake-y\\n' >> $1; sed -i s/fake-1/fake-2/ $1
      fi
      """,
      stderr: """
        secrets: in development:
          changed  TOKEN
          added    GOOD (billing)
        secrets: saved development

        """)
    let head = """
      # Nothing is saved yet. Mend this and save again, or close to give up:
      # line 22: a name has letters, digits and `_` only, and does not begin with a digit
      # line 23: `LD_PRELOAD` makes programs load code or changes which one runs, so it is no secret's \
      name

      # The secrets of development
      """
    #expect(town.scratch.text("seen")?.hasPrefix(head) == true)
    let lines = town.scratch.text("seen")?.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines?.dropFirst(21).first == "1BAD=fake-x")
    #expect(try town.value("TOKEN") == "fake-2")
    #expect(try town.value("GOOD", role: "billing") == "fake-good")
  }

  @Test("A script that mends nothing is refused with all that is wrong")
  func neverRight() throws {
    let town = try EditTown()
    let refusal: Said = """
      secrets: error: line 18: the quote of `BAD` is not closed before the end
      secrets: error: the text cannot be taken; nothing was changed
      secrets: hint: to begin again: secrets edit development

      """
    try town.refuses(
      "grep -q BAD $1 || echo 'BAD=\"fake' >> $1", status: 2, stderr: refusal)
    // One that goes on making it worse, without end.
    try town.refuses(
      "sed -i '/^BAD/d' $1; echo '# x' >> $1; echo 'BAD=\"fake' >> $1", status: 2,
      stderr: .containing(["is not closed before the end", "the text cannot be taken"]))
  }

  @Test("A template whose name is taken out is sent back, and not made plain text")
  func brokenTemplate() throws {
    let town = try EditTown()
    try town.refuses(
      "sed -i /^HOST/d $1", ["--yes"], status: 2,
      stderr: .containing([
        "`URL` uses `${HOST}`, and there is no such secret in its role",
        "the text cannot be taken; nothing was changed",
      ]))
    try town.refuses(
      "sed -i 's/^HOST=.*/HOST=\"${URL}\"/' $1", status: 2, stderr: .containing(["uses itself"]))
  }

  @Test("An editor that gives up, dies or is not there changes nothing")
  func givenUp() throws {
    let town = try EditTown()
    let hint = "secrets: hint: to begin again: secrets edit development\n"
    try town.refuses(
      "echo A=1 >> $1; exit 1", status: 1,
      stderr: "secrets: error: the editor ended with 1; nothing was changed\n\(hint)")
    try town.refuses(
      "echo A=1 >> $1; kill -9 $$", status: 5,
      stderr: "secrets: error: the editor was ended by signal 9; nothing was changed\n\(hint)")
    try town.refuses(
      "echo A=1 >> $1; kill -2 $$", status: 130,
      stderr: "secrets: error: the editor was ended by signal 2; nothing was changed\n\(hint)")
    try town.refuses(
      "rm $1", status: 5, stderr: .containing(["the editor left no file", "nothing was changed"]))
    try town.scratch.fails(
      ["edit"], status: 5, env: ["EDITOR": "no-such-editor", "XDG_RUNTIME_DIR": town.memory],
      stderr: .containing(["cannot be started; nothing was changed", "export EDITOR=nano"]))
    town.expectNothingLeft()
  }

  @Test("A protected environment is not shown unless somebody confirms")
  func protected() throws {
    let town = try EditTown()
    let proof = town.scratch.at("opened")
    try town.refuses(
      "touch \(proof)", ["production"], status: 2,
      stderr: .like("secrets: error: production is protected⋯\nsecrets: hint: ⋯\n"))
    #expect(town.scratch.text("opened") == nil)
    try town.edit(
      "echo A=fake-a >> $1", ["production", "--yes"],
      stderr: "secrets: in production:\n  added    A\nsecrets: saved production\n")
  }

  @Test("The editor is not given the key")
  func withheld() throws {
    let town = try EditTown()
    let home = try town.scratch.home()
    let copy = town.scratch.at("variables")
    var environment = try town.editor("env > \(copy)")
    environment["SECRETS_IDENTITY_FILE"] = "\(home)/.config/secrets/identity"
    environment["HARMLESS"] = "yes"
    try town.scratch.succeeds(["edit"], env: environment, stderr: "secrets: nothing was changed\n")
    #expect(town.scratch.text("variables")?.contains("HARMLESS=yes") == true)
    #expect(town.scratch.text("variables")?.contains("SECRETS_IDENTITY") == false)
  }
}
