// The inside of a JSON string: what its escapes stand for.

/// The inside of a JSON string (RFC 8259 §7).
enum JSONString {
  /// Hands over the bytes that a string stands for; one that `fault` has found good.
  static func eachByte(in text: RawSpan, _ source: Range<Int>, _ body: (UInt8) -> Void) {
    var offset = source.lowerBound
    while offset < source.upperBound, let byte = text.byte(offset) {
      guard byte == .backslash, let kind = text.byte(offset + 1) else {
        body(byte)
        offset += 1
        continue
      }
      if let meant = escape(kind) {
        body(meant)
        offset += 2
      } else if let (scalar, size) = scalar(text, at: offset) {
        for byte in Unicode.UTF8.encode(scalar) ?? .init() { body(byte) }
        offset += size
      } else {
        offset += 1
      }
    }
  }

  /// The character behind a backslash that stands for one byte; nil for `u` and what is no escape.
  static func escape(_ character: UInt8) -> UInt8? {
    switch character {
    case .doubleQuote, .backslash, UInt8(ascii: "/"): character
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0c
    case UInt8(ascii: "n"): .lf
    case UInt8(ascii: "r"): .cr
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// The character that the `\u` escape, or the pair of them, at an offset stands for.
  static func scalar(_ text: RawSpan, at offset: Int) -> (Unicode.Scalar, size: Int)? {
    guard let unit = codeUnit(text, at: offset) else { return nil }
    if let scalar = Unicode.Scalar(unit) { return (scalar, 6) }
    guard UTF16.isLeadSurrogate(unit), let trail = codeUnit(text, at: offset + 6),
      UTF16.isTrailSurrogate(trail)
    else { return nil }
    let value = 0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(trail) - 0xdc00)
    return Unicode.Scalar(value).map { ($0, 12) }
  }

  /// The number that the `\uXXXX` at an offset holds; nil where none stands.
  static func codeUnit(_ text: RawSpan, at offset: Int) -> UInt16? {
    guard text.has("\\u", at: offset) else { return nil }
    var unit: UInt16 = 0
    for index in 2..<6 {
      guard let digit = text.byte(offset + index).flatMap(hexDigit) else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    if byte.isDigit { return byte - 0x30 }
    let lower = byte | 0x20
    return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : nil
  }
}
