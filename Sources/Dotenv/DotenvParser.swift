// Dotenv, read by node-dotenv's grammar; docs/dotenv.md lists where others differ. A refused line
// does not end the reading, so that all of them can be reported at once.

/// Takes a dotenv text apart.
struct DotenvParser {
  let sections: Bool
  private(set) var items: [ParsedText.Item] = []
  private(set) var refusals: [DotenvError] = []

  private var offset = 0
  private var line = 1
  private var lineStart = 0
  private var role: String?
  private var comments: [Comment] = []

  init(sections: Bool) { self.sections = sections }

  mutating func parse(_ text: RawSpan) {
    if let first = text.byte(0), let second = text.byte(1),
      (first, second) == (0xff, 0xfe) || (first, second) == (0xfe, 0xff)
    {
      refusals.append(.utf16)
      return
    }
    if text.has("\u{feff}", at: 0) { advance(text, to: 3) }
    lineStart = offset
    while offset < text.byteCount { parseLine(text) }
  }

  private mutating func parseLine(_ text: RawSpan) {
    advance(text, to: text.skippingBlanks(from: offset))
    let first = text.byte(offset)
    if first == .hash {
      parseComment(text)
    } else if first?.isLineEnd ?? true {
      comments = []
      items.append(.blank(line: line))
    } else {
      do throws(DotenvError) {
        items.append(.assignment(try assignment(text)))
      } catch {
        refusals.append(error)
      }
      comments = []
    }
    // What is left of the line is, after an error, not looked at.
    let end = text.first(from: offset) { $0.isLineEnd }
    advance(text, to: end + text.lineEnd(at: end))
  }

  // MARK: Places

  private var place: Place { Place(line: line, column: offset - lineStart + 1) }

  /// Goes on to an offset, and counts the lines that end before it.
  private mutating func advance(_ text: RawSpan, to target: Int) {
    while offset < target {
      let size = text.lineEnd(at: offset)
      offset += max(size, 1)
      if size > 0 {
        line += 1
        lineStart = offset
      }
    }
  }

  private mutating func place(_ text: RawSpan, of target: Int) -> Place {
    advance(text, to: target)
    return place
  }

  // MARK: Comments and sections

  private mutating func parseComment(_ text: RawSpan) {
    if sections, text.has("# [role", at: offset) {
      comments = []
      parseSection(text)
    } else {
      let comment = comment(text, at: offset)
      comments.append(comment)
      items.append(.comment(comment))
    }
  }

  private func comment(_ text: RawSpan, at hash: Int) -> Comment {
    let end = text.first(from: hash) { $0.isLineEnd }
    let start = text.byte(hash + 1) == 0x20 ? hash + 2 : hash + 1
    let range = start..<end
    let isText =
      text.firstNotUTF8(in: range) == nil && text.first(from: start, to: end) { $0 == 0 } == end
    return Comment(line: line, range: range, isText: isText)
  }

  private mutating func parseSection(_ text: RawSpan) {
    let start = offset + 8
    let end = text.first(from: start) { !$0.isRoleTail }
    let rest = text.skippingBlanks(from: end + 1)
    guard text.byte(start - 1) == 0x20, let head = text.byte(start), head.isRoleHead,
      end - start <= 63, text.byte(end) == UInt8(ascii: "]"), text.byte(rest)?.isLineEnd ?? true
    else {
      refusals.append(.badSection(place))
      return
    }
    let role = text.name(start..<end)
    self.role = role
    items.append(.section(role: role, line: line))
  }

  // MARK: Assignments

  private mutating func assignment(_ text: RawSpan) throws(DotenvError) -> Assignment {
    skipExport(text)
    let start = place
    let name = try parseName(text)
    advance(text, to: text.skippingBlanks(from: offset))

    let (style, source) = try parseValue(text, name: name)
    let hash = offset
    let inlineComment = text.byte(hash) == .hash ? comment(text, at: hash) : nil

    var target = ByteTarget()
    var doubts: Doubts = []
    var afterDollar = false
    ValueUnit.each(in: text, source, style) { unit in
      unit.put(text, into: &target)
      switch unit {
      case .escape(.lf), .escape(.cr): break
      case .escape, .escapedDollar: doubts.insert(.escapeDecoded)
      case .byte(UInt8(ascii: "{")) where afterDollar, .byte(UInt8(ascii: "(")) where afterDollar:
        doubts.insert(.expansionIgnored)
      default: break
      }
      if case .dollar = unit { afterDollar = true } else { afterDollar = false }
    }
    if style == .unquoted, inlineComment != nil, text.byte(hash - 1)?.isBlank == false {
      doubts.insert(.hashEndsValue)
    }
    return Assignment(
      name: name, role: role, place: start, style: style, valueCount: target.count,
      doubts: doubts, comments: comments, inlineComment: inlineComment, source: source)
  }

