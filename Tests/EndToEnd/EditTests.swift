// Editing, with editors that are scripts and with real ones: what is saved, what is not, and that
// no value is ever on a disk or in an argument list.

import Glibc
import Testing

/// A project with two members and an editor that is a script.
///
/// The memory-backed folders are this test's own, so that nothing of another is counted.
private final class EditTown {
  let scratch: Scratch
  let memory: String

  init() throws {
    scratch = try Scratch()
    var template = Array("/dev/shm/secrets-e2e-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    memory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let (memory, scratch) = (memory, scratch)
    try scratch.repository()
    try run("init", "--name", "alice", "--no-passphrase")
    try scratch.succeeds(
      ["import", "-"],
      stdin: "# from the vendor\nTOKEN=fake-1\nHOST=db.example.com\nURL=http://${HOST}/\n",
      stdout: .anything, stderr: .anything)
    try run("grant", "alice", "development/billing")
    try scratch.succeeds(
      ["set", "STRIPE_KEY", "--role", "billing"], stdin: "fake-stripe", stderr: .anything)
    scratch.atEnd { [weak scratch] in
      _ = try? scratch?.tool(["rm", "-rf", memory], directory: "/")
    }
  }

  deinit { rmdir(memory) }

  func run(_ arguments: String...) throws {
    try scratch.succeeds(arguments, stdout: .anything, stderr: .anything)
  }

  /// Makes bob a writer of development, and gives him a clone that trusts it.
  func addBob() throws {
    try scratch.succeeds(
      ["key", "new", "--no-passphrase"], user: "bob", stdout: .anything, stderr: .anything)
    let key = try scratch.run(["key", "show"], user: "bob").text
    try scratch.succeeds(
      ["team", "add", "bob", "-", "--grant", "development"], stdin: key, stdout: .anything,
      stderr: .anything)
    try scratch.publish()
    try scratch.clone(user: "bob")
  }

  var trust: String {
    get throws { try scratch.tool(["sed", "-n", "1s/.*project=//p", "secrets/team.keys"]).trimmed }
  }

  /// An editor that is a shell script, `$1` being the file.
  func editor(_ script: String) throws -> [String: String?] {
    let path = scratch.at("editor-\(UInt32.random(in: 0...UInt32.max))")
    try scratch.write(path, "#!/bin/sh -eu\n\(script)\n")
    chmod(path, 0o755)
    return ["EDITOR": path, "XDG_RUNTIME_DIR": memory]
  }

  /// Edits by a script, which must go well.
  func edit(
    _ script: String, _ arguments: [String] = [], user: String = "alice", stderr: Said,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    var environment = try editor(script)
    if user != "alice" { environment["SECRETS_TRUST"] = try trust }
    try scratch.succeeds(
      ["edit"] + arguments, env: environment, user: user, stderr: stderr, at: location)
    expectNothingLeft(at: location)
  }

  /// Edits by a script, which must change nothing.
  func refuses(
    _ script: String, _ arguments: [String] = [], status: Int32, stderr: Said,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let before = sealed
    try scratch.fails(
      ["edit"] + arguments, status: status, env: editor(script), stderr: stderr, at: location)
    #expect(sealed == before, "the file changed", sourceLocation: location)
    expectNothingLeft(at: location)
  }

  func expectNothingLeft(at location: SourceLocation = #_sourceLocation) {
    let left = (try? scratch.tool(["ls", "-A", memory], directory: "/")) ?? "?"
    #expect(left == "", sourceLocation: location)
  }

  var sealed: String? { scratch.text("alice/project/secrets/development.sealed") }

  func value(_ name: String, role: String = "default") throws -> String {
    try scratch.run(["get", name, "--role", role]).text
  }

  /// How many lines of the file are not those of a text before.
  func newLines(since before: String?) -> Int {
    let old = Set((before ?? "").split(separator: "\n"))
    return Set((sealed ?? "").split(separator: "\n")).subtracting(old).count
  }
}

extension String {
  fileprivate var trimmed: String { String(prefix { !$0.isWhitespace }) }
}

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
        # A name that you take out is removed. Quote what has blanks, # or $: 'like this'.
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
    try town.edit("sed -i s/fake-2/fake-3/ $1", stderr: .anything)
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

@Suite("Editing while others write")
struct EditMeanwhileTests {
  /// What another process does while the editor is open.
  private func meanwhile(_ town: EditTown, _ command: String) throws -> String {
    let home = try town.scratch.home()
    return "cd \(home)/project; \(command) 2>/dev/null; "
  }

