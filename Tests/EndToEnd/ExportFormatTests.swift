// YAML and Docker's env file out of the built binary, and read back by others.

import Testing

@Suite("export to YAML and Docker, end to end")
struct ExportFormatTests {
  private func project() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.repository()
    try scratch.succeeds(["init", "--no-passphrase"], stdout: .anything, stderr: .anything)
    return scratch
  }

  @Test("PyYAML gets the bytes of every value and template")
  func yaml() throws {
    let scratch = try project()
    let value = "\u{1}\t\r\n \"'\\#: \u{7f}\u{85}\u{a0}\u{2028}\u{feff}é👋 - "
    try scratch.succeeds(["set", "NO"], stdin: value, stderr: .anything)
    try scratch.succeeds(
      ["import", "-"], stdin: "HOST=db\nURL=pg://${HOST}\n", stdout: .anything, stderr: .anything)
    let yaml = try scratch.succeeds(["export", "--format", "yaml"], stdout: .anything).text
    let script = "import sys, yaml; v = yaml.safe_load(sys.stdin.buffer); "
    let printed = try scratch.tool(
      ["python3", "-c", script + "sys.stdout.buffer.write(v['NO'].encode())"], stdin: yaml)
    #expect(Array(printed.utf8) == Array(value.utf8))
    let rest = try scratch.tool(
      ["python3", "-c", script + "print(v['HOST'], v['URL'])"], stdin: yaml)
    #expect(rest == "db pg://db\n")
  }

  @Test("Docker's file has one line for each value, and what has no place there is refused by name")
  func docker() throws {
    let scratch = try project()
    for (name, value) in [("A", "fake # $x"), ("B", " 'b "), ("C", "")] {
      try scratch.succeeds(["set", "\(name)=\(value)"], stderr: .anything)
    }
    try scratch.succeeds(["export", "--format", "docker"], stdout: "A=fake # $x\nB= 'b \nC=\n")
    try scratch.succeeds(["set", "KEY"], stdin: "fake 1\nfake 2\n", stderr: .anything)
    try scratch.succeeds(["set", "Q='fake'"], stderr: .anything)
    try scratch.fails(
      ["export", "--format", "docker"], status: 2,
      stderr: """
        secrets: error: `KEY` has several lines, which docker's env file cannot hold; take --format json, or hand it over as a file
        secrets: error: `Q` begins and ends in the same quote, which some readers of docker's env file take away
        secrets: error: 2 values cannot be written; nothing was
        secrets: hint: to leave them out, add: --except KEY --except Q

        """)
    try scratch.succeeds(
      ["export", "--format", "docker", "--except", "KEY", "--except", "Q", "--only", "*"],
      stdout: "A=fake # $x\nB= 'b \nC=\n")
  }
}
