// format.md §2, Text: the grammar of fields, read byte by byte. Whatever is not exactly this is
// refused with file, line and column.

internal import Glibc
internal import Sealing

/// A line that is not the format's grammar.
public struct ParseError: Error, Hashable, Sendable {
  /// What is wrong, for the sentence.
  public enum Reason: Hashable, Sendable {
    /// A byte that never stands in these files: CR, tab, NUL, a BOM, trailing space, not ASCII.
    case forbiddenByte
    /// A line that ends in CR LF.
    case carriageReturn
    /// Git's `<<<<<<<`, `=======` or `>>>>>>>`.
    case conflictMarker
    /// The last line has no LF.
    case noLineFeed
    /// The first line is not this file's header.
    case header
    /// A header of another version.
    case newerVersion
    /// A second header that differs from the first.
    case otherHeader
    /// The line begins with no kind of record that stands in this file.
    case unknownRecord
    /// A field that is missing, or is not what stands there.
    case field(String)
    /// More fields than the record has.
    case surplusField
    /// The line is longer than 2 MiB.
    case longLine
    /// The file has more bytes than allowed.
    case tooLarge
    /// The file has more lines than allowed.
    case tooManyLines
  }

  /// The file's name.
  public let file: String
  /// The line, from 1; nil where the file as a whole is refused.
  public var line: Int?
  /// The byte in the line, from 1; nil where the file as a whole is refused.
  public let column: Int?
  /// What is wrong.
  public let reason: Reason
}

/// Where a line stopped to fit, before file and line number are known.
struct Misfit: Error {
  let column: Int
  let reason: ParseError.Reason
}

/// A piece of a file's bytes.
struct Field: Equatable {
  var start: Int32 = 0
  var count: Int32 = 0
  var end: Int { Int(start) + Int(count) }
  var range: Range<Int> { Int(start)..<end }
}

/// A record's id: 8 characters, kept so that order is that of the text.
public struct RecordID: Hashable, Comparable, Sendable {
  let packed: UInt64

  /// Makes a new one from 6 random bytes.
  public static func random() -> RecordID {
    var packed: UInt64 = 0
    for byte in Base64.encodeToBytes(Random.bytes(6)) { packed = packed << 8 | UInt64(byte) }
    return RecordID(packed: packed)
  }

  init(packed: UInt64) { self.packed = packed }

  /// Reads 8 characters; nil where they are no id.
  public init?(_ text: String) {
    guard text.utf8.count == 8, text.utf8.allSatisfy({ Character64.isURLSafe($0) }) else {
      return nil
    }
    packed = text.utf8.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The 8 characters.
  public var text: String {
    String(
      decoding: (0..<8).map { UInt8(truncatingIfNeeded: packed >> (56 - 8 * $0)) }, as: UTF8.self)
  }

  /// Compares by the text's byte order.
  public static func < (left: RecordID, right: RecordID) -> Bool { left.packed < right.packed }
}

/// The generation of a role's key: 22 characters, compared in their byte order.
public struct Epoch: Hashable, Comparable, Sendable {
  // The text itself, packed big-endian, so that comparing integers compares text.
  let high: UInt64
  let middle: UInt64
  let low: UInt64

  init(_ text: UnsafeBufferPointer<UInt8>) {
    func pack(_ range: Range<Int>) -> UInt64 {
      var packed: UInt64 = 0
      for index in range { packed = packed << 8 | UInt64(text[index]) }
      return packed
    }
    high = pack(0..<8)
    middle = pack(8..<16)
    low = pack(16..<22)
  }

  /// The epoch that a role's public key names: BLAKE2b, 16 bytes (format.md §3).
  init(of key: BoxKey) {
    let text = Base64.encodeToBytes(Digest.blake2b(16, key.bytes.array))
    self = text.withUnsafeBufferPointer { Epoch($0) }
  }

  /// Reads 22 characters; nil where they are no epoch.
  public init?(_ text: String) {
    guard text.utf8.count == 22, Base64.decode(text)?.count == 16 else { return nil }
    self = Array(text.utf8).withUnsafeBufferPointer { Epoch($0) }
  }

  /// The 22 characters.
  public var text: String {
    func unpack(_ packed: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: packed >> UInt64(8 * (count - 1 - $0))) }
    }
    return String(
      decoding: unpack(high, 8) + unpack(middle, 8) + unpack(low, 6), as: UTF8.self)
  }

  /// Compares by the text's byte order.
  public static func < (left: Epoch, right: Epoch) -> Bool {
    (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
  }
}

/// Character classes of the grammar.
enum Character64 {
  static func isURLSafe(_ byte: UInt8) -> Bool { classes[Int(byte)] & 1 != 0 }
  static func isLabel(_ byte: UInt8) -> Bool { classes[Int(byte)] & 2 != 0 }
  static func isName(_ byte: UInt8) -> Bool { classes[Int(byte)] & 4 != 0 }
  static func isPlainText(_ byte: UInt8) -> Bool { classes[Int(byte)] & 8 != 0 }
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
  static func isLower(_ byte: UInt8) -> Bool { byte &- 97 < 26 }

  static let classes: [UInt8] = {
    var classes = [UInt8](repeating: 0, count: 256)
    for byte in 0..<256 {
      let byte = UInt8(byte)
      let upper = byte &- 65 < 26
      let alphanumeric = upper || isLower(byte) || isDigit(byte)
      let dash = byte == UInt8(ascii: "-")
      let underscore = byte == UInt8(ascii: "_")
      let dot = byte == UInt8(ascii: ".")
      if alphanumeric || dash || underscore { classes[Int(byte)] |= 1 }
      if isLower(byte) || isDigit(byte) || dot || dash || underscore { classes[Int(byte)] |= 2 }
      if alphanumeric || underscore { classes[Int(byte)] |= 4 }
      if alphanumeric || "._~@/+-".utf8.contains(byte) { classes[Int(byte)] |= 8 }
    }
    return classes
  }()
}

