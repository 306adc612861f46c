// `git diff` says who changed which name, with real git.

import Testing

@Suite("git-textconv")
struct GitTextconvTests {
  @Test("A changed value is one line out and one line in, without ciphertext")
  func diff() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.publish("one")
    try pair.pull("bob")
    try pair.scratch.git("config", "diff.secrets.textconv", Scratch.textconv, user: "bob")
    try pair.set("TOKEN", "fake-2", as: "bob")
    let diff = try pair.scratch.git("diff", "-U0", user: "bob")
    let changed = diff.split(separator: "\n").filter {
      ($0.hasPrefix("+") || $0.hasPrefix("-")) && !$0.hasPrefix("+++") && !$0.hasPrefix("---")
    }
    #expect(changed.count == 2)
    #expect(changed.first?.hasPrefix("-secret TOKEN, revision 1, by alice at ") == true)
    #expect(changed.last?.hasPrefix("+secret TOKEN, revision 2, by bob at ") == true)
    try pair.scratch.commit("two", user: "bob")
    let log = try pair.scratch.git("log", "-p", "-2", "--format=%s", user: "bob")
    #expect(log.contains("+secret TOKEN, revision 2, by bob") && !log.contains("box="))
  }

  @Test("Where secrets is not in PATH, git shows the lines as they are, and all other files")
  func notInPath() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1")
    try pair.scratch.write("alice/project/README", "more\n")
    try pair.scratch.git("add", "-N", "README")
    let environment = try pair.scratch.environment(of: "alice", ["PATH": "/usr/bin:/bin"])
    let outcome = try Program(
      ["git", "diff"], environment: environment, directory: pair.scratch.at("alice/project")
    ).finish()
    #expect(outcome.status == 0 && outcome.stderr == "")
    #expect(outcome.text.contains("\n+secret TOKEN role=default rev=1 "))
    #expect(outcome.text.contains("\n+more\n"))
  }

  @Test("It needs no project, and shows what is damaged as it is")
  func anything() throws {
    let scratch = try Scratch()
    try scratch.write("alice/x", "<<<<<<< HEAD\nsecret TOKEN\nfree text \u{1B}[31m\n")
    try scratch.succeeds(
      ["git-textconv", "x"], stdout: "<<<<<<< HEAD\nsecret TOKEN\nfree text \\u{1b}[31m\n")
    try scratch.fails(["git-textconv", "y"], status: 1, stderr: .anything)
  }
}
