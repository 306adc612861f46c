// Everything that a command says goes through here: results to standard output, all else to
// standard error.

internal import Glibc
internal import Sealing

/// The two outputs of a command.
struct Console {
  /// Where results go.
  let output: Int32
  /// Where notes, warnings and errors go.
  let error: Int32
  /// What is known of the output for results.
  let outputTerminal: Terminal
  /// What is known of the output for notes.
  let errorTerminal: Terminal

  /// Takes two open files.
  init(
    output: Int32 = STDOUT_FILENO, error: Int32 = STDERR_FILENO, outputTerminal: Terminal = .none,
    errorTerminal: Terminal = .none
  ) {
    self.output = output
    self.error = error
    self.outputTerminal = outputTerminal
    self.errorTerminal = errorTerminal
  }

  // Where not even an error can be told, there is nobody to tell that to: these do not throw.

  /// Says what was done.
  func note(_ message: String) { say(nil, message) }

  /// Says what went on all the same, but should be known.
  func warn(_ message: String, hint: String? = nil) {
    say(("warning", yellow), message)
    if let hint { self.hint(hint) }
  }

  /// Says why something was not done, where the command goes on without it.
  func warn(_ refusal: Refusal) { warn(refusal.message, hint: refusal.hint) }

  /// Says why the command ends, and what to do.
  func fail(_ message: String, hint: String? = nil) {
    say(("error", red), message)
    if let hint { self.hint(hint) }
  }

  /// Says what to do.
  func hint(_ message: String) { say(("hint", cyan), message) }

  /// Writes a line of a result.
  func print(_ line: String = "") throws(ConsoleError) {
    try write("\(escapedLines(line))\n")
  }

  /// Writes a table.
  func print(_ table: Table) throws(ConsoleError) {
    try write(table.text(for: outputTerminal))
  }

  /// Writes a JSON value and a newline.
  func print(_ json: JSON) throws(ConsoleError) {
    try json.write { bytes throws(ConsoleError) in try Self.write(bytes, to: output) }
  }

  /// Writes the bytes of a value, exactly.
  func write(_ value: Secret) throws(ConsoleError) {
    try value.withBytes { bytes throws(ConsoleError) in try write(bytes) }
  }

  /// Writes bytes, exactly.
  func write(_ bytes: RawSpan) throws(ConsoleError) {
    try bytes.withUnsafeBytes { buffer throws(ConsoleError) in
      try Self.write(buffer, to: output)
    }
  }

  /// Writes a text of our own, as it stands.
  func write(_ text: String) throws(ConsoleError) {
    try write(text.utf8Span.span.bytes)
  }

  private typealias Colour = String
  private var red: Colour { "\u{1B}[1;31m" }
  private var yellow: Colour { "\u{1B}[1;33m" }
  private var cyan: Colour { "\u{1B}[1;36m" }

  private func say(_ kind: (word: String, colour: Colour)?, _ message: String) {
    var line = "secrets: "
    if let kind {
      line += errorTerminal.hasColour ? "\(kind.colour)\(kind.word):\u{1B}[0m " : "\(kind.word): "
    }
    line += "\(escapedLines(message))\n"
    line.utf8Span.span.bytes.withUnsafeBytes { try? Self.write($0, to: error) }
  }

  /// Writes all bytes, or says why not; a reader who has gone does not end this process, which may
  /// have something to undo.
  static func write(
    _ bytes: UnsafeRawBufferPointer, to file: Int32
  ) throws(ConsoleError) {
    var pipeSignal = sigset_t()
    var before = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        // A terminal shared with a program that has made it non-blocking.
        var writable = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        poll(&writable, 1, -1)
      case EPIPE:
        var now = timespec()
        sigtimedwait(&pipeSignal, nil, &now)
        throw .closed
      case let code: throw .notWritten(code: code)
      }
    }
  }
}
