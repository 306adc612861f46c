// Secrets under other names and in other places, by the built binary.

import Testing

@Suite("rename and copy, end to end")
struct RenameAndCopyTests {
  @Test("A renamed secret has its value, and the templates that name it are told")
  func rename() throws {
    let pair = try Pair(granting: nil)
    try pair.set("DB_PASS", "fake")
    try pair.alice(
      ["import", "-"], stdin: "# where\nURL=x${DB_PASS}\nURL2=${DB_PASS}\nOTHER=fake\n",
      stdout: .anything, stderr: .anything)
    try pair.alice(
      ["rename", "DB_PASS", "PASSWORD"],
      stderr: """
        secrets: renamed `DB_PASS` of development to `PASSWORD`, revision 1
        secrets: warning: `URL` and `URL2` use `${DB_PASS}`, which is not there any more
        secrets: hint: write `${PASSWORD}` there: secrets edit -e development

        """)
    #expect(try pair.value("PASSWORD") == "fake")
    try pair.refuses(["get", "DB_PASS"], 1, stderr: .containing(["no secret named `DB_PASS`"]))
    try pair.alice(
      ["get", "URL", "--raw"], stdout: "x${DB_PASS}")
    try pair.alice(
      ["rename", "OTHER", "ANOTHER"],
      stderr: "secrets: renamed `OTHER` of development to `ANOTHER`, revision 1\n")
    try pair.refuses(["check"], 1, stdout: .containing(["`URL` uses `${DB_PASS}`"]))
  }

  @Test("What a template uses is removed with a word of it, unless the template goes as well")
  func unset() throws {
    let pair = try Pair(granting: nil)
    try pair.alice(
      ["import", "-"], stdin: "A=fake\nB=x${A}\nC=${A}${B}\n", stdout: .anything,
      stderr: .anything)
    try pair.alice(
      ["unset", "A", "C"],
      stderr: """
        secrets: removed `A` from development, revision 2
        secrets: removed `C` from development, revision 2
        secrets: warning: `B` uses `${A}`, which is not there any more
        secrets: hint: write something else there: secrets edit -e development

        """)
    try pair.alice(["unset", "B"], stderr: "secrets: removed `B` from development, revision 2\n")
  }

  @Test("What cannot be renamed changes nothing, and says why")
  func renameRefused() throws {
    let pair = try Pair()
    try pair.set("A", "fake-a")
    try pair.set("B", "fake-b")
    try pair.alice(
      ["set", "S", "--role", "billing", "--new-role"], stdin: "fake", stderr: .anything)
    try pair.scratch.publish()
    try pair.refuses(
      ["rename", "A", "B"], 2,
      stderr: """
        secrets: error: there is a secret `B` already; nothing was changed
        secrets: hint: take another name, or remove that one first with `secrets unset`

        """)
    try pair.refuses(
      ["rename", "AA", "C"], 1,
      stderr: """
        secrets: error: no secret named `AA` in development
        secrets: hint: did you mean `A`? secrets list -e development

        """)
    try pair.refuses(
      ["rename", "S", "C"], 1,
      stderr: """
        secrets: error: `S` is in the role `billing` of development
        secrets: hint: add --role billing

        """)
    try pair.alice(["env", "new", "staging", "--extends", "development"], stderr: .anything)
    try pair.refuses(
      ["rename", "A", "C", "-e", "staging"], 1,
      stderr: """
        secrets: error: `A` is not staging's own: it is from development, which lies under it
        secrets: hint: rename it there: secrets rename A C -e development

        """)
    try pair.refuses(
      ["unset", "A", "-e", "staging"], 1,
      stderr: .containing(["hint: remove it there: secrets unset A -e development"]))
    try pair.alice(["env", "remove", "staging", "--yes"], stderr: .anything)
    try pair.refuses(
      ["rename", "A", "A"], 2,
      stderr: """
        secrets: error: `A` has that name already
        secrets: hint: give the new name second

        """)
    let before = try pair.files()
    try pair.refuses(["rename", "A", "LD_PRELOAD"], 2, stderr: .containing(["`LD_PRELOAD` makes"]))
    try pair.refuses(["rename", "A", "no name"], 2, stderr: .containing(["no name for a secret"]))
    try pair.refuses(["rename", "A", "C", "-e", "prod"], 1, stderr: .containing(["`prod`"]))
    #expect(try pair.files() == before)
    try pair.pull("bob")
    try pair.refuses(
      ["rename", "S", "C", "--role", "billing"], 3, as: "bob",
      stderr: """
        secrets: error: you have no grant to write development/billing
        secrets: hint: see who has one, and ask an admin: secrets team list

        """)
    try pair.alice(
      ["rename", "S", "A", "--role", "billing"],
      stderr: """
        secrets: renamed `S` of development/billing to `A`, revision 1
        secrets: warning: `A` is now in the roles `billing` and `default` of development: `run` stops for whoever may open more than one of them
        secrets: hint: they choose: secrets run -e development --role billing -- COMMAND

        """)
  }

