// Editing with real editors, and that no value is ever on a disk or in an argument list.

import Glibc
import Testing

@Suite("What editing leaves behind")
struct EditTraceTests {
  @Test("No value is written but to the terminal's file in memory, and none is an argument")
  func strace() throws {
    let town = try EditTown()
    let log = town.scratch.at("trace")
    let calls = "openat,open,creat,write,pwrite64,writev,sendto,sendmsg,execve"
    let program = [
      "strace", "-f", "-y", "-s", "65536", "-o", log, "-e", "trace=\(calls)", BuiltBinary.path,
      "edit",
    ]
    // The editor's own arguments hold nothing either.
    try town.scratch.write("script", "s/fake-1/fake-marker/\n")
    let script = town.scratch.at("script")
    let environment = try town.editor("sed -i -f \(script) $1; echo X=fake-more >> $1")
    try town.scratch.tool(program, env: environment)
    let trace = try #require(town.scratch.text("trace")).split(separator: "\n")
    let showing = trace.filter { $0.contains("fake-") && !$0.contains("read(") }
    #expect(showing.contains { $0.contains("fake-marker") }, "the trace shows nothing")
    for line in showing {
      // `write(3</dev/shm/…/secrets-memory-…>, "…")`, and nothing else.
      let isWrite = line.contains("write(")
      #expect(isWrite && line.contains("<\(town.memory)/secrets-memory-"), "\(line)")
    }
    // And by its bytes, wherever it may have come from.
    let found = try town.scratch.tool(
      ["sh", "-c", "grep -rlE 'fake-(marker|more)' . || true"], directory: town.scratch.path)
    let names = found.split(separator: "\n").filter { !$0.hasPrefix("./editor-") }.sorted()
    #expect(names == ["./script", "./trace"])
    #expect(try town.value("TOKEN") == "fake-marker")
    town.expectNothingLeft()
  }

  @Test("Killed outright, it leaves a folder in memory, which the next editing wipes")
  func killed() throws {
    let town = try EditTown()
    let ready = town.scratch.at("ready")
    let program = try town.scratch.start(
      ["edit"], env: town.editor("echo KEY=fake-marker >> $1; touch \(ready); sleep 600"))
    let deadline = Deadline(seconds: 30)
    while access(ready, F_OK) != 0, !deadline.hasPassed { usleep(1000) }
    kill(program.process, SIGKILL)
    #expect(try program.finish().status == 128 + SIGKILL)
    let left = try town.scratch.tool(["ls", "-A", town.memory], directory: "/")
    #expect(left.hasPrefix("secrets-memory-"))
    // The editor lives on without its parent; it goes with the process group.
    kill(-program.process, SIGKILL)
    try town.edit("true", stderr: "secrets: nothing was changed\n")
  }
}

@Suite("Editing at a terminal")
struct EditTerminalTests {
  private func start(_ town: EditTown, _ editor: String) throws -> Terminal {
    try Terminal.secrets(
      ["edit"], in: town.scratch,
      env: ["EDITOR": editor, "XDG_RUNTIME_DIR": town.memory])
  }

  /// Nothing of a value in the home, its `.viminfo` and swap files included.
  private func expectNoTrace(_ town: EditTown, of value: String) throws {
    let found = try town.scratch.tool(
      ["sh", "-c", "grep -rl \(value) . || true"], directory: town.scratch.path)
    #expect(found == "")
    town.expectNothingLeft()
  }

  @Test("vim: a change is saved; a mistake brings the text back at its line; `:cq` gives up")
  func vim() throws {
    let town = try EditTown()
    try town.scratch.write(
      "alice/.vimrc", "set backup writebackup swapfile undofile\nset viminfo='100,\\\"1000\n")
    var terminal = try start(town, "vim.tiny")
    try terminal.wait(for: "TOKEN=fake-1")
    try terminal.enter(":%s/fake-1/fake-marker/")
    try terminal.wait(for: "TOKEN=fake-marker")
    try terminal.enter(":$s/^STRIPE_KEY=.*/1BAD/")
    try terminal.wait(for: "1BAD")
    try terminal.enter(":wq")
    try terminal.wait(for: "# Nothing is saved yet.")
    try terminal.wait(for: "1BAD")
    // The cursor stands in the line at fault.
    try terminal.type("ccSTRIPE_KEY=fake-stripe")
    try terminal.press("Escape")
    try terminal.wait(for: "STRIPE_KEY=fake-stripe")
    try terminal.enter(":wq")
    try terminal.wait(for: "secrets: saved development")
    #expect(try terminal.end() == 0)
    #expect(try town.value("TOKEN") == "fake-marker")
    try expectNoTrace(town, of: "fake-marker")

    terminal = try start(town, "vim.tiny")
    try terminal.wait(for: "TOKEN=fake-marker")
    try terminal.type("Gp")
    try terminal.enter(":1d")
    try terminal.enter(":w")
    try terminal.enter(":cq")
    try terminal.wait(for: "the editor ended with 1; nothing was changed")
    #expect(try terminal.end() == 1)
    try expectNoTrace(town, of: "fake-marker")
  }

  @Test("nano: a line that is taken out is removed after a yes, and stays after a no")
  func nano() throws {
    let town = try EditTown()
    for answer in ["n", "y"] {
      let terminal = try start(town, "nano")
      try terminal.wait(for: "TOKEN=fake-1")
      try terminal.press("C-w")
      try terminal.wait(for: "Search")
      try terminal.enter("TOKEN=")
      try terminal.press("C-k", "C-s", "C-x")
      try terminal.wait(for: "removed  TOKEN")
      try terminal.wait(for: "Save this, and remove `TOKEN`? [y]es, [e]dit again, [N]o:")
      try terminal.enter(answer)
      #expect(try terminal.end() == (answer == "y" ? 0 : 1))
      #expect(try town.scratch.run(["get", "TOKEN"]).status == (answer == "y" ? 1 : 0))
      try expectNoTrace(town, of: "fake-1")
    }
  }

  @Test("Ctrl-C at a question ends it, and nothing is left or changed")
  func interrupted() throws {
    let town = try EditTown()
    let before = town.sealed
    let terminal = try Terminal.secrets(
      ["edit"], in: town.scratch, env: town.editor("sed -i /^TOKEN/d $1"))
    try terminal.wait(for: "Save this, and remove `TOKEN`?")
    try terminal.press("C-c")
    #expect(try terminal.end() == 130)
    #expect(town.sealed == before)
    town.expectNothingLeft()
  }
}
