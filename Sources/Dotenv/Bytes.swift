// Looking at bytes: the small vocabulary that the readers and writers share.

extension RawSpan {
  /// The byte at an offset; nil outside.
  func byte(_ offset: Int) -> UInt8? {
    guard offset >= 0, offset < byteCount else { return nil }
    return unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// Whether these characters stand at an offset.
  func has(_ characters: StaticString, at offset: Int) -> Bool {
    for index in 0..<characters.utf8CodeUnitCount
    where byte(offset + index) != characters.utf8Start[index] {
      return false
    }
    return true
  }

  /// The first offset from `start` on, and before `end`, whose byte fits; else `end`.
  func first(from start: Int, to end: Int? = nil, where fits: (UInt8) -> Bool) -> Int {
    let end = end ?? byteCount
    var offset = start
    while offset < end, let byte = byte(offset), !fits(byte) { offset += 1 }
    return offset
  }

  /// Behind the blanks that stand at an offset.
  func skippingBlanks(from offset: Int) -> Int { first(from: offset) { !$0.isBlank } }

  /// How many bytes of line end stand at an offset: CRLF has 2, LF and CR 1.
  func lineEnd(at offset: Int) -> Int {
    switch byte(offset) {
    case .lf: 1
    case .cr: byte(offset + 1) == .lf ? 2 : 1
    default: 0
    }
  }

  /// Behind the name that begins at an offset, however long it is; the offset where none does.
  func nameEnd(from offset: Int) -> Int {
    guard let head = byte(offset), head.isNameHead else { return offset }
    return first(from: offset + 1) { !$0.isNameTail }
  }

  /// The `NAME` of the `${NAME}` that stands at an offset; nil where none does.
  func reference(at offset: Int, before end: Int) -> Range<Int>? {
    guard offset + 3 < end, has("${", at: offset) else { return nil }
    let nameEnd = nameEnd(from: offset + 2)
    guard nameEnd < end, byte(nameEnd) == UInt8(ascii: "}") else { return nil }
    let name = offset + 2..<nameEnd
    return name.isEmpty || name.count > nameLimit ? nil : name
  }

  /// A name as text; only for what the grammar has shown to be ASCII.
  func name(_ range: Range<Int>) -> String {
    extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// The offset of the first byte, within a range, that is not UTF-8 (RFC 3629); nil where all is.
  func firstNotUTF8(in range: Range<Int>) -> Int? {
    var offset = range.lowerBound
    while offset < range.upperBound, let head = byte(offset) {
      let size: Int
      var second: ClosedRange<UInt8> = 0x80...0xbf
      switch head {
      case 0x00...0x7f: size = 1
      case 0xc2...0xdf: size = 2
      case 0xe0: (size, second) = (3, 0xa0...0xbf)
      case 0xed: (size, second) = (3, 0x80...0x9f)
      case 0xe1...0xef: size = 3
      case 0xf0: (size, second) = (4, 0x90...0xbf)
      case 0xf1...0xf3: size = 4
      case 0xf4: (size, second) = (4, 0x80...0x8f)
      default: return offset
      }
      guard offset + size <= range.upperBound else { return offset }
      for index in 1..<max(size, 1) {
        guard let next = byte(offset + index),
          (index == 1 ? second : 0x80...0xbf).contains(next)
        else { return offset }
      }
      offset += size
    }
    return nil
  }
}

/// The longest name that `format.md` §2 allows, in bytes.
let nameLimit = 255

extension UInt8 {
  static let lf = UInt8(ascii: "\n")
  static let cr = UInt8(ascii: "\r")
  static let hash = UInt8(ascii: "#")
  static let dollar = UInt8(ascii: "$")
  static let backslash = UInt8(ascii: "\\")
  static let doubleQuote = UInt8(ascii: "\"")
  static let singleQuote = UInt8(ascii: "'")
  static let backtick = UInt8(ascii: "`")

  /// Whether it is white space within a line.
  var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0b || self == 0x0c }

  var isLineEnd: Bool { self == .lf || self == .cr }

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  var isLetter: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7a }

  var isNameHead: Bool { isLetter || self == UInt8(ascii: "_") }

  var isNameTail: Bool { isNameHead || isDigit }
}

/// Memory of the caller's that is being filled, or without memory a count of what would be.
struct ByteTarget {
  let memory: UnsafeMutableRawBufferPointer?
  private(set) var count = 0

  init(_ memory: UnsafeMutableRawBufferPointer? = nil) { self.memory = memory }

  mutating func put(_ byte: UInt8) {
    if let memory {
      precondition(count < memory.count, "the memory given is too small for the value")
      memory[count] = byte
    }
    count += 1
  }

  mutating func put(_ text: RawSpan, _ range: Range<Int>) {
    for offset in range {
      if let byte = text.byte(offset) { put(byte) }
    }
  }
}
