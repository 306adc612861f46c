// Members come in, with a key, and open what they are granted and nothing else.

import Testing

@Suite("team and grant")
struct TeamTests {
  private static let key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICaxxyhJuTylNmTKgkBkPFFMRxygpKQk4kzyzMgKOZM+ carol@laptop"

  @Test("Whoever asked to join is added by their name, and reads what they were granted")
  func join() throws {
    let pair = try Pair(granting: nil)
    try pair.set("TOKEN", "fake-1")
    try pair.alice(
      ["team", "list"],
      stdout: .like(
        """
        alice\talice\tperson\troot\t\tSHA256:⋯\tdevelopment write, production write

        bob\t⋯Z\t\tSHA256:⋯

        """))
    try pair.refuses(
      ["team", "add", "bob", "--grant", "development"], 2,
      stderr: .containing(["fingerprint", "spoken", "anyone who can push", "--yes"]))
    try pair.alice(
      ["team", "add", "bob", "--yes", "--grant", "development"],
      stderr: .like(
        """
        secrets: fingerprint  SHA256:⋯
        secrets: spoken       ⋯-⋯-⋯-⋯-⋯
        secrets: added the person bob, who may write development
        secrets: handed the key of development to bob
        secrets: hint: git add secrets && git commit

        """))
    try pair.scratch.publish("add bob")
    try pair.pull("bob")
    #expect(try pair.value("TOKEN", as: "bob") == "fake-1")
    #expect(try pair.value("TOKEN", in: "production", as: "bob") == nil)
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
  }

  @Test("A key comes as text, as a file, or by standard input, and exactly one must be ed25519")
  func keys() throws {
    let pair = try Pair(granting: nil)
    let rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQC7 carol@old"
    try pair.scratch.write("alice/project/carol.keys", "\(rsa)\n\(Self.key)\n")
    try pair.alice(
      ["team", "add", "carol", "carol.keys"], stderr: .containing(["added the person"]))
    let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII2Sk8MnZivjwPrrV5sq7dOyzsM9dNre3O6na3qU3JDA"
    try pair.refuses(
      ["team", "add", "dave", Self.key], 2, stderr: .containing(["`carol`'s already"]))
    try pair.refuses(
      ["team", "add", "dave", rsa], 2, stderr: .containing(["no ed25519 key, only ssh-rsa"]))
    try pair.refuses(
      ["team", "add", "dave", "nowhere.pub"], 2, stderr: .containing(["no file nowhere.pub"]))
    try pair.refuses(
      ["team", "add", "carol", other], 2, stderr: .containing(["`carol` is a member already"]))
    try pair.refuses(
      ["team", "add", "dave"], 1, stderr: .containing(["no key for `dave`"]))
    try pair.refuses(["team", "add", "Dave", other], 2, stderr: .anything)
    try pair.refuses(
      ["team", "add", "dave", other, "--grant", "prodution"], 1,
      stderr: .containing(["did you mean `production`?"]))
  }

  @Test("A machine's key is printed once, with the project's trust in it, and reads its role only")
  func machine() throws {
    let pair = try Pair(granting: nil)
    try pair.set("TOKEN", "fake-1")
    let string = try pair.alice(
      ["team", "add", "ci", "--machine", "--new-key", "--grant", "development"],
      stdout: .like("SECRETS-KEY-1-⋯\n"),
      stderr: .containing(["added the machine ci, who may read"])
    ).text
    let machine = ["SECRETS_IDENTITY": string, "HOME": nil, "CI": "true"] as [String: String?]
    try pair.scratch.succeeds(["get", "TOKEN"], env: machine, stdout: "fake-1")
    try pair.scratch.fails(
      ["set", "TOKEN"], status: 3, stdin: "fake-2", env: machine, stderr: .anything)
    #expect(try !pair.files().contains(string.prefix(40)))
  }

