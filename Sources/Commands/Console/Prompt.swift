// Questions are asked at the terminal itself, so that standard input can carry a value.

internal import Glibc
internal import Sealing

/// The terminal as a place to ask.
struct Prompt: ~Copyable {
  private let terminal: Int32

  /// Opens the terminal that this process was started from.
  init() throws(ConsoleError) { try self.init(path: "/dev/tty") }

  init(path: String) throws(ConsoleError) {
    terminal = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { throw .noTerminal }
  }

  deinit { close(terminal) }

  /// Asks for a line.
  ///
  /// - Parameter question: what stands before the cursor.
  /// - Returns: the answer without its newline, perhaps empty.
  /// - Throws: `noAnswer` at the end of input.
  func line(_ question: String) throws(ConsoleError) -> String {
    say(question)
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = Glibc.read(terminal, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count == 1 else { throw .noAnswer }
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
  }

  /// Asks for a yes; everything else, also no answer at all, is a no.
  func confirm(_ question: String) throws(ConsoleError) -> Bool {
    do {
      let answer = try line("\(question) [y/N] ")
      return ["y", "yes"].contains(answer.lowercased())
    } catch .noAnswer {
      say("\n")
      return false
    }
  }

  /// Asks for a line that is not shown.
  ///
  /// - Parameters:
  ///   - question: what stands before the cursor.
  ///   - limit: the most bytes that are taken.
  ///   - arena: where the answer is put.
  /// - Returns: the answer, byte for byte, without its newline.
  /// - Throws: `interrupted`, `noAnswer`, `severalLines` or `answerTooLong`.
  func hidden(
    _ question: String, limit: Int = 16_384, into arena: SecureArena
  ) throws(ConsoleError) -> Secret {
    let answer = arena.allocate(limit)
    while true {
      switch try read(question, into: answer) {
      case .line(let count): return answer.part(0..<count)
      case .end: throw .noAnswer
      case .interrupt: throw .interrupted
      case .full: throw .answerTooLong(limit: limit)
      case .moreLines: throw .severalLines
      case .suspend:
        // The whole foreground stops, as it would had the terminal done it; `fg` asks once more.
        kill(0, SIGTSTP)
        answer.wipe()
      case .signal(let number):
        // Now that the terminal is as it was, what was to happen may happen.
        kill(getpid(), number)
        throw .interrupted
      }
    }
  }

  private func read(
    _ question: String, into answer: Secret
  ) throws(ConsoleError) -> HiddenInput.Ending {
    let input = try HiddenInput(terminal)
    say(question)
    let ending = answer.withMutableBytes { input.read(into: $0) }
    say("\n")
    return ending
  }

  /// Shows a text.
  func say(_ text: String) {
    // A terminal that cannot be written to will not give an answer either, which is then told.
    escapedLines(text).utf8Span.span.bytes.withUnsafeBytes { bytes in
      try? Console.write(bytes, to: terminal)
    }
  }

  /// Shows bytes that move no cursor.
  func write(_ bytes: UnsafeRawBufferPointer) throws(ConsoleError) {
    try Console.write(bytes, to: terminal)
  }
}
