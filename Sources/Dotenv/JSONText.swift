// A value as a JSON string.

/// Writes JSON strings (RFC 8259 §7).
enum JSONText {
  /// What keeps a value from being a JSON string that gives an environment's value.
  static func obstacle(_ value: RawSpan) -> Obstacle? { DotenvQuoting.textObstacle(value) }

  /// Writes a value, quotes included.
  static func write(_ value: RawSpan, _ sink: (RawSpan) -> Void) {
    "\"".write(to: sink)
    value.write(to: sink) { _, byte in escape(byte) }
    "\"".write(to: sink)
  }

  /// What stands for a byte that may not stand for itself; nil for any other.
  static func escape(_ byte: UInt8) -> StaticString? {
    switch byte {
    case .doubleQuote: "\\\""
    case .backslash: "\\\\"
    case 0..<0x20: controls[Int(byte)]
    default: nil
    }
  }

  private static let controls: [StaticString] = [
    "\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007",
    "\\b", "\\t", "\\n", "\\u000b", "\\f", "\\r", "\\u000e", "\\u000f",
    "\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014", "\\u0015", "\\u0016", "\\u0017",
    "\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d", "\\u001e", "\\u001f",
  ]
}
