// Flat JSON objects, strictly by RFC 8259. What is not JSON ends the reading; a value that is JSON
// but cannot be taken over is refused by its name, and the reading goes on.

/// Takes a JSON object apart.
struct JSONParser {
  private(set) var items: [ParsedText.Item] = []
  private(set) var refusals: [DotenvError] = []

  private var offset = 0
  private var line = 1
  private var lineStart = 0

  init() {}

  mutating func parse(_ text: RawSpan) {
    if text.has("\u{feff}", at: 0) { offset = 3 }
    lineStart = offset
    do throws(DotenvError) {
      try object(text)
    } catch {
      refusals.append(error)
    }
  }

  // MARK: Structure

  private mutating func object(_ text: RawSpan) throws(DotenvError) {
    skipSpace(text)
    guard text.byte(offset) == UInt8(ascii: "{") else {
      throw fault(offset < text.byteCount ? .notAnObject : .endsEarly)
    }
    offset += 1
    skipSpace(text)
    if text.byte(offset) == UInt8(ascii: "}") {
      offset += 1
    } else {
      var more = true
      while more {
        try member(text)
        skipSpace(text)
        more = text.byte(offset) == UInt8(ascii: ",")
        guard more || text.byte(offset) == UInt8(ascii: "}") else { throw unexpected(text) }
        offset += 1
      }
    }
    skipSpace(text)
    guard offset == text.byteCount else { throw unexpected(text) }
  }

  private mutating func member(_ text: RawSpan) throws(DotenvError) {
    skipSpace(text)
    let start = place(offset)
    guard text.byte(offset) == .doubleQuote else { throw unexpected(text) }
    let key = try string(text, name: nil)
    let (name, problem) = name(text, key)
    skipSpace(text)
    guard text.byte(offset) == UInt8(ascii: ":") else { throw unexpected(text, name: name) }
    offset += 1
    skipSpace(text)
    let valueStart = place(offset)
    let (style, source) = try value(text, name: name)
    guard let name else {
      refusals.append(problem ?? .badName(start))
      return
    }
    guard let style else {
      refusals.append(.json(.nested, valueStart, name: name))
      return
    }
    if style == .jsonString, let refusal = refusal(text, source, name: name) {
      refusals.append(refusal)
      return
    }
    var target = ByteTarget()
    ValueUnit.each(in: text, source, style) { $0.put(text, into: &target) }
    items.append(
      .assignment(
        Assignment(
          name: name, role: nil, place: start, style: style, valueCount: target.count,
          doubts: [], comments: [], inlineComment: nil, source: source)))
  }

  /// The name in a key, or what is wrong with it.
  private func name(_ text: RawSpan, _ key: Range<Int>) -> (String?, DotenvError?) {
    let start = place(key.lowerBound)
    // Names need no escapes; whoever writes one so is told where.
    let end = text.nameEnd(from: key.lowerBound)
    guard end >= key.upperBound, !key.isEmpty else {
      return (nil, .badName(place(min(end, key.upperBound))))
    }
    guard key.count <= nameLimit else {
      return (nil, .nameTooLong(Place(line: start.line, column: start.column + nameLimit)))
    }
    return (text.name(key), nil)
  }

  /// Reads a value; the style is nil for an object or array.
  private mutating func value(
    _ text: RawSpan, name: String?
  ) throws(DotenvError) -> (ValueStyle?, Range<Int>) {
    let start = offset
    switch text.byte(offset) {
    case .doubleQuote:
      return (.jsonString, try string(text, name: name))
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      try skipNested(text, name: name)
      return (nil, start..<offset)
    default:
      for (word, style) in Self.words where text.has(word, at: offset) {
        offset += word.utf8CodeUnitCount
        return (style, start..<offset)
      }
      try number(text, name: name)
      return (.jsonLiteral, start..<offset)
    }
  }

  private static let words: [(StaticString, ValueStyle)] = [
    ("true", .jsonLiteral), ("false", .jsonLiteral), ("null", .jsonNull),
  ]

