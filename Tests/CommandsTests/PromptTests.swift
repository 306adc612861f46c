import Glibc
import Sealing
import Testing

@testable import Commands

/// A pseudo-terminal and who sits at it.
final class Terminals: @unchecked Sendable {
  let master: Int32
  let slave: Int32
  let path: String
  private var transcript: [UInt8] = []

  init() throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // TIOCSPTLCK and TIOCGPTN of ioctl_tty(2); posix_openpt(3) is not in Swift's Glibc.
    var lock: Int32 = 0
    var number: Int32 = 0
    try #require(ioctl(master, 0x4004_5431, &lock) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
    path = "/dev/pts/\(number)"
    slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(slave >= 0)
  }

  deinit {
    close(master)
    close(slave)
  }

  var echoes: Bool {
    var settings = termios()
    tcgetattr(slave, &settings)
    return settings.c_lflag & tcflag_t(ECHO | ICANON | ISIG) == tcflag_t(ECHO | ICANON | ISIG)
  }

  /// Types a text once the question has been seen, while the body asks it.
  func typing<R>(
    _ input: String, after question: String, _ body: (consuming Prompt) throws -> R
  ) throws -> R {
    // What was shown for an earlier question must not be taken for this one.
    transcript = []
    typed = Array(input.utf8)
    awaited = question
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Terminals>.fromOpaque(argument).takeRetainedValue().answer()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    try #require(code == 0)
    defer { pthread_join(thread, nil) }
    return try body(Prompt(path: path))
  }

  private var typed: [UInt8] = []
  private var awaited = ""

  private func answer() {
    while !String(decoding: transcript, as: UTF8.self).contains(awaited) {
      guard take() else { return }
    }
    var rest = typed[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(master, $0.baseAddress, min($0.count, 1000)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private func take() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1000)
    let count = read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    transcript += buffer[..<count]
    return true
  }

  /// Everything that the terminal has shown.
  func shown() -> String {
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    while take() {}
    return String(decoding: transcript, as: UTF8.self)
  }
}

/// One after another, since signals are the whole process's.
@Suite("Asking at the terminal", .serialized)
struct PromptTests {
  private let arena = SecureArena()
  private let terminals: Terminals

  init() throws { terminals = try Terminals() }

  private func hidden(_ typed: String, limit: Int = 100) throws -> String {
    try terminals.typing(typed, after: "Value: ") { prompt in
      let secret = try prompt.hidden("Value: ", limit: limit, into: arena)
      return secret.withBytes { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
    }
  }

  @Test(
    "A hidden answer is taken as typed and corrected",
    arguments: [
      ("fake-value\n", "fake-value"), ("fake\r", "fake"), ("\n", ""), (" a\tb \n", " a\tb "),
      ("ab\u{7F}c\n", "ac"), ("aü\u{7F}\u{8}b\n", "b"), ("\u{7F}a\n", "a"), ("abc\u{15}d\n", "d"),
      ("ab\u{4}", "ab"),
    ])
  func hiddenAnswer(_ typed: String, _ expected: String) throws {
    #expect(try hidden(typed) == expected)
    #expect(terminals.shown() == "Value: \r\n")
    #expect(terminals.echoes)
  }

  @Test("An answer may be longer than a terminal's own line, up to the limit")
  func long() throws {
    let long = String(repeating: "x", count: 10_000)
    #expect(try hidden(long + "\n", limit: 10_000) == long)
    #expect(throws: ConsoleError.answerTooLong(limit: 9_999)) {
      try hidden(long, limit: 9_999)
    }
    #expect(terminals.echoes)
  }

  @Test(
    "Ctrl-C, Ctrl-D and a pasted second line each end the question, with the echo on again",
    arguments: [
      ("fake\u{3}", ConsoleError.interrupted), ("fake\u{1C}", .interrupted), ("\u{4}", .noAnswer),
      ("line 1\nline 2\n", .severalLines),
    ])
  func endings(_ typed: String, _ error: ConsoleError) throws {
    #expect(throws: error) { try hidden(typed) }
    #expect(terminals.echoes)
    #expect(terminals.shown() == "Value: \r\n")
  }

  @Test(
    "Only a yes is a yes",
    arguments: [
      ("y\n", true), ("YES\n", true), ("\n", false), ("n\n", false), ("yess\n", false),
      ("\u{4}", false),
    ])
  func confirms(_ typed: String, _ expected: Bool) throws {
    let answer = try terminals.typing(typed, after: "[y/N] ") { prompt in
      try prompt.confirm("Go on?")
    }
    #expect(answer == expected)
  }

  @Test("A line is asked for in the open, and the question cannot move the cursor")
  func line() throws {
    let answer = try terminals.typing("bob\n", after: "Name: ") { prompt in
      try prompt.line("\u{1B}[2JName: ")
    }
    #expect(answer == "bob")
    #expect(terminals.shown() == "\\u{1b}[2JName: bob\r\n")
  }

  @Test("Without a terminal nothing is asked", arguments: ["/no/such/terminal"])
  func noTerminal(_ path: String) {
    #expect(throws: ConsoleError.noTerminal) { _ = try Prompt(path: path) }
    #expect(throws: ConsoleError.noTerminal) {
      _ = try Prompt(path: "/dev/null").hidden("Value: ", into: arena)
    }
  }
}