  private mutating func skipExport(_ text: RawSpan) {
    guard text.has("export", at: offset), text.byte(offset + 6)?.isBlank == true else { return }
    let next = text.skippingBlanks(from: offset + 6)
    // `export = 1` sets a variable of that name.
    if text.byte(next) != UInt8(ascii: "=") { advance(text, to: next) }
  }

  /// Reads the name and what divides it from the value: `=`, or `:` and a blank.
  private mutating func parseName(_ text: RawSpan) throws(DotenvError) -> String {
    let name = offset..<text.nameEnd(from: offset)
    guard !name.isEmpty else {
      throw text.byte(offset)?.isLineEnd ?? true ? .missingEquals(place) : .badName(place)
    }
    if text.byte(name.upperBound) == UInt8(ascii: ":"),
      text.byte(name.upperBound + 1)?.isBlank == true
    {
      advance(text, to: name.upperBound + 1)
    } else {
      let next = text.skippingBlanks(from: name.upperBound)
      guard text.byte(next) == UInt8(ascii: "=") else {
        let directly = next == name.upperBound && text.byte(next)?.isLineEnd == false
        let place = place(text, of: next)
        throw directly ? .badName(place) : .missingEquals(place)
      }
      advance(text, to: next + 1)
    }
    guard name.count <= nameLimit else {
      throw .nameTooLong(
        Place(line: line, column: name.lowerBound + nameLimit - lineStart + 1))
    }
    return text.name(name)
  }

  private mutating func parseValue(
    _ text: RawSpan, name: String
  ) throws(DotenvError) -> (ValueStyle, Range<Int>) {
    let opened = place
    let quote = text.byte(offset)
    let style: ValueStyle
    let source: Range<Int>
    switch quote {
    case .singleQuote: style = .singleQuoted
    case .doubleQuote: style = .doubleQuoted
    case .backtick: style = .backtickQuoted
    default: style = .unquoted
    }
    if style == .unquoted {
      let end = text.first(from: offset) { $0 == .hash || $0.isLineEnd }
      source = offset..<text.trimmingBlanks(offset..<end)
      try checkText(text, source, name: name)
      advance(text, to: end)
    } else {
      guard let end = text.closing(quote, from: offset + 1) else {
        // Whatever follows is inside the quotes: nothing there may be taken for a name.
        advance(text, to: text.byteCount)
        throw .unterminatedQuote(opened, name: name)
      }
      source = offset + 1..<end
      try checkText(text, source, name: name)
      advance(text, to: text.skippingBlanks(from: end + 1))
      guard text.byte(offset).map({ $0 == .hash || $0.isLineEnd }) ?? true else {
        throw .textAfterQuote(place, name: name, opened: opened)
      }
    }
    return (style, source)
  }

  /// Refuses what no secret of kind text can hold (format.md §4).
  private mutating func checkText(
    _ text: RawSpan, _ source: Range<Int>, name: String
  ) throws(DotenvError) {
    let nul = text.first(from: source.lowerBound, to: source.upperBound) { $0 == 0 }
    let invalid = text.firstNotUTF8(in: source) ?? source.upperBound
    guard min(nul, invalid) < source.upperBound else { return }
    let found = place(text, of: min(nul, invalid))
    advance(text, to: source.upperBound)
    throw nul < invalid ? .nul(found, name: name) : .notUTF8(found, name: name)
  }
}

extension RawSpan {
  /// The end of a range without the blanks that it ends in.
  fileprivate func trimmingBlanks(_ range: Range<Int>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound, let byte = byte(end - 1), byte.isBlank { end -= 1 }
    return end
  }

  /// Where the quote closes; a quote behind a backslash does not, but in backticks.
  fileprivate func closing(_ quote: UInt8?, from start: Int) -> Int? {
    var offset = start
    while let byte = byte(offset) {
      if byte == quote { return offset }
      offset += byte == .backslash && quote != .backtick ? 2 : 1
    }
    return nil
  }
}

extension UInt8 {
  fileprivate var isRoleHead: Bool { isDigit || self >= 0x61 && self <= 0x7a }

  fileprivate var isRoleTail: Bool {
    switch self {
    case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: isRoleHead
    }
  }
}