  private mutating func number(_ text: RawSpan, name: String?) throws(DotenvError) {
    let start = offset
    if text.byte(offset) == UInt8(ascii: "-") { offset += 1 }
    guard text.byte(offset)?.isDigit == true else {
      if offset == start { throw unexpected(text, name: name) }
      throw fault(.badNumber, name: name)
    }
    let leadingZero = text.byte(offset) == UInt8(ascii: "0")
    offset = leadingZero ? offset + 1 : text.first(from: offset) { !$0.isDigit }
    if text.byte(offset) == UInt8(ascii: ".") {
      try digits(text, after: 1, name: name)
    }
    if let byte = text.byte(offset), byte | 0x20 == UInt8(ascii: "e") {
      let next = text.byte(offset + 1)
      try digits(
        text, after: next == UInt8(ascii: "+") || next == UInt8(ascii: "-") ? 2 : 1, name: name)
    }
    if text.byte(offset)?.isNameTail == true { throw fault(.badNumber, name: name) }
  }

  private mutating func digits(
    _ text: RawSpan, after size: Int, name: String?
  ) throws(DotenvError) {
    offset += size
    guard text.byte(offset)?.isDigit == true else { throw fault(.badNumber, name: name) }
    offset = text.first(from: offset) { !$0.isDigit }
  }

  /// Goes behind an object or array, which is refused anyway: only strings and brackets matter.
  private mutating func skipNested(_ text: RawSpan, name: String?) throws(DotenvError) {
    var depth = 0
    repeat {
      skipSpace(text)
      switch text.byte(offset) {
      case nil: throw fault(.endsEarly, name: name)
      case .doubleQuote: _ = try string(text, name: name)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        offset += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        offset += 1
      default: offset += 1
      }
    } while depth > 0
  }

  // MARK: Strings

  /// Goes behind a string and gives where its inside lies.
  private mutating func string(
    _ text: RawSpan, name: String?
  ) throws(DotenvError) -> Range<Int> {
    offset += 1
    let start = offset
    while let byte = text.byte(offset) {
      switch byte {
      case .doubleQuote:
        offset += 1
        return start..<offset - 1
      case .backslash:
        guard let kind = text.byte(offset + 1) else {
          offset = text.byteCount
          throw fault(.endsEarly, name: name)
        }
        if JSONString.escape(kind) != nil {
          offset += 2
        } else if JSONString.codeUnit(text, at: offset) != nil {
          offset += 6
        } else {
          throw fault(.badEscape, name: name)
        }
      case 0..<0x20: throw fault(.controlCharacter, name: name)
      default: offset += 1
      }
    }
    throw fault(.endsEarly, name: name)
  }

  /// What keeps a well-formed string from being a value.
  private func refusal(_ text: RawSpan, _ source: Range<Int>, name: String) -> DotenvError? {
    if let invalid = text.firstNotUTF8(in: source) {
      return .notUTF8(place(invalid), name: name)
    }
    var offset = source.lowerBound
    while offset < source.upperBound {
      guard text.byte(offset) == .backslash else {
        offset += 1
        continue
      }
      guard text.byte(offset + 1) == UInt8(ascii: "u") else {
        offset += 2
        continue
      }
      guard let (scalar, size) = JSONString.scalar(text, at: offset) else {
        return .json(.loneSurrogate, place(offset), name: name)
      }
      if scalar.value == 0 { return .nul(place(offset), name: name) }
      offset += size
    }
    return nil
  }

  // MARK: Places

  private mutating func skipSpace(_ text: RawSpan) {
    while let byte = text.byte(offset), byte == 0x20 || byte == 0x09 || byte.isLineEnd {
      let size = text.lineEnd(at: offset)
      offset += max(size, 1)
      if size > 0 {
        line += 1
        lineStart = offset
      }
    }
  }

  /// The place of an offset in the present line; a string has no line end inside.
  private func place(_ offset: Int) -> Place {
    Place(line: line, column: offset - lineStart + 1)
  }

  private func fault(_ fault: JSONFault, name: String? = nil) -> DotenvError {
    .json(fault, place(offset), name: name)
  }

  private func unexpected(_ text: RawSpan, name: String? = nil) -> DotenvError {
    fault(offset < text.byteCount ? .unexpectedByte : .endsEarly, name: name)
  }
}