  @Test("Names that only others changed stay as they made them")
  func others() throws {
    let town = try EditTown()
    let other = try meanwhile(town, "printf other.example.com | secrets set HOST")
    try town.edit(
      other + "sed -i s/fake-1/fake-2/ $1",
      stderr: """
        secrets: in development:
          changed  TOKEN
        secrets: kept what others changed meanwhile: `HOST`
        secrets: saved development

        """)
    #expect(try town.value("TOKEN") == "fake-2")
    #expect(try town.value("HOST") == "other.example.com")
  }

  @Test("A name that both changed is not overwritten, and who changed it is said")
  func both() throws {
    let town = try EditTown()
    let other = try meanwhile(town, "printf fake-theirs | secrets set TOKEN")
    let script = other + "sed -i s/fake-1/fake-mine/ $1"
    try town.scratch.fails(
      ["edit"], status: 4, env: town.editor(script),
      stderr: .like(
        """
        secrets: in development:
          changed  TOKEN
        secrets: error: `TOKEN` was changed by `alice` at ⋯, while you edited it; nothing was changed
        secrets: hint: begin again with what stands there now: secrets edit development

        """))
    #expect(try town.value("TOKEN") == "fake-theirs")
    // The same value on both sides is no question.
    let same = try meanwhile(town, "printf fake-same | secrets set TOKEN")
    try town.edit(same + "sed -i s/fake-theirs/fake-same/ $1", stderr: .anything)
    #expect(try town.value("TOKEN") == "fake-same")
  }

  @Test("At a terminal the answer decides, also to go on editing")
  func asked() throws {
    let town = try EditTown()
    let other = try meanwhile(town, "printf fake-theirs | secrets set TOKEN")
    let copy = town.scratch.at("seen")
    let script = """
      if grep -q '^# Nothing is saved' $1; then cp $1 \(copy); exit; fi
      \(other)
      sed -i s/fake-1/fake-mine/ $1
      """
    let terminal = try Terminal.secrets(["edit"], in: town.scratch, env: town.editor(script))
    try terminal.wait(for: "Save yours over it? [y]es, [e]dit again, [N]o:")
    try terminal.enter("e")
    // The editor was closed on the same text: the question comes again.
    try terminal.wait(for: "Save this? [y]es, [e]dit again, [N]o:")
    #expect(town.scratch.text("seen")?.contains("put the old value back to keep theirs") == true)
    try terminal.enter("y")
    try terminal.wait(for: "[N]o: y\nsecrets: warning: `TOKEN` was changed by `alice`")
    try terminal.enter("y")
    #expect(try terminal.end() == 0)
    #expect(try town.value("TOKEN") == "fake-mine")
    town.expectNothingLeft()
  }

