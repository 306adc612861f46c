// A value as the units that its writing consists of. Decoding, finding references and making a
// template all walk over the same units, so they cannot disagree about what is an escape.

/// The smallest piece of a written value that means something.
enum ValueUnit {
  /// A byte that stands for itself.
  case byte(UInt8)
  /// An escape of a dotenv text, and the byte it stands for.
  case escape(UInt8)
  /// A `$` that begins no reference, and whether the value goes on with another `$`.
  case dollar(beforeDollar: Bool)
  /// `\$`, within double quotes.
  case escapedDollar
  /// `${NAME}`, and where the name lies.
  case reference(Range<Int>)

  /// Hands over the units of a value.
  ///
  /// - Parameters:
  ///   - text: the text that the value is a part of.
  ///   - source: where the value lies, without its quotes.
  ///   - style: how it is written.
  ///   - body: called with each unit.
  static func each(
    in text: RawSpan, _ source: Range<Int>, _ style: ValueStyle, _ body: (ValueUnit) -> Void
  ) {
    switch style {
    case .jsonNull: break
    case .jsonString: JSONString.eachByte(in: text, source) { body(.byte($0)) }
    case .jsonLiteral:
      for offset in source {
        if let byte = text.byte(offset) { body(.byte(byte)) }
      }
    case .unquoted, .singleQuoted, .doubleQuoted, .backtickQuoted:
      var offset = source.lowerBound
      while offset < source.upperBound, let byte = text.byte(offset) {
        let (unit, size) = dotenvUnit(byte, text, offset, before: source.upperBound, style)
        body(unit)
        offset += size
      }
    }
  }

  private static func dotenvUnit(
    _ byte: UInt8, _ text: RawSpan, _ offset: Int, before end: Int, _ style: ValueStyle
  ) -> (ValueUnit, size: Int) {
    switch (byte, style) {
    case (.cr, _):
      return (.byte(.lf), text.lineEnd(at: offset))
    case (.backslash, .singleQuoted) where text.byte(offset + 1) == .singleQuote:
      return offset + 1 < end ? (.escape(.singleQuote), 2) : (.byte(byte), 1)
    case (.backslash, .doubleQuoted) where offset + 1 < end:
      guard let next = text.byte(offset + 1) else { break }
      if next == .dollar { return (.escapedDollar, 2) }
      if let meant = escapes(next) { return (.escape(meant), 2) }
    case (.dollar, .unquoted), (.dollar, .doubleQuoted), (.dollar, .backtickQuoted):
      if let name = text.reference(at: offset, before: end) {
        return (.reference(name), name.count + 3)
      }
      let next = offset + 1 < end ? text.byte(offset + 1) : nil
      let another =
        next == .dollar
        || style == .doubleQuoted && offset + 2 < end && text.has("\\$", at: offset + 1)
      return (.dollar(beforeDollar: another), 1)
    default: break
    }
    return (.byte(byte), 1)
  }

  /// What the character behind a backslash in double quotes stands for: python-dotenv's list.
  static func escapes(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "n"): .lf
    case UInt8(ascii: "r"): .cr
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "a"): 0x07
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0c
    case UInt8(ascii: "v"): 0x0b
    case .backslash, .doubleQuote, .singleQuote: character
    default: nil
    }
  }

  /// Writes what the unit stands for in a literal value.
  func put(_ text: RawSpan, into target: inout ByteTarget) {
    switch self {
    case .byte(let byte), .escape(let byte): target.put(byte)
    case .dollar, .escapedDollar: target.put(.dollar)
    case .reference(let name):
      target.put(text, name.lowerBound - 2..<name.upperBound + 1)
    }
  }
}
