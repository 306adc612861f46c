// The plaintext file's last day: removed once it is sealed, and honest about what stays.

import Testing

@Suite("import --delete, end to end")
struct ImportDeleteTests {
  private func project() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.repository()
    try scratch.succeeds(["init", "--no-passphrase"], stdout: .anything, stderr: .anything)
    try scratch.commit("init")
    return scratch
  }

  private let removed = """
    was overwritten and removed; its old bytes may live on in an SSD's spare blocks, on a file \
    system that copies on write, in snapshots and in backups
    """

  @Test("A file that git never had is removed, and its values are sealed")
  func unknownToGit() throws {
    let scratch = try project()
    try scratch.write("alice/project/sub/.env", "A=fake\n")
    try scratch.succeeds(
      ["import", "sub/.env", "--delete"], stdout: "added\tA\n",
      stderr: """
        secrets: development: 1 added
        secrets: sub/.env \(removed)

        """)
    #expect(scratch.text("alice/project/sub/.env") == nil)
    try scratch.succeeds(["get", "A"], stdout: "fake")
  }

  @Test("Of a file that was taken over in part it is not said that it can go")
  func inPart() throws {
    let scratch = try project()
    try scratch.write("alice/project/.env", "A=fake\nB=fake\n")
    let kept = "secrets: .env still holds the values as plain text"
    try scratch.succeeds(
      ["import", ".env", "--except", "B"], stdout: "added\tA\n",
      stderr: """
        secrets: development: 1 added
        \(kept), and what was left out here; remove it once you have that elsewhere

        """)
    try scratch.succeeds(
      ["import", ".env"], stdout: "added\tB\nunchanged\tA\n",
      stderr: .containing(["\(kept); remove it once `run` works\n"]))
    try scratch.succeeds(
      ["set", "A"], stdin: "fake-2", stderr: .anything)
    try scratch.succeeds(
      ["import", ".env", "--keep-existing"], stdout: .anything,
      stderr: .containing(["\(kept), and what was left out here"]))
  }

  @Test("The commits that wrote the file are named, on whatever branch, and none that removed it")
  func history() throws {
    let scratch = try project()
    var commits: [String] = []
    func commit() throws {
      try scratch.git("add", "-f", "-A", ".env", "secrets")
      try scratch.git("commit", "-qm", "env")
      commits.append(try scratch.git("rev-parse", "--short", "HEAD").filter { !$0.isNewline })
    }
    try scratch.write("alice/project/.env", "A=fake-1\n")
    try commit()
    try scratch.git("checkout", "-q", "-b", "side")
    try scratch.write("alice/project/.env", "A=fake-2\n")
    try commit()
    try scratch.git("checkout", "-q", "main")
    try scratch.succeeds(
      ["import", ".env", "--delete"], stdout: "added\tA\n",
      stderr: """
        secrets: development: 1 added
        secrets: .env \(removed)
        secrets: warning: git's history still holds .env: 2 commits wrote it, \(commits[1]), \(commits[0])
        secrets: hint: whoever has a clone has these values: give every one of them a new value where it is from, and set that
        secrets: hint: git rm -q --cached .env && git commit

        """)
    try scratch.git("rm", "-q", "--cached", ".env")
    try scratch.git("commit", "-qm", "removed")
    try scratch.write("alice/project/.env", "B=fake\n")
    try scratch.succeeds(
      ["import", ".env", "--delete"], stdout: "added\tB\n",
      stderr: .containing(["2 commits wrote it"]))
  }

  @Test("What was not sealed is not removed")
  func kept() throws {
    let scratch = try project()
    try scratch.write("alice/project/.env", "A=fake\nno name\n")
    let cases: [([String], Int32, String)] = [
      ([".env"], 2, "1 line of .env was refused; nothing was changed"),
      ([".env", "--dry-run"], 2, "--delete and --dry-run exclude each other"),
      ([".env", "--keep-existing"], 2, "--delete would lose what --keep-existing leaves in .env"),
      ([".env", "--except", "2"], 2, "--delete would lose what --except leaves in .env"),
      (["-"], 2, "--delete needs the path of a file, and `-` is standard input"),
      (["none"], 1, "there is no file none"), (["."], 2, ". is a folder or device"),
      ([".env", "-e", "nothing"], 2, "was refused"),
    ]
    for (arguments, status, message) in cases {
      let all = ["import", arguments[0], "--delete"] + arguments.dropFirst()
      try scratch.fails(all, status: status, stderr: .containing([message]))
    }
    try scratch.tool(["ln", "-s", ".env", "link"])
    try scratch.fails(
      ["import", "link", "--delete"], status: 2, stderr: .containing(["link is a symbolic link"]))
    try scratch.tool(["ln", ".env", "second"])
    try scratch.fails(
      ["import", "second", "--delete"], status: 2, stderr: .containing(["a hard link"]))
    #expect(scratch.text("alice/project/.env") == "A=fake\nno name\n")
    #expect(try scratch.git("status", "--porcelain", "secrets") == "")
  }
}
