// What is typed wrong, and what is said then.

import Testing

@Suite("The command line")
struct CommandLineTests {
  @Test(
    "A command that there is none of is named, with the one that was meant",
    arguments: [
      (["rnu", "--", "true"], "rnu", "did you mean `secrets run`? secrets --help"),
      (["-C", ".", "lsit"], "lsit", "did you mean `secrets list`? secrets --help"),
      (["xyzzy"], "xyzzy", "secrets --help"),
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