  @Test("A pull while the editor is open is merged; a true conflict is asked about")
  func pulled() throws {
    let town = try EditTown()
    try town.addBob()
    let trust = try town.trust
    func bob(_ value: String, _ name: String) throws {
      try town.scratch.succeeds(
        ["set", name], stdin: value, env: ["SECRETS_TRUST": trust], user: "bob",
        stderr: .anything)
      try town.scratch.publish(user: "bob")
    }
    try bob("fake-bob", "BOBS")
    let pull = try meanwhile(town, "git pull -q --no-rebase --no-edit")
    try town.edit(
      pull + "sed -i s/fake-1/fake-2/ $1",
      stderr: """
        secrets: in development:
          changed  TOKEN
        secrets: kept what others changed meanwhile: `BOBS`
        secrets: saved development

        """)
    #expect(try town.value("BOBS") == "fake-bob")
    try town.scratch.publish()

    // Both change one name and merge by union: edit shows the conflict, and settles it.
    try town.scratch.git("pull", "-q", user: "bob")
    try bob("fake-bobs-token", "TOKEN")
    try town.scratch.succeeds(["set", "TOKEN"], stdin: "fake-alices", stderr: .anything)
    try town.scratch.commit()
    try town.scratch.git("pull", "-q", "--no-rebase", "--no-edit")
    let copy = town.scratch.at("seen")
    try town.edit("cp $1 \(copy)", stderr: "secrets: nothing was changed\n")
    let notice = "# TOKEN is in conflict; give it a value here, or choose a side: secrets resolve\n"
    #expect(town.scratch.text("seen")?.contains(notice) == true)
    try town.edit(
      "sed -i 's/^HOST=/TOKEN=fake-settled\\n&/' $1",
      stderr: "secrets: in development:\n  added    TOKEN\nsecrets: saved development\n")
    #expect(try town.value("TOKEN") == "fake-settled")
  }
}

@Suite("What editing leaves behind")
struct EditTraceTests {
  @Test("No value is written but to the terminal's file in memory, and none is an argument")
  func strace() throws {
    let town = try EditTown()
    let log = town.scratch.at("trace")
    let calls = "openat,open,creat,write,pwrite64,writev,sendto,sendmsg,execve"
    let program = [
      "strace", "-f", "-y", "-s", "65536", "-o", log, "-e", "trace=\(calls)", BuiltBinary.path,
      "edit",
    ]
    // The editor's own arguments hold nothing either.
    try town.scratch.write("script", "s/fake-1/fake-marker/\n")
    let script = town.scratch.at("script")
    let environment = try town.editor("sed -i -f \(script) $1; echo X=fake-more >> $1")
    try town.scratch.tool(program, env: environment)
    let trace = try #require(town.scratch.text("trace")).split(separator: "\n")
    let showing = trace.filter { $0.contains("fake-") && !$0.contains("read(") }
    #expect(showing.contains { $0.contains("fake-marker") }, "the trace shows nothing")
    for line in showing {
      // `write(3</dev/shm/…/secrets-memory-…>, "…")`, and nothing else.
      let isWrite = line.contains("write(")
      #expect(isWrite && line.contains("<\(town.memory)/secrets-memory-"), "\(line)")
    }
    // And by its bytes, wherever it may have come from.
    let found = try town.scratch.tool(
      ["sh", "-c", "grep -rlE 'fake-(marker|more)' . || true"], directory: town.scratch.path)
    let names = found.split(separator: "\n").filter { !$0.hasPrefix("./editor-") }.sorted()
    #expect(names == ["./script", "./trace"])
    #expect(try town.value("TOKEN") == "fake-marker")
    town.expectNothingLeft()
  }

  @Test("Killed outright, it leaves a folder in memory, which the next editing wipes")
  func killed() throws {
    let town = try EditTown()
    let ready = town.scratch.at("ready")
    let program = try town.scratch.start(
      ["edit"], env: town.editor("echo KEY=fake-marker >> $1; touch \(ready); sleep 600"))
    let deadline = Deadline(seconds: 30)
    while access(ready, F_OK) != 0, !deadline.hasPassed { usleep(1000) }
    kill(program.process, SIGKILL)
    #expect(try program.finish().status == 128 + SIGKILL)
    let left = try town.scratch.tool(["ls", "-A", town.memory], directory: "/")
    #expect(left.hasPrefix("secrets-memory-"))
    // The editor lives on without its parent; it goes with the process group.
    kill(-program.process, SIGKILL)
    try town.edit("true", stderr: "secrets: nothing was changed\n")
  }
}

@Suite("Editing at a terminal")
struct EditTerminalTests {
  private func start(_ town: EditTown, _ editor: String) throws -> Terminal {
    try Terminal.secrets(
      ["edit"], in: town.scratch,
      env: ["EDITOR": editor, "XDG_RUNTIME_DIR": town.memory])
  }