  @Test("A key that nobody received is not added", arguments: ["> /dev/full", ">&-"])
  func unprinted(redirection: String) throws {
    let pair = try Pair(granting: nil)
    let before = try pair.files()
    let command = "team add ci --machine --new-key --grant development"
    let said = try pair.scratch.tool(
      ["sh", "-c", "secrets \(command) 2>&1 \(redirection); echo $? >&2"].map {
        $0.replacing("2>&1 ", with: "2>err ").replacing("echo $? >&2", with: "echo $?")
      }, env: ["SECRETS_TRUST": pair.project])
    #expect(said == "5\n")
    #expect(pair.scratch.text("alice/project/err")?.contains("nothing was added") == true)
    #expect(try pair.files() == before)
  }

  @Test("What --new-key needs is told before anything is done")
  func newKeyUsage() throws {
    let pair = try Pair(granting: nil)
    try pair.refuses(["team", "add", "ci", "--new-key"], 2, stderr: .containing(["--machine"]))
    try pair.refuses(
      ["team", "add", "ci", Self.key, "--machine", "--new-key"], 2, stderr: .anything)
    try pair.refuses(["team", "add", "ci", "--machine", "--show"], 2, stderr: .anything)
    try pair.refuses(
      ["team", "add", "ci", "--machine"], 1,
      stderr: """
        secrets: error: there is no key for the machine `ci`
        secrets: hint: have one made, and pipe it to where the job finds it: secrets team add ci \
        --machine --new-key

        """)
    try pair.refuses(["team", "add", "ci", Self.key, "--read", "--write"], 2, stderr: .anything)
    let terminal = try Terminal.secrets(
      ["team", "add", "ci", "--machine", "--new-key"], in: pair.scratch,
      env: ["SECRETS_TRUST": pair.project])
    #expect(try terminal.end() == 2)
    #expect(try !terminal.screen().contains("SECRETS-KEY-1-"))
  }

  @Test("The key of somebody who was removed does not come back unannounced")
  func removedKey() throws {
    let pair = try Pair()
    let key = try pair.bob(["key", "show"], stdout: .anything, stderr: .anything).firstLine
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.alice(
      ["team", "add", "bert", key, "--yes"],
      stderr: .containing(["warning: this is the key of `bob`, who was removed\n"]))
  }

  @Test("Who is asked at the terminal and says no changes nothing")
  func declined() throws {
    let pair = try Pair(granting: nil)
    let before = try pair.files()
    let terminal = try Terminal.secrets(
      ["team", "add", "bob"], in: pair.scratch, env: ["SECRETS_TRUST": pair.project])
    try terminal.wait(for: "Is this bob's key? Add it? [y/N]")
    try terminal.enter("n")
    #expect(try terminal.end() == 1)
    #expect(try pair.files() == before)
  }

  @Test("Only an admin adds members, and only the root makes admins")
  func admins() throws {
    let pair = try Pair()
    try pair.refuses(
      ["team", "add", "carol", Self.key], 3, as: "bob",
      stderr: .containing(["only the root or an admin"]))
    let scratch = pair.scratch
    try scratch.clone(user: "carol")
    try scratch.succeeds(
      ["join", "carol", "--no-passphrase"], env: ["SECRETS_TRUST": pair.project], user: "carol",
      stdout: .anything, stderr: .anything)
    try scratch.publish("join", user: "carol")
    try pair.pull("alice")
    try pair.alice(
      ["team", "add", "carol", "--yes", "--admin"], stderr: .containing(["; an admin"]))
    try pair.alice(["team", "list"], stdout: .containing(["carol\tcarol\tperson\tadmin"]))
    try scratch.publish("carol")
    try pair.pull("carol")
    // An admin has no values of her own right, and says who can hand over what she grants.
    try scratch.succeeds(
      ["grant", "bob", "production"], env: ["SECRETS_TRUST": pair.project], user: "carol",
      stderr: """
        secrets: bob may write production
        secrets: bob waits for the key of production, which you do not hold
        secrets: hint: ask alice to run `secrets resolve` and push
        secrets: hint: git add secrets && git commit

        """)
    try scratch.publish("grant", user: "carol")
    try pair.pull("alice")
    try pair.refuses(
      ["check"], 1,
      stdout: """
        warning: secrets/production.sealed: the key of role `default` for `bob`: it waits for a key
          hint: alice runs: secrets resolve

        """)
    try pair.alice(
      ["resolve"], stderr: .containing(["handed the key of production to bob"]))
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
  }

