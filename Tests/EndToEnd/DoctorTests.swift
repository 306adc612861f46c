// Each thing that can be amiss around a project is seen, named, and comes with what mends it.

import Testing

@Suite("doctor")
struct DoctorTests {
  private func amiss(_ pair: Pair, _ user: String = "alice") throws -> [String] {
    let outcome = try pair.scratch.run(
      ["doctor", "--json"], env: ["SECRETS_TRUST": pair.project], user: user)
    // The machine that the tests run on may lack something of its own.
    let topics = try pair.scratch.tool(
      ["jq", "-r", ".remarks[] | select(.fine | not) | .topic"], stdin: outcome.text)
    let own = topics.split(separator: "\n").map(String.init)
      .filter { !["lock limit", "tmpfs", "keyring"].contains($0) }
    #expect(outcome.status == (topics.isEmpty ? 0 : 1))
    #expect(outcome.stderr == "")
    return own
  }

  @Test("A clone that is set up well has nothing amiss but who is alone, until they are not")
  func well() throws {
    let pair = try Pair()
    #expect(try amiss(pair) == ["reader", "backup"])
    #expect(try amiss(pair, "bob") == ["textconv", "reader"])
    try pair.alice(
      ["grant", "bob", "production", "--read"], stderr: .anything)
    try pair.alice(["key", "backup"], stdout: .anything, stderr: .anything)
    #expect(try amiss(pair) == [])
    try pair.bob(["init"], stderr: .containing(["set diff.secrets.textconv of this clone\n"]))
    try pair.scratch.publish("all")
    try pair.pull("bob")
    #expect(try amiss(pair, "bob") == [])
  }

  @Test("Who is alone needs nobody else, but a copy of the key")
  func alone() throws {
    let pair = try Pair(granting: nil)
    #expect(try amiss(pair) == ["backup"])
    try pair.refuses(
      ["doctor"], 1,
      stdout: .containing([
        "amiss: `alice` is the only person here, and the key was never backed up",
        "hint: secrets key backup",
      ]))
    try pair.alice(["key", "backup"], stdout: .anything, stderr: .anything)
    #expect(try amiss(pair) == [])
  }

  @Test("What is amiss is named with its mending command, and nothing is changed")
  func amiss() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.write("alice/project/secrets/.gitattributes", "\n")
    try pair.scratch.write("alice/project/.gitignore", "secrets/team.keys\n")
    try pair.scratch.write("alice/project/.env", "TOKEN=fake-plain\n")
    try pair.scratch.write("alice/project/.env.example", "TOKEN=\n")
    try pair.scratch.git("config", "--unset", "diff.secrets.textconv")
    try pair.scratch.tool(["chmod", "644", pair.scratch.at("alice/.config/secrets/identity")])
    let before = try pair.files()
    #expect(
      try amiss(pair) == [
        "attributes", "textconv", "plaintext", "identity", "leftover", "reader",
      ])
    try pair.refuses(
      ["doctor"], 1,
      stdout: .containing([
        "amiss: git does not merge", "hint: secrets init", "hint: chmod 600 ",
        "git diff of this clone does not show who changed which name\n  hint: git config ",
        "/.env: plaintext",
      ]))
    #expect(try pair.files() == before)
    try pair.scratch.write("alice/project/secrets/team.keys", "broken\n")
    try pair.refuses(["doctor"], 1, stdout: .containing(["team.keys", "hint: secrets check"]))
  }

  @Test("A machine's string is trust enough, and a removed member is not told to ask again")
  func identities() throws {
    let pair = try Pair()
    let key = try pair.alice(
      ["team", "add", "ci", "--machine", "--new-key"], stdout: .anything, stderr: .anything
    ).firstLine
    let seen = try pair.scratch.run(
      ["doctor"], env: ["SECRETS_IDENTITY": key, "XDG_STATE_HOME": pair.scratch.at("none")])
    #expect(seen.text.contains("fine: the project \(pair.project) is trusted\n"))
    try pair.alice(["team", "remove", "bob", "--yes"], stdout: .anything, stderr: .anything)
    try pair.scratch.publish("bob leaves")
    try pair.pull("bob")
    try pair.refuses(
      ["doctor"], 1, as: "bob",
      stdout: .containing([
        "is the key of `bob`, who was removed\n  hint: with a new key, and under another name: "
          + "secrets join\n"
      ]))
  }

  @Test("Without a project it looks at the machine")
  func nowhere() throws {
    let scratch = try Scratch()
    try scratch.fails(
      ["doctor"], status: 1,
      stdout: .containing(["amiss: no project here", "amiss: there is no key on this machine"]),
      stderr: "")
  }
}
