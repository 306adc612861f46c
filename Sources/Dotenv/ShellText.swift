// A value as one word of a POSIX shell.

/// Writes words that a shell takes as they are (POSIX, Shell Command Language, 2.2.2).
enum ShellText {
  /// Writes a value in single quotes, in which nothing but their end means anything.
  static func write(_ value: RawSpan, _ sink: (RawSpan) -> Void) {
    "'".write(to: sink)
    value.write(to: sink) { _, byte in byte == .singleQuote ? "'\\''" : nil }
    "'".write(to: sink)
  }
}
