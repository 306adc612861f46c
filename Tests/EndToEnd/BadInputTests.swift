// Input that is too much, of the wrong kind, damaged or of another time, as whoever uses the program
// meets it: the sentence, the exit code, and nothing changed. What belongs to one command alone is
// tested with that command.

import Glibc
import Sealing
import Testing
import Vault
import Workspace

/// Something bad, and what is said of it.
private struct Bad: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// What makes it so, in Alice's project; `$f` is development's file.
  var prepare = "true"
  let arguments: [String]
  var stdin = ""
  var status: Int32
  /// What is said on standard error; `⋯` stands for folders.
  let said: String

  init(
    _ description: String, prepare: String = "true", run arguments: [String] = ["get", "TOKEN"],
    stdin: String = "", status: Int32 = 4, says error: String, hint: String
  ) {
    testDescription = description
    (self.prepare, self.arguments, self.stdin) = (prepare, arguments, stdin)
    self.status = status
    said = "secrets: error: \(error)\nsecrets: hint: \(hint)\n"
  }

  static let all = tooMuch + notText + kinds + damaged + newer

  private static let tooMuch = [
    Bad(
      "a value that no variable takes",
      prepare: "head -c 131066 /dev/zero | tr '\\0' x | $SECRETS set LARGE",
      run: ["run", "--", "touch", "ran"], status: 125,
      says:
        "`LARGE` and its value have 131073 bytes, and the system takes at most 131072 in one variable",
      hint: "leave it out: --except LARGE; `secrets get` gives it by itself"),
    Bad(
      "values that are too large together",
      prepare: """
        for i in 1 2 3 4 5 6; do
          printf 'L%s=%0100000d\\n' $i $i
        done | $SECRETS import - >/dev/null
        """, run: ["run", "--", "touch", "ran"], status: 125,
      says:
        "arguments and environment have ⋯ bytes, and the system takes 524288; the largest is `L1`",
      hint: "take only what is needed: --only 'PREFIX_*'"),
    Bad(
      "a value of more than 1 MiB", run: ["set", "LARGE"],
      stdin: String(repeating: "x", count: 1 << 20 + 1), status: 2,
      says: "standard input has more than 1 MiB",
      hint: "keep large files elsewhere, and seal the key to them"),
    Bad(
      "a file of more than 1 MiB", prepare: "head -c 1048577 /dev/zero >../large",
      run: ["set", "LARGE", "--file", "../large"], status: 2, says: "../large has more than 1 MiB",
      hint: "keep large files elsewhere, and seal the key to them"),
  ]

  private static let notText = [
    Bad(
      "a NUL in a dotenv file", prepare: "printf 'A=1\\nB=x\\0y\\n' >../.env",
      run: ["import", "../.env"], status: 2,
      says:
        "../.env:2:4: `B` holds a NUL byte\nsecrets: error: 1 line of ../.env was refused; nothing was changed",
      hint: "to leave it out: secrets import ../.env --except B"),
    Bad(
      "a value that is not UTF-8", prepare: "printf 'A=1\\nB=x\\377y\\n' >../.env",
      run: ["import", "../.env"], status: 2,
      says:
        "../.env:2:4: `B` is not UTF-8\nsecrets: error: 1 line of ../.env was refused; nothing was changed",
      hint: "to leave it out: secrets import ../.env --except B"),
    Bad(
      "a name in two roles", prepare: "printf 1 | $SECRETS set TOKEN --role other --new-role",
      run: ["run", "--", "touch", "ran"], status: 125,
      says: "`TOKEN` is in the roles `default` and `other` of development",
      hint: "choose one: --role default"),
    Bad(
      "templates in a circle", run: ["import", "-"], stdin: "A=${B}\nB=${C}\nC=${A}\n", status: 2,
      says: "`A` uses itself", hint: "secrets edit development"),
  ]

  private static let kinds = [
    Bad(
      "a pipe in the place of a sealed file", prepare: "rm $f; mkfifo $f",
      says: "⋯/secrets/development.sealed is no regular file",
      hint: "look at what it is: ls -l ⋯/secrets/development.sealed"),
    Bad(
      "a pipe in the place of team.keys", prepare: "rm secrets/team.keys; mkfifo secrets/team.keys",
      says: "⋯/secrets/team.keys is no regular file",
      hint: "look at what it is: ls -l ⋯/secrets/team.keys"),
    Bad(
      "a link out of the folder", prepare: "mv $f ../outside; ln -s ../../outside $f",
      says:
        "⋯/secrets/development.sealed is a symbolic link, and a project's own files and folder never are",
      hint: "see by whom it came: git log -- ⋯/secrets/development.sealed"),
    Bad(
      "a link written through", prepare: "mv $f ../outside; ln -s ../../outside $f",
      run: ["set", "TOKEN"], stdin: "fake-2",
      says:
        "⋯/secrets/development.sealed is a symbolic link, and a project's own files and folder never are",
      hint: "see by whom it came: git log -- ⋯/secrets/development.sealed"),
    Bad(
      "a folder that is a link", prepare: "mv secrets ../outside; ln -s ../outside secrets",
      says: "⋯/project/secrets is a symbolic link, and a project's own files and folder never are",
      hint: "see by whom it came: git log -- ⋯/project/secrets"),
    Bad(
      "a journal that was committed, and a folder in the place of its lock",
      prepare: "mkdir secrets/.lock.new; echo x >secrets/.journal.new", status: 5,
      says: "cannot lock ⋯/secrets/.lock.new: is a directory",
      hint: "look at what it is, for no command of secrets put it there: ls -ld ⋯/secrets/.lock.new"
    ),
    Bad(
      "a folder to import", run: ["import", ".."], status: 2, says: ".. is a folder or device",
      hint: "give the path of a file"),
  ]

  private static let changedOutside = "it was changed outside secrets; see by whom: git log -L1,1:"

  private static let damaged = [
    Bad(
      "an empty file", prepare: ": >$f",
      says: "secrets/development.sealed:1:1: this is not the header that the file begins with",
      hint: changedOutside + "secrets/development.sealed"),
    Bad(
      "line ends that were rewritten", prepare: "sed -i 's/$/\\r/' $f",
      says:
        "secrets/development.sealed:1:64: the line ends in CR LF, which git or an editor has made of LF",
      hint: "take the CR off each line: sed -i 's/\\r$//' secrets/development.sealed"),
    Bad(
      "rewritten line ends in team.keys", prepare: "sed -i 's/$/\\r/' secrets/team.keys",
      run: ["set", "TOKEN"], stdin: "fake-2",
      says: "secrets/team.keys:1:46: the line ends in CR LF, which git or an editor has made of LF",
      hint: "take the CR off each line: sed -i 's/\\r$//' secrets/team.keys"),
    Bad(
      "a CR within a line", prepare: "sed -i '1s/ project/\\r project/' $f",
      says:
        "secrets/development.sealed:1:17: a byte that never stands here (tab, CR, NUL, BOM, trailing "
        + "space, non-ASCII)", hint: changedOutside + "secrets/development.sealed"),
    Bad(
      "git's conflict markers", prepare: "sed -i '2i <<<<<<< HEAD' $f", run: ["set", "TOKEN"],
      stdin: "fake-2", says: "secrets/development.sealed:2:1: git's conflict marker",
      hint: "unite both sides: secrets resolve"),
  ]

  private static let newer = [
    Bad(
      "a sealed file of a newer version", prepare: "sed -i '1s,/1,/2,' $f",
      says: "secrets/development.sealed:1:1: made by a newer version of secrets",
      hint: "install a newer secrets"),
    Bad(
      "a newer team.keys", prepare: "sed -i '1s,/1,/2,' secrets/team.keys", run: ["set", "TOKEN"],
      stdin: "fake-2", says: "secrets/team.keys:1:1: made by a newer version of secrets",
      hint: "install a newer secrets"),
    Bad(
      "a newer identity", prepare: "sed -i '1s,/1,/2,' ~/.config/secrets/identity",
      run: ["get", "TOKEN"], status: 3,
      says: "⋯/.config/secrets/identity line 1 was made by a newer version of secrets",
      hint: "install a newer secrets"),
  ]
}