  @Test("Who may only read from now on keeps what they wrote, and writes nothing more")
  func lessened() throws {
    let pair = try Pair()
    try pair.set("BOBS", "fake-bob", as: "bob")
    try pair.scratch.publish("value", user: "bob")
    try pair.pull("alice")
    try pair.alice(["grant", "bob", "development", "--read"], stderr: .anything)
    #expect(try pair.value("BOBS") == "fake-bob")
    try pair.alice(["check"], stdout: .like("all good: ⋯\n"))
    try pair.scratch.publish("less")
    try pair.pull("bob")
    #expect(try pair.value("BOBS", as: "bob") == "fake-bob")
    try pair.refuses(["set", "BOBS"], 3, as: "bob", stdin: "fake-2", stderr: .anything)
  }

  @Test("A grant that is there already writes nothing")
  func same() throws {
    let pair = try Pair()
    let before = try pair.files()
    try pair.alice(
      ["grant", "bob", "development"], stderr: .containing(["bob may write development already"]))
    #expect(try pair.files() == before)
  }

  @Test("A new role has its key from the first who writes it, and a likely mistake is named")
  func newRole() throws {
    let pair = try Pair()
    try pair.alice(
      ["grant", "alice", "production/deploy"],
      stderr: .containing(["the role `deploy` of production is new"]))
    try pair.alice(
      ["grant", "bob", "production/deplyo", "--read"],
      stderr: .containing(["if `deploy` was meant", "nobody may write production/deplyo"]))
    try pair.alice(
      ["grant", "bob", "production/billing"],
      stderr: .containing(["production/billing has no key yet: the first value that bob sets"]))
    try pair.scratch.publish("roles")
    try pair.pull("bob")
    try pair.scratch.succeeds(
      ["set", "PRICE", "-e", "production", "--role", "billing"], stdin: "fake-1",
      env: ["SECRETS_TRUST": pair.project], user: "bob", stderr: .anything)
  }

  @Test("Mistyped members and environments are refused with a suggestion")
  func suggestions() throws {
    let pair = try Pair()
    try pair.refuses(
      ["grant", "bobb", "development"], 1,
      stderr: """
        secrets: error: nobody is called `bobb`
        secrets: hint: did you mean `bob`? secrets team list

        """)
    try pair.refuses(
      ["grant", "bob", "develpment"], 1, stderr: .containing(["did you mean `development`?"]))
    try pair.refuses(["grant", "bob", "a/b/c"], 2, stderr: .anything)
    try pair.refuses(["grant", "bob", "development", "--for", "soon"], 2, stderr: .anything)
    try pair.refuses(["grant", "bob", "development", "--reason", ""], 2, stderr: .anything)
  }

  @Test("JSON has every member with grants, and who asks to join")
  func json() throws {
    let pair = try Pair()
    try pair.alice(
      ["grant", "bob", "production", "--for", "2h", "--reason", "incident 42"], stderr: .anything)
    let outcome = try pair.alice(["team", "list", "--json"], stdout: .anything)
    let query =
      "[.members[] | .name, .office, (.grants | map(.environment + \":\" + .access + \":\" + (.until|type)) | join(\" \"))] | @tsv"
    let said = try pair.scratch.tool(["jq", "-r", query], stdin: outcome.text)
    #expect(
      said == "alice\troot\tdevelopment:write:null production:write:null\t"
        + "bob\t\tdevelopment:write:null production:write:string\n")
  }
}

@Suite("Granting what is granted")
struct RepeatedGrantTests {
  @Test("Who may not grant is told of no key that waits, nor of anything to commit")
  func nothingWaits() throws {
    let pair = try Pair()
    let before = try pair.files("bob")
    try pair.bob(
      ["grant", "alice", "production"], stderr: "secrets: alice may write production already\n")
    try pair.refuses(
      ["grant", "bob", "production"], 3, as: "bob",
      stderr: """
        secrets: error: only the root or an admin may do this
        secrets: hint: see who they are: secrets team list

        """)
    #expect(try pair.files("bob") == before)
  }
}
