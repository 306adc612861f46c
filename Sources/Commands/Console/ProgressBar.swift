// How far something has come, for a person who waits for it: one line of standard error that is
// written over, and gone when the result comes. Nothing of it is shown where that would not take
// long, or where a line cannot be written over.

internal import Glibc

/// A bar that grows.
final class ProgressBar {
  private let words: String
  private let terminal: Terminal
  private let clock: () -> Int64
  private let write: (String) -> Void
  private let begun: Int64
  private var shown: Int64 = 0
  private var length = 0

  /// Milliseconds that nobody minds waiting for.
  static let patience: Int64 = 500
  private static let pace: Int64 = 100

  /// Begins to wait.
  ///
  /// - Parameters:
  ///   - words: what is being done.
  ///   - terminal: where it is shown.
  ///   - clock: milliseconds that only go up.
  ///   - write: writes to the terminal.
  init(
    _ words: String, on terminal: Terminal, clock: @escaping () -> Int64,
    write: @escaping (String) -> Void
  ) {
    self.words = words
    self.terminal = terminal
    self.clock = clock
    self.write = write
    begun = clock()
  }

  /// Shows how much of it is done.
  func show(_ done: Int, of total: Int) {
    guard terminal.canRedraw, total > 0 else { return }
    let now = clock()
    guard now - begun >= Self.patience, now - shown >= Self.pace else { return }
    shown = now
    let line = Self.line(words, done, of: total, width: terminal.width - 1)
    let rest = String(repeating: " ", count: max(0, length - line.count))
    write("\r\(line)\(rest)")
    length = line.count
  }

  /// Takes the line away.
  func clear() {
    guard length > 0 else { return }
    write("\r\(String(repeating: " ", count: length))\r")
    length = 0
  }

  /// The line in so many columns: the bar goes first, then the words.
  static func line(_ words: String, _ done: Int, of total: Int, width: Int) -> String {
    let share = "\(done * 100 / total)%"
    let text = "secrets: \(words) \(share)"
    let room = width - text.count - 3
    if room >= 10 {
      let bar = min(room, 40)
      let full = done * bar / total
      return "\(text) [\(String(repeating: "#", count: full))"
        + "\(String(repeating: "-", count: bar - full))]"
    }
    return text.count <= width ? text : share.count <= width ? share : ""
  }
}

extension Console {
  /// A bar on standard error.
  func progress(_ words: String) -> ProgressBar {
    let file = error
    return ProgressBar(words, on: errorTerminal) {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    } write: { text in
      text.utf8Span.span.bytes.withUnsafeBytes { try? Console.write($0, to: file) }
    }
  }
}
