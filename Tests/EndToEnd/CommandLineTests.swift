// What is typed wrong, and what is said then.

import Testing

@Suite("The command line")
struct CommandLineTests {
  @Test(
    "A command that there is none of is named, with the one that was meant",
    arguments: [
      (["rnu", "--", "true"], "rnu", "did you mean `secrets run`? secrets --help"),
      (["-C", ".", "lsit"], "lsit", "did you mean `secrets list`? secrets --help"),
      (["List"], "List", "did you mean `secrets list`? secrets --help"),
      (["xyzzy"], "xyzzy", "secrets --help"),
      (["help", "setx"], "setx", "did you mean `secrets set`? secrets --help"),
      (["help", "team", "ad"], "team ad", "did you mean `secrets team add`? secrets team --help"),
      (
        ["team", "rmove", "bob"], "team rmove",
        "did you mean `secrets team remove`? secrets team --help"
      ),
    ])
  func noSuchCommand(arguments: [String], named: String, hint: String) throws {
    try Scratch().fails(
      arguments, status: 2,
      stderr: .exactly(
        "secrets: error: there is no command `secrets \(named)`\nsecrets: hint: \(hint)\n"))
  }

  @Test("A hint is a command that works as it stands: with its environment, from any folder")
  func hints() throws {
    let pair = try Pair()
    try pair.alice(
      ["import", "-", "-e", "production"], stdin: "HOST=fake\nURL=\"x://${HOST}\"\n",
      stdout: .anything, stderr: .anything)
    try pair.alice(["unset", "HOST", "-e", "production"], stderr: .anything)
    try pair.refuses(
      ["get", "URL", "-e", "production", "--yes"], 1,
      stderr: """
        secrets: error: `URL` uses `${HOST}`, and there is no such secret in its role
        secrets: hint: secrets set HOST -e production, or secrets edit production

        """)
    let folder = pair.scratch.at("alice/project/sub")
    try pair.scratch.tool(["mkdir", folder])
    let said = try pair.scratch.succeeds(
      ["env", "new", "staging"], env: ["SECRETS_TRUST": pair.project], directory: folder,
      stderr: .containing(["hint: git -C "])
    ).stderr
    let hint = try #require(said.split(separator: "\n").first { $0.contains("git -C") })
    try pair.scratch.tool([
      "sh", "-c", hint.replacing("secrets: hint: ", with: "cd \(folder) && ") + " -qm staging",
    ])
    #expect(try pair.scratch.git("status", "--porcelain", "secrets") == "")
  }

  @Test("At the top of two projects the hint goes to one of them")
  func twoProjects() throws {
    let scratch = try Scratch()
    try scratch.repository()
    for name in ["api", "web"] {
      let folder = scratch.at("alice/project/\(name)")
      try scratch.tool(["mkdir", folder])
      try scratch.succeeds(
        ["init", "--no-passphrase"], directory: folder, stdout: .anything, stderr: .anything)
    }
    try scratch.commit("two")
    try scratch.fails(
      ["verify"], status: 1,
      stderr: .like(
        """
        secrets: error: there are 2 projects at `⋯`: api/secrets, web/secrets
        secrets: hint: go to one: secrets -C api …; in a bare repository: --rev ⋯:api/secrets

        """))
    try scratch.succeeds(["-C", "api", "verify"], stdout: .like("all good: ⋯\n"))
  }

  @Test("A folder that there is none of is a path to look at, not a disk")
  func noSuchFolder() throws {
    let scratch = try Scratch()
    try scratch.write("alice/file", "")
    for name in ["nowhere", "file"] {
      try scratch.fails(
        ["-C", "\(scratch.path)/alice/\(name)", "list"], status: 5,
        stderr: .like("⋯\nsecrets: hint: see how far the path goes: namei -l ⋯/alice/\(name)\n"))
    }
  }
}