  /// Nothing of a value in the home, its `.viminfo` and swap files included.
  private func expectNoTrace(_ town: EditTown, of value: String) throws {
    let found = try town.scratch.tool(
      ["sh", "-c", "grep -rl \(value) . || true"], directory: town.scratch.path)
    #expect(found == "")
    town.expectNothingLeft()
  }

  @Test("vim: a change is saved; a mistake brings the text back at its line; `:cq` gives up")
  func vim() throws {
    let town = try EditTown()
    try town.scratch.write(
      "alice/.vimrc", "set backup writebackup swapfile undofile\nset viminfo='100,\\\"1000\n")
    var terminal = try start(town, "vim.tiny")
    try terminal.wait(for: "TOKEN=fake-1")
    try terminal.enter(":%s/fake-1/fake-marker/")
    try terminal.wait(for: "TOKEN=fake-marker")
    try terminal.enter(":$s/^STRIPE_KEY=.*/1BAD/")
    try terminal.wait(for: "1BAD")
    try terminal.enter(":wq")
    try terminal.wait(for: "# Nothing is saved yet.")
    try terminal.wait(for: "1BAD")
    // The cursor stands in the line at fault.
    try terminal.type("ccSTRIPE_KEY=fake-stripe")
    try terminal.press("Escape")
    try terminal.wait(for: "STRIPE_KEY=fake-stripe")
    try terminal.enter(":wq")
    try terminal.wait(for: "secrets: saved development")
    #expect(try terminal.end() == 0)
    #expect(try town.value("TOKEN") == "fake-marker")
    try expectNoTrace(town, of: "fake-marker")

    terminal = try start(town, "vim.tiny")
    try terminal.wait(for: "TOKEN=fake-marker")
    try terminal.type("Gp")
    try terminal.enter(":1d")
    try terminal.enter(":w")
    try terminal.enter(":cq")
    try terminal.wait(for: "the editor ended with 1; nothing was changed")
    #expect(try terminal.end() == 1)
    try expectNoTrace(town, of: "fake-marker")
  }

  @Test("nano: a line that is taken out is removed after a yes, and stays after a no")
  func nano() throws {
    let town = try EditTown()
    for answer in ["n", "y"] {
      let terminal = try start(town, "nano")
      try terminal.wait(for: "TOKEN=fake-1")
      try terminal.press("C-w")
      try terminal.wait(for: "Search")
      try terminal.enter("TOKEN=")
      try terminal.press("C-k", "C-s", "C-x")
      try terminal.wait(for: "removed  TOKEN")
      try terminal.wait(for: "Save this, and remove `TOKEN`? [y]es, [e]dit again, [N]o:")
      try terminal.enter(answer)
      #expect(try terminal.end() == (answer == "y" ? 0 : 1))
      #expect(try town.scratch.run(["get", "TOKEN"]).status == (answer == "y" ? 1 : 0))
      try expectNoTrace(town, of: "fake-1")
    }
  }

  @Test("Ctrl-C at a question ends it, and nothing is left or changed")
  func interrupted() throws {
    let town = try EditTown()
    let before = town.sealed
    let terminal = try Terminal.secrets(
      ["edit"], in: town.scratch, env: town.editor("sed -i /^TOKEN/d $1"))
    try terminal.wait(for: "Save this, and remove `TOKEN`?")
    try terminal.press("C-c")
    #expect(try terminal.end() == 130)
    #expect(town.sealed == before)
    town.expectNothingLeft()
  }
}
