// What is left of a value in a process's memory as it exits: nothing, but where internals.md says so.

import Glibc
import Testing

/// A command through which a value passes.
private struct Passage: CustomTestStringConvertible, Sendable {
  static let marker = "fake-marker-Zq7-0123456789"

  let arguments: [String]
  var stdin = ""
  /// The row of internals.md that lets the value out of secret memory.
  var row: String?
  /// What it prints, where the value must be in that.
  var prints = false

  var testDescription: String {
    arguments.joined(separator: " ").replacing(Self.marker, with: "VALUE")
  }

  static let all = [
    Passage(arguments: ["set", "NEW"], stdin: marker),
    Passage(arguments: ["set", "NEW"], stdin: marker + "\n"),
    Passage(arguments: ["set", "NEW", "--file", "../../value"]),
    Passage(arguments: ["set", "NEW=\(marker)"], row: "ValueInput.argument"),
    Passage(arguments: ["set", "TOKEN"], stdin: "another"),
    Passage(arguments: ["import", "-"], stdin: "NEW='\(marker)'\nT=${TOKEN}\n"),
    Passage(arguments: ["import", "-"], stdin: #"{"NEW": "\#(marker)"}"#),
    Passage(arguments: ["get", "TOKEN"], row: "Console.write", prints: true),
    Passage(arguments: ["get", "URL"], row: "Console.write", prints: true),
    Passage(arguments: ["get", "TOKEN", "--json"], row: "JSON.write(to:)", prints: true),
    Passage(arguments: ["export"], row: "Console.write", prints: true),
    Passage(arguments: ["export", "--format", "json"], row: "Console.write", prints: true),
    Passage(arguments: ["export", "--format", "yaml"], row: "Console.write", prints: true),
    Passage(arguments: ["export", "--format", "shell"], row: "Console.write", prints: true),
    Passage(arguments: ["export", "--format", "docker"], row: "Console.write", prints: true),
    Passage(arguments: ["diff", "--values"], row: "Console.write", prints: true),
    Passage(arguments: ["edit"], row: "MemoryFolder.write"),
    Passage(arguments: ["copy", "TOKEN", "--to", "production"]),
    Passage(arguments: ["rename", "TOKEN", "OTHER"]),
    Passage(arguments: ["check"]),
  ]
}

@Suite("Memory as a process exits")
struct MemoryTests {
  let town: EditTown
  var scratch: Scratch { town.scratch }

  init() throws {
    town = try EditTown()
    try scratch.commit("before there was the value")
    try scratch.succeeds(
      ["import", "-"], stdin: "TOKEN=\(Passage.marker)\nURL=http://${TOKEN}/\n", stdout: .anything,
      stderr: .anything)
    try scratch.write("value", Passage.marker)
    try scratch.write("scan.py", Self.scan)
  }

  /// The rows of internals.md by the functions that they name: whether a value stays.
  private static let rows: [String: Bool] = {
    var rows: [String: Bool] = [:]
    let lines = SourcePage.internals.split(separator: "\n")
    let table = lines.drop { !$0.hasPrefix("| where | why | in memory") }.dropFirst(2)
    for line in table.prefix(while: { $0.hasPrefix("|") }) {
      let cells = line.split(separator: "|").map { $0.filter { $0 != " " && $0 != "`" } }
      for name in cells[0].split(separator: ",") { rows[String(name)] = cells[2] == "stays" }
    }
    return rows
  }()

  @Test(
    "Nothing of a value is left, but where the table says that it stays", arguments: Passage.all)
  fileprivate func passage(passage: Passage) throws {
    let stays = passage.row.map { Self.rows[$0] == true } ?? false
    let script = "sed -i 's/^TOKEN=.*/&\\nMORE=\(Passage.marker)/' $1"
    let outcome = try Program(
      ["python3", scratch.at("scan.py"), scratch.at("found"), Passage.marker, BuiltBinary.path]
        + passage.arguments,
      stdin: Array(passage.stdin.utf8),
      environment: scratch.environment(of: "alice", town.editor(script)),
      directory: scratch.at("alice/project")
    ).finish()
    let isDone = outcome.status == 0 || passage.arguments[0] == "diff" && outcome.status == 1
    #expect(isDone, "\(outcome.stderr)")
    #expect(outcome.text.contains(Passage.marker) == passage.prints)
    let found = try #require(scratch.text("found"), "\(outcome.stderr)")
    #expect(found.isEmpty == !stays, "\(found)")
  }

  @Test("What the table names are the ways on which a value is followed here, and no others")
  func table() {
    #expect(Set(Self.rows.keys) == Set(Passage.all.compactMap(\.row)))
    #expect(Self.rows.values.contains(true))
  }

  @Test("Nothing is left of a value that was typed")
  func typed() throws {
    let terminal = try Terminal(
      [
        "python3", scratch.at("scan.py"), scratch.at("found"), Passage.marker, BuiltBinary.path,
        "set", "TYPED",
      ], in: scratch)
    try terminal.wait(for: "value of TYPED:")
    try terminal.enter(Passage.marker)
    try terminal.wait(for: "added `TYPED`")
    #expect(try terminal.end() == 0)
    #expect(scratch.text("found") == "")
    #expect(try town.value("TYPED") == Passage.marker)
  }

  // The traced process stops by itself as it exits, with all of its memory still there.
  private static let scan = """
    import ctypes, os, sys
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long] * 2 + [ctypes.c_void_p] * 2
    marker = sys.argv[2].encode()
    child = os.fork()
    if child == 0:
        libc.ptrace(0, 0, None, None)
        os.execv(sys.argv[3], sys.argv[3:])
    os.waitpid(child, 0)
    if libc.ptrace(0x4200, child, None, 0x100040): sys.exit('nothing can be traced here')
    signal = 0
    while True:
        libc.ptrace(7, child, None, signal)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSTOPPED(status): sys.exit('it ended unseen')
        if status >> 8 == 0x605: break
        signal = os.WSTOPSIG(status)
    found, seen = [], 0
    with open(f'/proc/{child}/mem', 'rb', 0) as memory:
        for line in open(f'/proc/{child}/maps'):
            fields = line.split()
            start, end = (int(address, 16) for address in fields[0].split('-'))
            try:
                memory.seek(start)
                content = memory.read(end - start)
            except (OSError, ValueError, OverflowError): continue
            seen += len(content)
            if marker in content: found.append(f'{content.count(marker)} in {fields[-1]}')
    if seen < 1 << 20: sys.exit('its memory cannot be read')
    with open(sys.argv[1], 'w') as report: report.write('\\n'.join(found))
    libc.ptrace(7, child, None, 0)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
}

/// A page of the documents, as it lies beside the sources.
private enum SourcePage {
  static let internals: String = {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    guard let stream = fopen(root + "/docs/internals.md", "r") else { return "" }
    defer { fclose(stream) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, stream)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }()
}
