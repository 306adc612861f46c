// The text around a sealed message (format.md §9). It passes through chats, mail and tickets, so the
// reader forgives what these do to white space, quoting and dashes, and nothing else.

internal import Sealing

/// The block of a sealed message.
enum MessageArmor {
  private static let begin = ["BEGIN", "SECRETS", "MESSAGE"]
  private static let end = ["END", "SECRETS", "MESSAGE"]
  private static let columns = 64

  /// Writes the block, an LF after every line.
  static func encode(_ bytes: [UInt8]) -> String {
    let characters = Base64.encodeToBytes(bytes, .standard)
    var text = "-----\(begin.joined(separator: " "))-----\n"
    for start in stride(from: 0, to: characters.count, by: columns) {
      let line = characters[start..<min(start + columns, characters.count)]
      text += String(decoding: line, as: UTF8.self) + "\n"
    }
    return text + "-----\(end.joined(separator: " "))-----\n"
  }

  /// Finds the first block in a text and gives its bytes.
  static func decode(_ text: RawSpan) throws(MessageError) -> [UInt8] {
    let symbols = symbols(of: text)
    guard let first = marker(begin, in: symbols, from: 0) else { throw .damaged(.noBlock) }
    guard let last = marker(self.end, in: symbols, from: first.upperBound) else {
      throw .damaged(.cutShort)
    }
    let characters = symbols[first.upperBound..<last.lowerBound].filter { !isFiller($0) }
    guard let bytes = Base64.decode(characters.span.bytes, .standard) else {
      throw .damaged(.characters)
    }
    return bytes
  }

  private static let dash = UInt8(ascii: "-")
  private static let space = UInt8(ascii: " ")

  /// One byte for each character: every dash is `-`; white space and `>` are a space; what is not
  /// ASCII otherwise is 0xff.
  private static func symbols(of text: RawSpan) -> [UInt8] {
    let text = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    var symbols: [UInt8] = []
    symbols.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "-", "\u{2010}"..."\u{2015}": symbols.append(dash)
      // A byte order mark stands where a zero-width space once did.
      case ">", "\u{feff}", "\u{200b}": symbols.append(space)
      default:
        symbols.append(
          scalar.isASCII && scalar.value > 0x20
            ? UInt8(scalar.value) : scalar.properties.isWhitespace ? space : 0xff)
      }
    }
    return symbols
  }

  /// Where the words stand between dashes, with these.
  private static func marker(_ words: [String], in symbols: [UInt8], from start: Int) -> Range<Int>?
  {
    var place = start
    while let dashes = symbols[place...].firstIndex(of: dash) {
      place = skipFiller(symbols, from: dashes)
      if let end = match(words, in: symbols, from: place) { return dashes..<end }
    }
    return nil
  }

  private static func match(_ words: [String], in symbols: [UInt8], from start: Int) -> Int? {
    var place = start
    for word in words {
      while place < symbols.count, symbols[place] == space { place += 1 }
      guard symbols[place...].starts(with: word.utf8) else { return nil }
      place += word.utf8.count
    }
    let end = skipFiller(symbols, from: place)
    return symbols[place..<end].contains(dash) ? end : nil
  }

  private static func skipFiller(_ symbols: [UInt8], from start: Int) -> Int {
    symbols[start...].firstIndex { !isFiller($0) } ?? symbols.endIndex
  }

  private static func isFiller(_ symbol: UInt8) -> Bool { symbol == dash || symbol == space }
}