/// A cursor over one line; each method takes one field or says where it does not fit.
struct LineCursor {
  let bytes: UnsafeBufferPointer<UInt8>
  let start: Int
  let end: Int
  var position: Int
  /// These very bytes were read strictly before: characters are not looked at again.
  let isKnown: Bool

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, isKnown: Bool) {
    self.bytes = bytes
    self.start = start
    self.end = end
    self.isKnown = isKnown
    position = start
  }

  func misfit(at position: Int, _ what: StaticString) -> Misfit {
    Misfit(
      column: min(position, end + 1) - start + 1,
      reason: .field(what.description))
  }

  /// Where the field at the cursor ends: at the next space or the line's end.
  func fieldEnd(from position: Int) -> Int {
    guard let base = bytes.baseAddress, position < end,
      let space = memchr(base + position, 0x20, end - position)
    else { return max(position, end) }
    return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(space))
  }

  /// Steps over the space before the next field.
  ///
  /// At the end of the line the field is missing.
  mutating func next(_ what: StaticString) throws(Misfit) {
    guard position < end else { throw misfit(at: end, what) }
    guard bytes[position] == 0x20 else { throw misfit(at: position, what) }
    position += 1
  }

  /// Whether the text stands at the cursor; does not move.
  // Inlined, the few bytes of a literal are compared without a call.
  @inline(__always)
  func looking(at text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard position + count <= end else { return false }
    return bytes.baseAddress.map { memcmp($0 + position, text.utf8Start, count) == 0 } ?? false
  }

  /// Whether the optional field ` key=` comes next; does not move.
  @inline(__always)
  func upcoming(_ key: StaticString) -> Bool {
    guard position < end, bytes[position] == 0x20 else { return false }
    var ahead = self
    ahead.position += 1
    return ahead.looking(at: key)
  }

  /// Takes `key=`, which begins a field, after its space; gives the field's first byte.
  @inline(__always)
  mutating func key(_ key: StaticString) throws(Misfit) -> Int {
    try next(key)
    let field = position
    guard looking(at: key) else { throw misfit(at: field, key) }
    position += key.utf8CodeUnitCount
    return field
  }

  /// Takes the rest of the field, where `fits` says so.
  @inline(__always)
  mutating func take(
    _ what: StaticString, from field: Int, where fits: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(Misfit) -> Field {
    let fieldEnd = fieldEnd(from: position)
    let content = UnsafeBufferPointer(rebasing: bytes[position..<fieldEnd])
    guard fits(content) else { throw misfit(at: field, what) }
    defer { position = fieldEnd }
    return Field(start: Int32(position), count: Int32(fieldEnd - position))
  }

  /// Takes the rest of the field as what `parse` makes of it.
  @inline(__always)
  private mutating func take<Value>(
    _ what: StaticString, from field: Int, as parse: (UnsafeBufferPointer<UInt8>) -> Value?
  ) throws(Misfit) -> Value {
    let fieldEnd = fieldEnd(from: position)
    guard let value = parse(UnsafeBufferPointer(rebasing: bytes[position..<fieldEnd])) else {
      throw misfit(at: field, what)
    }
    position = fieldEnd
    return value
  }

  mutating func label(_ what: StaticString, from field: Int, environment: Bool = false)
    throws(Misfit)
    -> Field
  {
    let known = isKnown
    return try take(what, from: field) {
      if known { return $0.count > 0 }
      return Text.isLabel($0) && !(environment && Text.endsInLocal($0))
    }
  }

  mutating func name(from field: Int) throws(Misfit) -> Field {
    let known = isKnown
    return try take("name", from: field) { known ? $0.count > 0 : Text.isName($0) }
  }

  mutating func number(_ what: StaticString, from field: Int) throws(Misfit) -> Int32 {
    try take(what, from: field, as: Text.number)
  }

  mutating func time(_ what: StaticString, from field: Int) throws(Misfit) -> Int64 {
    try take(what, from: field, as: Timestamp.parse)
  }

  mutating func id(from field: Int) throws(Misfit) -> RecordID {
    let known = isKnown
    return try take("id", from: field) {
      (known ? $0.count == 8 : Text.isID($0)) ? Text.id($0) : nil
    }
  }

  /// `b64` of a fixed number of bytes, or of any but none.
  mutating func base64(_ what: StaticString, from field: Int, count: Int? = nil) throws(Misfit)
    -> Field
  {
    let known = isKnown
    return try take(what, from: field) {
      if known { return $0.count > 0 }
      guard Text.isBase64($0) else { return false }
      guard let count else { return true }
      return Base64.decodedCount($0.count) == count
    }
  }

  mutating func epoch(_ what: StaticString, from field: Int) throws(Misfit) -> Epoch {
    let known = isKnown
    return try take(what, from: field) {
      $0.count == 22 && (known || Text.isBase64($0)) ? Epoch($0) : nil
    }
  }

  /// The line must end here.
  func finish() throws(Misfit) {
    guard position < end else { return }
    let field = bytes[position] == 0x20 ? position + 1 : position
    throw Misfit(column: field - start + 1, reason: .surplusField)
  }

  func content(_ field: Field) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[field.range])
  }
}