@Suite("Bad input")
struct BadInputTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.repository()
    for arguments in [["init", "--name", "alice", "--no-passphrase"], ["set", "TOKEN"]] {
      try scratch.succeeds(arguments, stdin: "fake-1", stdout: .anything, stderr: .anything)
    }
    try scratch.commit()
  }

  private func shell(_ script: String) throws -> String {
    try scratch.tool(
      ["sh", "-euc", "f=secrets/development.sealed; \(script)"], env: ["SECRETS": BuiltBinary.path])
  }

  private func everything() throws -> String {
    try shell("find .. -path '*/.git/*' -prune -o -type f -exec cksum {} + | sort")
  }

  @Test("It is refused by a sentence, and changes nothing", arguments: Bad.all)
  fileprivate func refused(bad: Bad) throws {
    _ = try shell(bad.prepare)
    _ = try scratch.run(["list"])
    let before = try everything()
    // A smaller stack makes the system's limit on all variables smaller, too.
    let outcome = try Program(
      ["sh", "-c", "ulimit -s 2048; exec \"$@\"", "sh", BuiltBinary.path] + bad.arguments,
      stdin: Array(bad.stdin.utf8), environment: scratch.environment(of: "alice"),
      directory: scratch.at("alice/project")
    ).finish(seconds: 30)
    let complaint = outcome.complaint(status: bad.status, stdout: "", stderr: .like(bad.said))
    #expect(complaint == nil, "\(complaint ?? "")")
    #expect(try everything() == before)
  }

  @Test("What is said of a checkout with CR LF mends it")
  func checkout() throws {
    _ = try shell(
      """
      git rm -q --cached secrets/.gitattributes; rm secrets/.gitattributes; git commit -qm lost
      git config core.autocrlf true; rm $f; git checkout -q -- $f
      """)
    let said = try scratch.run(["get", "TOKEN"])
    #expect(said.status == 4)
    let hint = try #require(said.stderr.split(separator: "\n").last?.split(separator: ": ").last)
    _ = try shell(String(hint))
    try scratch.succeeds(["get", "TOKEN"], stdout: "fake-1")
  }

  @Test("The largest value and the longest comment are taken, and come back byte for byte")
  func limits() throws {
    let value = String(repeating: "x", count: 1 << 20)
    try scratch.succeeds(
      ["set", "LARGE"], stdin: value,
      stderr: "secrets: added `LARGE` to development, revision 1\n")
    try scratch.succeeds(["get", "LARGE"], stdout: .exactly(value))
    let comment = String(repeating: "n", count: 64 << 10)
    try scratch.succeeds(
      ["import", "-"], stdin: "# \(comment)\nA=1\n# \(comment)n\nB=2\n",
      stdout: "added\tA\nadded\tB\n",
      stderr: """
        secrets: warning: standard input:4: the comment above `B` is too long or no UTF-8, and is \
        left out
        secrets: development: 2 added

        """)
  }

  @Test("Ten thousand names are taken over, listed and given")
  func names() throws {
    let text = (1...10_000).map { "N\($0)=v\($0)\n" }.joined()
    try scratch.succeeds(
      ["import", "-"], stdin: text, stdout: .anything,
      stderr: "secrets: development: 10000 added\n")
    try scratch.succeeds(["run", "--", "sh", "-c", "echo $N1 $N10000"], stdout: "v1 v10000\n")
    let list = try scratch.succeeds(["list"], stdout: .anything).text
    #expect(list.split(separator: "\n").count == 10_001)
  }

  @Test("A pipe is read like a file where a person names one")
  func pipe() throws {
    // More than a pipe holds: whoever writes it must find a reader all the while.
    let said = try shell(
      """
      mkfifo ../pipe
      { echo A=1; head -c 200000 /dev/zero | tr '\\0' '\\n'; } >../pipe &
      timeout 20 $SECRETS import ../pipe 2>&1
      """)
    #expect(said.hasPrefix("added\tA\nsecrets: development: 1 added\n"), "\(said)")
  }

  @Test("What was written by a clock that is ahead is taken, and warned of")
  func future() throws {
    let home = try scratch.home()
    let context = Context(
      environment: EnvironmentBlock(["HOME": home]),
      workingDirectory: scratch.at("alice/project"), now: 4_102_444_800, userID: geteuid())
    let arena = SecureArena()
    let file = try PrivateFile.read("\(home)/.config/secrets/identity", in: arena)
    let text = try #require(file?.content)
    let identity = try IdentityFile.parse(text, mode: 0o600, in: arena).identity
    let author = Author(
      name: "alice", identity: try #require(identity), now: context.now, arena: arena)
    let late = "fake-late"
    let value = arena.copy(late.utf8Span.span.bytes)
    let payload = try Payload(kind: .text, note: arena.allocate(0), value: value)
    let project = try Project.find(in: context)
    _ = try project.change(.named(["development"]), in: context) { _ in
      author
    } _: { change in
      try change.environment("development") { try $0.set("LATE", role: "default", to: payload) }
    }
    try scratch.succeeds(["get", "LATE"], stdout: "fake-late")
    try scratch.fails(
      ["check"], status: 1,
      stdout: """
        warning: secrets/development.sealed:7: the secret `LATE`: it is dated in the future \
        (2100-01-01T00:00:00Z)
          hint: compare the clocks: date -u

        """, stderr: "")
  }
}
