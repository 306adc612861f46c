// The harness itself: that it would notice.

import Testing

@Suite("The harness")
struct HarnessTests {
  @Test("An expected text is the whole text")
  func wholeText() {
    #expect(Said.exactly("a\n").fits("a\n"))
    #expect(!Said.exactly("a\n").fits("a\nb\n"))
    #expect(Said.like("made ⋯ at ⋯\n").fits("made x at noon\n"))
    #expect(Said.like("⋯Z by ⋯ (⋯)").fits("2026-01-01T00:00:00Z by alice (root)"))
    #expect(!Said.like("made ⋯\n").fits("made x\nand y\n"))
    #expect(!Said.like("aba⋯aba").fits("aba"))
    #expect(!Said.containing(["a", "b"]).fits("a"))
  }

  @Test("A program that does or says other than was promised is noticed")
  func notices() {
    let outcome = Outcome(status: 1, stdout: Array("a\n".utf8), stderr: "b\n")
    #expect(outcome.complaint(status: 1, stdout: "a\n", stderr: "b\n") == nil)
    #expect(outcome.complaint(status: 0, stdout: "a\n", stderr: "b\n") != nil)
    #expect(outcome.complaint(status: 1, stdout: "", stderr: "b\n") != nil)
    #expect(outcome.complaint(status: 1, stdout: "a\n", stderr: "") != nil)
  }

  @Test("The binary gives its version, and wrong usage ends with 2")
  func version() throws {
    let scratch = try Scratch()
    try scratch.succeeds(["--version"], stdout: .like("0.1.0⋯\n"))
    try scratch.fails(["--no-such-option"], status: 2, stderr: .anything)
  }

  @Test("A program has its user's surroundings and no terminal")
  func surroundings() throws {
    let scratch = try Scratch()
    let home = try scratch.home("bob")
    #expect(try scratch.tool(["sh", "-c", "echo $HOME; pwd"], user: "bob") == "\(home)\n\(home)\n")
    #expect(try scratch.tool(["cat"], stdin: "through\n") == "through\n")
    #expect(try scratch.tool(["sh", "-c", "(: </dev/tty) 2>/dev/null || echo none"]) == "none\n")
    try scratch.repository()
    try scratch.write("alice/project/file", "text\n")
    try scratch.publish()
    try scratch.clone(user: "bob")
    #expect(scratch.text("bob/project/file") == "text\n")
    #expect(try scratch.git("log", "--format=%an", user: "bob") == "alice\n")
  }

  @Test("A person types at a terminal, sees what a program shows, and ends it")
  func terminal() throws {
    let scratch = try Scratch()
    let terminal = try Terminal(
      ["sh", "-c", "tty; printf 'name: '; read name; echo hello $name; exit 7"], in: scratch)
    try terminal.wait(for: "name:")
    try terminal.enter("bob")
    #expect(try terminal.end() == 7)
    #expect(try terminal.screen().hasSuffix("name: bob\nhello bob"))

    // Before it runs there is nobody whom the key would end.
    let sleeper = try Terminal(["sh", "-c", "echo ready; exec sleep 100"], in: scratch)
    try sleeper.wait(for: "ready")
    try sleeper.press("C-c")
    #expect(try sleeper.end() == 130)
  }

  @Test("What was made last is undone first, and nothing is left")
  func undoing() throws {
    var (order, path) = ([Int](), "")
    do {
      let scratch = try Scratch()
      path = scratch.path
      scratch.atEnd { order.append(1) }
      scratch.atEnd { order.append(2) }
    }
    #expect(order == [2, 1])
    let left = try Scratch().tool(["sh", "-c", "test -e \(path) || echo gone"])
    #expect(left == "gone\n")
  }
}
