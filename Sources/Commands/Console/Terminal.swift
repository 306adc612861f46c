// What stands at the other end of an output: a person at a terminal, or a program.

internal import Glibc

/// An output as far as its looks depend on it.
struct Terminal: Equatable, Sendable {
  /// Whether a person sees it.
  var isTerminal = false
  /// How many columns it has.
  var width = 80
  /// Whether colours are welcome.
  var hasColour = false
  /// Whether a line can be written over.
  var canRedraw = false

  /// An output that is no terminal.
  static let none = Terminal()

  /// Looks at an open file.
  ///
  /// - Parameters:
  ///   - descriptor: the output.
  ///   - noColor: `$NO_COLOR`, see no-color.org.
  ///   - term: `$TERM`.
  /// - Returns: what is known of it.
  static func of(descriptor: Int32, noColor: String?, term: String?) -> Terminal {
    guard isatty(descriptor) == 1 else { return .none }
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let isPlain = ["", "dumb"].contains(term ?? "")
    return Terminal(
      isTerminal: true, width: isKnown ? Int(size.ws_col) : 80,
      hasColour: (noColor ?? "").isEmpty && !isPlain, canRedraw: !isPlain)
  }

  /// Whether `$CI` says that this is a job of continuous integration.
  static func isContinuousIntegration(_ variable: String?) -> Bool {
    !["", "0", "false"].contains(variable ?? "")
  }
}