  @Test("A copy has value, kind, comment and date; another value is overwritten only when told")
  func copy() throws {
    let pair = try Pair(granting: nil)
    try pair.alice(
      ["import", "-"], stdin: "# a comment\nA='fake a'\nT=x${A}${B}\nB=fake-b\n",
      stdout: .anything, stderr: .anything)
    try pair.alice(
      ["set", "A", "--expires", "2999-01-01"], stdin: "fake a", stderr: .anything)
    try pair.scratch.write("alice/project/bytes", "fake\u{1}bytes")
    try pair.alice(["set", "F", "--file", "bytes"], stderr: .anything)
    try pair.alice(
      ["copy", "A", "T", "F", "A", "--to", "production"],
      stderr: """
        secrets: copied `A` from development to production
        secrets: copied `F` from development to production
        secrets: copied `T` from development to production
        secrets: warning: `T` uses `${B}`, which production does not have
        secrets: hint: secrets set B -e production

        """)
    #expect(try pair.value("F", in: "production") == "fake\u{1}bytes")
    let list = try pair.alice(["list", "-e", "production", "--json"], stdout: .anything).text
    #expect(list.contains("\"kind\": \"file\"") && list.contains("\"kind\": \"template\""))
    #expect(list.contains("2999-01-01T00:00:00Z"))
    let before = try pair.files()
    try pair.alice(
      ["copy", "A", "--to", "production"],
      stderr: "secrets: `A` of production has that value already; it was not changed\n")
    #expect(try pair.files() == before)
    try pair.set("A", "fake-other", in: "production")
    let other = try pair.files()
    try pair.refuses(
      ["copy", "B", "A", "--to", "production"], 2,
      stderr: """
        secrets: error: `A` of production has another value; nothing was copied
        secrets: hint: to overwrite, add --replace

        """)
    #expect(try pair.files() == other)
    try pair.alice(
      ["copy", "B", "A", "--to", "production", "--replace"],
      stderr: """
        secrets: replaced `A` of production by that of development
        secrets: copied `B` from development to production

        """)
    #expect(try pair.value("T", in: "production") == "xfake afake-b")
  }

  @Test("What leaves a protected environment is asked about, what stays in it is not")
  func protected() throws {
    let pair = try Pair(granting: nil)
    try pair.set("A", "fake", in: "production")
    try pair.alice(
      ["set", "S", "-e", "production", "--role", "billing", "--new-role"], stdin: "fake",
      stderr: .anything)
    let before = try pair.files()
    try pair.refuses(
      ["copy", "A", "-e", "production", "--to", "development"], 2,
      stderr: """
        secrets: error: production is protected, and there is nobody to confirm
        secrets: hint: if you mean it, add --yes

        """)
    let arguments = ["copy", "A", "-e", "production", "--to", "development"]
    let declined = try Terminal.secrets(arguments, in: pair.scratch)
    try declined.wait(for: "production is protected. Copy `A` to development? [y/N]")
    try declined.enter("n")
    #expect(try declined.end() == 1)
    #expect(try pair.files() == before)
    let confirmed = try Terminal.secrets(arguments, in: pair.scratch)
    try confirmed.wait(for: "Copy `A` to development? [y/N]")
    try confirmed.enter("y")
    #expect(try confirmed.end() == 0)
    #expect(try pair.value("A") == "fake")
    try pair.alice(
      ["copy", "A", "-e", "production", "--to", "production/billing"],
      stderr: "secrets: copied `A` from production to production/billing\n")
  }

  @Test("What cannot be copied changes nothing, and says why")
  func copyRefused() throws {
    let pair = try Pair()
    try pair.set("TOKEN_A", "fake")
    try pair.scratch.publish()
    try pair.pull("bob")
    let before = try pair.files()
    try pair.refuses(
      ["copy", "TOKEN_A", "TOKEN_B", "NONE", "--to", "production"], 1,
      stderr: """
        secrets: error: no secret named `TOKEN_B` in development
        secrets: hint: did you mean `TOKEN_A`? secrets list -e development
        secrets: error: no secret named `NONE` in development
        secrets: hint: secrets list -e development

        """)
    try pair.refuses(
      ["copy", "TOKEN_A", "--to", "development"], 2,
      stderr: """
        secrets: error: `TOKEN_A` is in development already: that is where it would be copied from
        secrets: hint: name another environment or role: --to ENV/ROLE

        """)
    try pair.refuses(
      ["copy", "TOKEN_A", "--to", "prodution"], 1,
      stderr: """
        secrets: error: there is no environment `prodution`
        secrets: hint: did you mean `production`? secrets env list

        """)
    try pair.refuses(
      ["copy", "TOKEN_A", "--to", "production/none"], 1, stderr: .containing(["no role `none`"]))
    try pair.refuses(
      ["copy", "TOKEN_A", "--to", "production"], 3, as: "bob",
      stderr: """
        secrets: error: you have no grant to write production
        secrets: hint: see who has one, and ask an admin: secrets team list

        """)
    #expect(try pair.files() == before)
  }
}
