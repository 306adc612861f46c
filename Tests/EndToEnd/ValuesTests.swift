// Values set, shown, removed, taken over and handed out, by the built binary.

import Testing

@Suite("Values, end to end")
struct ValuesTests {
  /// A project of alice's, published; her `development` and protected `production`.
  private func project() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.repository()
    try scratch.succeeds(["init", "--no-passphrase"], stderr: .anything)
    try scratch.publish()
    return scratch
  }

  /// Bob with a key, a grant and a clone; gives the variables that he acts with.
  private func addBob(
    to scratch: Scratch, grant: String = "development"
  ) throws -> [String: String?] {
    try scratch.succeeds(["key", "new", "--no-passphrase"], user: "bob", stderr: .anything)
    let identity = scratch.text("bob/.config/secrets/identity") ?? ""
    let key = identity.split(separator: "\n").first { $0.hasPrefix("public ") }?.dropFirst(7) ?? ""
    try scratch.succeeds(
      ["team", "add", "bob", String(key), "--grant", grant, "--yes"], stdout: .anything,
      stderr: .anything)
    try scratch.publish()
    try scratch.clone(user: "bob")
    let team = scratch.text("alice/project/secrets/team.keys") ?? ""
    let project = team.split(separator: "\n").first?.split(separator: "=").last ?? ""
    return ["SECRETS_TRUST": String(project)]
  }

  @Test("A value comes back byte for byte, and is nowhere on disk")
  func roundTrip() throws {
    let scratch = try project()
    try scratch.succeeds(
      ["set", "TOKEN"], stdin: "fake-marker\n",
      stderr: """
        secrets: dropped one newline at the end of the value; --exact keeps it
        secrets: added `TOKEN` to development, revision 1

        """)
    try scratch.succeeds(["get", "TOKEN"], stdout: "fake-marker")
    try scratch.succeeds(
      ["set", "TOKEN", "--exact"], stdin: "fake-marker\n",
      stderr: "secrets: changed `TOKEN` in development, revision 2\n")
    try scratch.succeeds(["get", "TOKEN"], stdout: "fake-marker\n")
    let found = try scratch.tool(["sh", "-c", "grep -rl fake-marker .. || echo nowhere"])
    #expect(found == "nowhere\n")
  }

  @Test("A value that is there already is not written again")
  func unchanged() throws {
    let scratch = try project()
    try scratch.succeeds(["set", "A"], stdin: "fake", stderr: .anything)
    let before = scratch.text("alice/project/secrets/development.sealed")
    try scratch.succeeds(
      ["set", "A"], stdin: "fake",
      stderr: "secrets: `A` in development has that value already; nothing was changed\n")
    #expect(scratch.text("alice/project/secrets/development.sealed") == before)
    try scratch.succeeds(
      ["set", "A", "--expires", "2999-01-01"], stdin: "fake",
      stderr: "secrets: changed `A` in development, revision 2\n")
    try scratch.succeeds(
      ["set", "A"], stdin: "fake-2",
      stderr: """
        secrets: changed `A` in development, revision 3
        secrets: the old value was to expire at 2999-01-01T00:00:00Z; of this one nothing is said: \
        --expires DATE

        """)
  }

  @Test("A value in the command line is taken, with a warning; an empty one is no secret")
  func argument() throws {
    let scratch = try project()
    try scratch.succeeds(
      ["set", "A=b=c"],
      stderr: """
        secrets: added `A` to development, revision 1
        secrets: warning: the value is now in the shell's history, and other processes could see it
        secrets: hint: next time: secrets set A

        """)
    try scratch.succeeds(["get", "A"], stdout: "b=c")
    try scratch.succeeds(
      ["set", "A="], stderr: "secrets: changed `A` in development, revision 2\n")
    try scratch.succeeds(["get", "A"], stdout: "")
  }

  @Test("What cannot be set changes nothing, and says what to do")
  func refused() throws {
    let scratch = try project()
    let before = scratch.text("alice/project/secrets/development.sealed")
    try scratch.fails(
      ["set", "A"], status: 2,
      stderr: """
        secrets: error: standard input gave no value; nothing was changed
        secrets: hint: if it shall be empty: secrets set A=

        """)
    try scratch.fails(
      ["set", "LD_PRELOAD=/fake.so"], status: 2,
      stderr: """
        secrets: error: `LD_PRELOAD` makes programs load code or changes which one runs, so it is no secret's name
        secrets: hint: use another name; to set that variable: LD_PRELOAD=VALUE secrets run -- COMMAND

        """)
    try scratch.fails(
      ["set", "A", "-e", "developmnet"], status: 1, stdin: "fake",
      stderr: """
        secrets: error: there is no environment `developmnet`
        secrets: hint: did you mean `development`? secrets env list

        """)
    try scratch.fails(
      ["set", "A", "--role", "billing"], status: 1, stdin: "fake",
      stderr: """
        secrets: error: there is no role `billing` in development
        secrets: hint: an admin makes it with its first secret: secrets set NAME -e development --role billing --new-role

        """)
    try scratch.fails(
      ["set", "A"], status: 2, stdin: "fake\0fake",
      stderr: """
        secrets: error: `A` cannot be sealed: it is not UTF-8, or has a NUL
        secrets: hint: keep it as a file: secrets set A --file PATH

        """)
    #expect(scratch.text("alice/project/secrets/development.sealed") == before)
    #expect(try scratch.git("status", "--porcelain") == "")
  }

  @Test("A new role is made with its first secret, in one step, by an admin alone")
  func newRole() throws {
    let scratch = try project()
    try scratch.succeeds(
      ["set", "STRIPE", "--role", "billing", "--new-role"], stdin: "fake",
      stderr: "secrets: added `STRIPE` to development/billing, revision 1\n")
    try scratch.succeeds(["get", "STRIPE"], stdout: "fake")
    let trust = try addBob(to: scratch)
    let before = scratch.text("bob/project/secrets/team.keys")
    try scratch.fails(
      ["set", "B", "--role", "other", "--new-role"], status: 3, stdin: "fake", env: trust,
      user: "bob",
      stderr: """
        secrets: error: only the root or an admin may do this
        secrets: hint: see who they are: secrets team list

        """)
    #expect(scratch.text("bob/project/secrets/team.keys") == before)
    try scratch.fails(
      ["get", "STRIPE"], status: 3, env: trust, user: "bob",
      stderr: """
        secrets: error: you have no grant for the role `billing` of development (1 secret)
        secrets: hint: ask an admin to run: secrets grant bob development/billing

        """)
    try scratch.succeeds(
      ["list"], env: trust, user: "bob", stdout: .like("STRIPE\tbilling\t-\t1\talice\t⋯\tclosed\n"))
  }

  @Test("Of several names all are removed or none")
  func unset() throws {
    let scratch = try project()
    try scratch.succeeds(["set", "TOKEN_A"], stdin: "fake", stderr: .anything)
    try scratch.succeeds(["set", "TOKEN_B"], stdin: "fake", stderr: .anything)
    try scratch.fails(
      ["unset", "TOKEN_A", "TOKEN_C", "OTHER"], status: 1,
      stderr: """
        secrets: error: no secret named `TOKEN_C` in development
        secrets: hint: did you mean `TOKEN_A`? secrets list -e development
        secrets: error: no secret named `OTHER` in development
        secrets: hint: secrets list -e development

        """)
    try scratch.succeeds(["get", "TOKEN_A"], stdout: "fake")
    try scratch.succeeds(
      ["unset", "TOKEN_A", "TOKEN_B"],
      stderr: """
        secrets: removed `TOKEN_A` from development, revision 2
        secrets: removed `TOKEN_B` from development, revision 2

        """)
    try scratch.fails(["get", "TOKEN_A"], status: 1, stderr: .anything)
  }

  @Test("A protected environment is not read without a yes")
  func protected() throws {
    let scratch = try project()
    try scratch.succeeds(["set", "A", "-e", "production"], stdin: "fake", stderr: .anything)
    let refusal: Said = """
      secrets: error: production is protected, and there is nobody to confirm
      secrets: hint: if you mean it, add --yes

      """
    try scratch.fails(["get", "A", "-e", "production"], status: 2, stderr: refusal)
    try scratch.fails(["export", "-e", "production"], status: 2, stderr: refusal)
    try scratch.succeeds(["get", "A", "--yes"], env: ["SECRETS_ENV": "production"], stdout: "fake")
    try scratch.succeeds(["list"], env: ["SECRETS_ENV": "production"], stdout: .like("A\t⋯\t\n"))
  }

  @Test("A machine is not asked whether it means a protected environment")
  func machine() throws {
    let scratch = try project()
    try scratch.succeeds(["set", "A", "-e", "production"], stdin: "fake", stderr: .anything)
    let key = try scratch.run(
      ["team", "add", "ci", "--machine", "--new-key", "--grant", "production"]
    ).text.split(separator: "\n").joined()
    try scratch.succeeds(
      ["get", "A", "-e", "production"], env: ["SECRETS_IDENTITY": key], stdout: "fake")
    try scratch.succeeds(
      ["export", "-e", "production"], env: ["SECRETS_IDENTITY": key], stdout: "A=fake\n")
  }

  @Test("At a terminal the value is typed unseen, and a protected one confirmed")
  func terminal() throws {
    let scratch = try project()
    let setting = try Terminal.secrets(["set", "A", "-e", "production"], in: scratch)
    try setting.wait(for: "value of A:")
    try setting.enter("fake-typed")
    #expect(try setting.end() == 0)
    #expect(try !setting.screen().contains("fake-typed"))
    let inVain = try Terminal.secrets(["set", "A", "--role", "nosuch"], in: scratch)
    #expect(try inVain.end() == 1)
    let screen = try inVain.screen()
    #expect(screen.contains("there is no role `nosuch` in development"))
    #expect(!screen.contains("value of A:"))
    let pair = try Pair(granting: nil)
    try pair.alice(
      ["team", "add", "bob", "--yes", "--grant", "development", "--read"], stderr: .anything)
    try pair.scratch.publish("bob reads")
    try pair.pull("bob")
    let reading = try Terminal.secrets(
      ["set", "A"], in: pair.scratch, env: ["SECRETS_TRUST": pair.project], user: "bob")
    #expect(try reading.end() == 3)
    #expect(try reading.screen().contains("you have no grant to write development"))
    #expect(try !reading.screen().contains("value of A:"))
    let getting = try Terminal.secrets(["get", "A", "-e", "production"], in: scratch)
    try getting.wait(for: "production is protected. Print `A`? [y/N]")
    try getting.enter("y")
    #expect(try getting.end() == 0)
    #expect(try getting.screen().contains("fake-typed"))
    let declined = try Terminal.secrets(["export", "-e", "production"], in: scratch)
    try declined.wait(for: "Print its values? [y/N]")
    try declined.enter("")
    #expect(try declined.end() == 1)
    #expect(try !declined.screen().contains("fake-typed"))
  }

  @Test("A dotenv file is taken over whole, comes back the same, and is not written twice")
  func importing() throws {
    let scratch = try project()
    try scratch.write(
      "alice/project/.env",
      """
      # where the data is
      DATABASE_URL=postgres://fake:${PASSWORD}@db/app
      PASSWORD='fa ke'
      KEY="line 1
      line 2"

      """)
    let summary = "secrets: .env still holds the values as plain text; remove it once `run` works\n"
    try scratch.succeeds(
      ["import", ".env", "--dry-run"],
      stdout: "added\tDATABASE_URL\nadded\tKEY\nadded\tPASSWORD\n",
      stderr: "secrets: development: 3 added; nothing was written\n")
    #expect(try scratch.git("status", "--porcelain") == "")
    try scratch.succeeds(
      ["import", ".env"], stdout: "added\tDATABASE_URL\nadded\tKEY\nadded\tPASSWORD\n",
      stderr: "secrets: development: 3 added\n\(summary)")
    let first = scratch.text("alice/project/secrets/development.sealed")
    try scratch.succeeds(
      ["import", ".env"], stdout: "unchanged\tDATABASE_URL\nunchanged\tKEY\nunchanged\tPASSWORD\n",
      stderr: "secrets: development: 0 added, 3 unchanged\n\(summary)")
    #expect(scratch.text("alice/project/secrets/development.sealed") == first)
    try scratch.succeeds(["get", "DATABASE_URL"], stdout: "postgres://fake:fa ke@db/app")
    try scratch.succeeds(
      ["get", "DATABASE_URL", "--raw"], stdout: "postgres://fake:${PASSWORD}@db/app")
    try scratch.succeeds(
      ["import", "-", "--keep-existing", "--json"], stdin: #"{"KEY": "fake", "PORT": 8080}"#,
      stdout: """
        {
          "added": [
            "PORT"
          ],
          "changed": [],
          "kept": [
            "KEY"
          ],
          "unchanged": []
        }

        """, stderr: "secrets: development: 1 added, 1 kept\n")
    let exported = try scratch.succeeds(["export", "--format", "shell"], stdout: .anything).text
    let printed = try scratch.tool(
      ["sh", "-c", "eval \"$EXPORTED\"; printf '%s|' \"$DATABASE_URL\" \"$KEY\" \"$PORT\""],
      env: ["EXPORTED": exported])
    #expect(printed == "postgres://fake:fa ke@db/app|line 1\nline 2|8080|")
  }

  @Test("An import with lines at fault takes nothing, and its hint does the rest as it stands")
  func refusedImport() throws {
    let scratch = try project()
    try scratch.write(
      "alice/project/my file", "A=fake\nPATH=/fake\nnot a name\nMIIEfake\nMIIEfake\n")
    let outcome = try scratch.fails(
      ["import", "my file"], status: 2,
      stderr: """
        secrets: error: my file:3:5: no `=` follows the name
        secrets: error: my file:4:9: no `=` follows the name
        secrets: error: my file:5:9: no `=` follows the name
        secrets: error: my file:2:1: `PATH` makes programs load code or changes which one runs, so it is no secret's name
        secrets: error: 4 lines of my file were refused; nothing was changed
        secrets: hint: to leave them out: secrets import 'my file' --except PATH 3-5

        """)
    let hint = outcome.stderr.split(separator: "\n").last?.split(separator: ": ").last ?? ""
    try scratch.tool(["sh", "-c", String(hint)])
    try scratch.succeeds(["export"], stdout: "A=fake\n")
  }

  @Test("Templates that would never expand are refused before anything is written")
  func circle() throws {
    let scratch = try project()
    try scratch.fails(
      ["import", "-"], status: 2, stdin: "A=${B}\nB=${A}\n",
      stderr: """
        secrets: error: `A` uses itself
        secrets: hint: secrets edit development

        """)
    #expect(try scratch.git("status", "--porcelain") == "")
  }

  @Test("An environment's own values lie over its base's, in get, list and export")
  func base() throws {
    let scratch = try project()
    try scratch.succeeds(
      ["env", "new", "staging", "--extends", "development"], stdout: .anything, stderr: .anything)
    try scratch.succeeds(
      ["import", "-"], stdin: "A=fake-base\nB=fake-base\n", stdout: .anything,
      stderr: .anything)
    try scratch.succeeds(["set", "B", "-e", "staging"], stdin: "fake-own", stderr: .anything)
    try scratch.succeeds(["export", "-e", "staging"], stdout: "A=fake-base\nB=fake-own\n")
    try scratch.succeeds(["get", "A", "-e", "staging"], stdout: "fake-base")
    try scratch.succeeds(
      ["list", "-e", "staging"],
      stdout: .like("A\tdefault\ttext\t1\talice\t⋯\tfrom development\nB\tdefault\ttext\t1\t⋯\t\n"))
    try scratch.fails(
      ["unset", "A", "-e", "staging"], status: 1,
      stderr: """
        secrets: error: `A` is not staging's own: it is from development, which lies under it
        secrets: hint: remove it there: secrets unset A -e development

        """)
  }

  @Test("A file is kept byte for byte, and stops an export by its name")
  func file() throws {
    let scratch = try project()
    try scratch.tool(["sh", "-c", "head -c 3000 /dev/urandom > key.bin"])
    try scratch.succeeds(
      ["set", "KEY", "--file", "key.bin"],
      stderr: "secrets: added `KEY` to development, revision 1\n")
    try scratch.tool(["sh", "-c", "secrets get KEY | cmp - key.bin"])
    try scratch.succeeds(["set", "A"], stdin: "fake", stderr: .anything)
    try scratch.fails(
      ["export"], status: 2,
      stderr: """
        secrets: error: `KEY` is a file, which is no variable's value
        secrets: error: 1 value cannot be written; nothing was
        secrets: hint: to leave it out, add: --except KEY

        """)
    try scratch.succeeds(["export", "--except", "KEY"], stdout: "A=fake\n")
  }

  @Test("Two people's changes of one name are a conflict with both named, and set settles it")
  func conflict() throws {
    let scratch = try project()
    try scratch.succeeds(["set", "A"], stdin: "fake-0", stderr: .anything)
    try scratch.succeeds(["set", "B"], stdin: "fake-0", stderr: .anything)
    let trust = try addBob(to: scratch)
    try scratch.succeeds(
      ["set", "A"], stdin: "fake-bob", env: trust, user: "bob", stderr: .anything)
    try scratch.commit(user: "bob")
    try scratch.succeeds(["set", "A"], stdin: "fake-alice", stderr: .anything)
    try scratch.publish()
    try scratch.git("pull", "-q", "--no-rebase", "--no-edit", user: "bob")
    try scratch.fails(
      ["get", "A"], status: 4, env: trust, user: "bob",
      stderr: .containing(["the secret `A`: it is in conflict", "alice at ", "bob at "]))
    try scratch.fails(["export"], status: 4, env: trust, user: "bob", stderr: .anything)
    try scratch.succeeds(["get", "B"], env: trust, user: "bob", stdout: "fake-0")
    try scratch.succeeds(
      ["list"], env: trust, user: "bob",
      stdout: .like("A\tdefault\t-\t2\t⋯\tconflict\nB\tdefault\ttext\t1\talice\t⋯\t\n"))
    try scratch.succeeds(
      ["set", "A"], stdin: "fake-both", env: trust, user: "bob",
      stderr: "secrets: changed `A` in development, revision 3\n")
    try scratch.succeeds(["get", "A"], env: trust, user: "bob", stdout: "fake-both")
  }

  @Test("Names are no secret: who has no key is shown them, and everything as closed")
  func noKey() throws {
    let scratch = try project()
    try scratch.succeeds(["set", "A"], stdin: "fake", stderr: .anything)
    try scratch.publish()
    try scratch.clone(user: "carol")
    let team = scratch.text("alice/project/secrets/team.keys") ?? ""
    let project = team.split(separator: "\n").first?.split(separator: "=").last ?? ""
    try scratch.succeeds(
      ["list"], env: ["SECRETS_TRUST": String(project)], user: "carol",
      stdout: .like("A\tdefault\t-\t1\talice\t⋯\tclosed\n"),
      stderr: """
        secrets: warning: no identity found on this machine
        secrets: hint: in a project: secrets join, which makes one; or bring yours: secrets key import -

        """)
  }
}
