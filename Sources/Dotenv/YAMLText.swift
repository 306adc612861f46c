// A value as a YAML string. JSON's strings are YAML's too, save for the characters that YAML counts as
// unprintable and its readers refuse.

/// Writes double-quoted scalars (YAML 1.2.2 §7.3.1), which every reader takes for a string.
enum YAMLText {
  /// What keeps a value from being a string that gives an environment's value.
  static func obstacle(_ value: RawSpan) -> Obstacle? { DotenvQuoting.textObstacle(value) }

  /// Writes a value, quotes included.
  static func write(_ value: RawSpan, _ sink: (RawSpan) -> Void) {
    var rest = 0
    "\"".write(to: sink)
    value.write(to: sink) { offset, byte in
      if rest > 0 {
        rest -= 1
        return ""
      }
      guard let (escape, size) = unprintable(value, at: offset) else {
        return JSONText.escape(byte)
      }
      rest = size - 1
      return escape
    }
    "\"".write(to: sink)
  }

  /// The escape of the character at an offset that YAML 1.1 or 1.2 does not count as printable, or
  /// takes for a line end, and its size in bytes; nil for any other.
  private static func unprintable(
    _ value: RawSpan, at offset: Int
  ) -> (escape: StaticString, size: Int)? {
    switch value.byte(offset) {
    case 0x7f: return ("\\x7f", 1)
    case 0xc2:
      guard let next = value.byte(offset + 1), next < 0xa0 else { return nil }
      return (controls[Int(next) - 0x80], 2)
    case 0xe2 where value.has("\u{2028}", at: offset): return ("\\u2028", 3)
    case 0xe2 where value.has("\u{2029}", at: offset): return ("\\u2029", 3)
    case 0xef where value.has("\u{feff}", at: offset): return ("\\ufeff", 3)
    case 0xef where value.has("\u{fffe}", at: offset): return ("\\ufffe", 3)
    case 0xef where value.has("\u{ffff}", at: offset): return ("\\uffff", 3)
    default: return nil
    }
  }

  /// The controls U+0080 to U+009F.
  private static let controls: [StaticString] = [
    "\\x80", "\\x81", "\\x82", "\\x83", "\\x84", "\\x85", "\\x86", "\\x87",
    "\\x88", "\\x89", "\\x8a", "\\x8b", "\\x8c", "\\x8d", "\\x8e", "\\x8f",
    "\\x90", "\\x91", "\\x92", "\\x93", "\\x94", "\\x95", "\\x96", "\\x97",
    "\\x98", "\\x99", "\\x9a", "\\x9b", "\\x9c", "\\x9d", "\\x9e", "\\x9f",
  ]
}
