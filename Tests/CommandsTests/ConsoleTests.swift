import Glibc
import Sealing
import Testing

@testable import Commands

/// Two ends of a connection that children of other tests do not inherit; pipe2(2) is not in Glibc.
func connection() throws -> [Int32] {
  var ends: [Int32] = [0, 0]
  let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
  return ends
}

/// What a body writes into a connection.
func written(by body: (Int32) throws -> Void) throws -> String {
  let ends = try connection()
  defer { close(ends[0]) }
  do {
    defer { close(ends[1]) }
    try body(ends[1])
  }
  var output: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while case let count = read(ends[0], &buffer, buffer.count), count > 0 {
    output += buffer[..<count]
  }
  return String(decoding: output, as: UTF8.self)
}

@Suite("What a command says")
struct ConsoleTests {
  @Test("Notes, warnings, errors and hints each have their line on standard error")
  func lines() throws {
    let said = try written { error in
      let console = Console(output: -1, error: error)
      console.note("added `A`")
      console.warn("`B` is old")
      console.fail("no secret named `C`", hint: "secrets list")
    }
    #expect(
      said == """
        secrets: added `A`
        secrets: warning: `B` is old
        secrets: error: no secret named `C`
        secrets: hint: secrets list

        """)
  }

  @Test("A terminal that has colours gets them, in the words before the colon only")
  func colours() throws {
    let said = try written { error in
      let terminal = Terminal(isTerminal: true, width: 80, hasColour: true)
      Console(output: -1, error: error, errorTerminal: terminal).fail("no")
    }
    #expect(said == "secrets: \u{1B}[1;31merror:\u{1B}[0m no\n")
  }

  @Test("What a caller forgot to escape does not reach the terminal, but its lines do")
  func escapes() throws {
    let said = try written { error in
      Console(output: -1, error: error).note("a\u{1B}[2Jb\nc")
    }
    #expect(said == "secrets: a\\u{1b}[2Jb\nc\n")
  }

  @Test("Bytes of a value are written exactly, also where the reader is slow")
  func exact() throws {
    let arena = SecureArena()
    let value = arena.allocate(300_000)
    value.withMutableBytes { for index in $0.indices { $0[index] = UInt8(index & 0x7F) } }
    let ends = try connection()
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    let reader = try #require(Reader.start(ends[0]))
    try Console(output: ends[1], error: -1).write(value)
    close(ends[1])
    let bytes = reader.finish()
    #expect(bytes.count == 300_000)
    #expect(bytes.indices.allSatisfy { bytes[$0] == UInt8($0 & 0x7F) })
  }

  @Test("A reader that has gone is an error, not our end")
  func closed() throws {
    let ends = try connection()
    close(ends[0])
    defer { close(ends[1]) }
    let console = Console(output: ends[1], error: ends[1])
    #expect(throws: ConsoleError.closed) { try console.print("x") }
    console.note("nobody hears it")
  }

  @Test("A full disk is told by its reason")
  func full() throws {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    #expect(throws: ConsoleError.notWritten(code: ENOSPC)) {
      try Console(output: full, error: -1).print("x")
    }
  }

  @Test("NO_COLOR and a dumb terminal are heeded, and a pipe is no terminal")
  func terminal() throws {
    let pair = try Terminals()
    func look(_ noColor: String?, _ term: String?) -> Terminal {
      .of(descriptor: pair.slave, noColor: noColor, term: term)
    }
    #expect(look(nil, "xterm").hasColour)
    #expect(look("", "xterm").hasColour)
    #expect(!look("1", "xterm").hasColour)
    #expect(!look(nil, "dumb").hasColour)
    #expect(!look(nil, nil).hasColour)
    #expect(look(nil, "xterm").width == 80)
    var size = winsize(ws_row: 20, ws_col: 132, ws_xpixel: 0, ws_ypixel: 0)
    #expect(ioctl(pair.master, UInt(TIOCSWINSZ), &size) == 0)
    #expect(look(nil, "xterm").width == 132)
    _ = try written { #expect(Terminal.of(descriptor: $0, noColor: nil, term: "xterm") == .none) }
  }

  @Test(
    "CI is on for anything but empty, 0 and false",
    arguments: [
      (nil, false), ("", false), ("0", false), ("false", false), ("true", true), ("1", true),
    ])
  func ci(_ variable: String?, _ expected: Bool) {
    #expect(Terminal.isContinuousIntegration(variable) == expected)
  }

  @Test(
    "Text from a repository cannot obey itself at a terminal",
    arguments: [
      ("plain – ümlaut 日本 😀", "plain – ümlaut 日本 😀"), ("a\nb\tc\r", "a\\nb\\tc\\r"),
      ("\u{1B}]0;x\u{7}", "\\u{1b}]0;x\\u{7}"), ("\u{9B}2J", "\\u{9b}2J"), ("\u{7F}", "\\u{7f}"),
      ("a\u{202E}b\u{2066}", "a\\u{202e}b\\u{2066}"), ("\u{200E}\u{61C}", "\\u{200e}\\u{61c}"),
      ("\u{2028}", "\\u{2028}"), ("\u{FEFF}\u{200B}", "\\u{feff}\\u{200b}"),
      ("\u{E0041}", "\\u{e0041}"), ("\r\n", "\\r\\n"), ("\0", "\\u{0}"),
    ])
  func escaping(_ text: String, _ expected: String) { #expect(escaped(text) == expected) }
}

/// Reads a connection to its end in a thread of its own.
final class Reader: @unchecked Sendable {
  private let descriptor: Int32
  private var bytes: [UInt8] = []
  private var thread = pthread_t()

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  static func start(_ descriptor: Int32) -> Reader? {
    let reader = Reader(descriptor)
    let code = pthread_create(
      &reader.thread, nil,
      { argument in
        guard let argument else { return nil }
        let reader = Unmanaged<Reader>.fromOpaque(argument).takeRetainedValue()
        var buffer = [UInt8](repeating: 0, count: 1000)
        while case let count = read(reader.descriptor, &buffer, buffer.count), count > 0 {
          reader.bytes += buffer[..<count]
        }
        close(reader.descriptor)
        return nil
      }, Unmanaged.passRetained(reader).toOpaque())
    return code == 0 ? reader : nil
  }

  func finish() -> [UInt8] {
    pthread_join(thread, nil)
    return bytes
  }
}
