// JSON as RFC 8259 has it, for `--json`. A value that is a secret stays in its arena: its bytes go
// from there to the output.

internal import Sealing

/// A JSON value.
enum JSON {
  /// Members in the order given.
  case object([(String, JSON)])
  /// Elements in the order given.
  case array([JSON])
  /// A text.
  case string(String)
  /// A secret that is UTF-8, as a text.
  case secret(Secret)
  /// A whole number.
  case number(Int64)
  /// True or false.
  case bool(Bool)
  /// Nothing.
  case null

  /// Writes the value, indented, and a newline.
  ///
  /// - Parameter sink: is handed the bytes, part by part.
  /// - Throws: `notText` for a secret that is no UTF-8, or what the sink throws.
  func write(to sink: (UnsafeRawBufferPointer) throws(ConsoleError) -> Void) throws(ConsoleError) {
    // Before the first byte, since half a value is none.
    guard isText else { throw .notText }
    var buffer: [UInt8] = []
    try write(&buffer, indent: 0, sink)
    buffer.append(UInt8(ascii: "\n"))
    try Self.flush(&buffer, sink)
  }

  private var isText: Bool {
    switch self {
    case .object(let members): members.allSatisfy(\.1.isText)
    case .array(let elements): elements.allSatisfy(\.isText)
    case .secret(let secret):
      secret.withBytes { bytes in
        bytes.withUnsafeBytes {
          (try? UTF8Span(validating: $0.bindMemory(to: UInt8.self).span)) != nil
        }
      }
    case .string, .number, .bool, .null: true
    }
  }

  private typealias Sink = (UnsafeRawBufferPointer) throws(ConsoleError) -> Void

  private func write(
    _ buffer: inout [UInt8], indent: Int, _ sink: Sink
  ) throws(ConsoleError) {
    switch self {
    case .object(let members):
      try Self.writeList(members, between: "{}", &buffer, indent, sink) {
        member, buffer throws(ConsoleError) in
        try JSON.string(member.0).write(&buffer, indent: 0, sink)
        buffer += ": ".utf8
        try member.1.write(&buffer, indent: indent + 2, sink)
      }
    case .array(let elements):
      try Self.writeList(elements, between: "[]", &buffer, indent, sink) {
        element, buffer throws(ConsoleError) in
        try element.write(&buffer, indent: indent + 2, sink)
      }
    case .string(let text):
      buffer.append(UInt8(ascii: "\""))
      text.utf8Span.span.bytes.withUnsafeBytes { bytes in
        Self.escape(bytes) { buffer += $0 }
      }
      buffer.append(UInt8(ascii: "\""))
    case .secret(let secret):
      try Self.write(secret, &buffer, sink)
    case .number(let number): buffer += String(number).utf8
    case .bool(let bool): buffer += String(bool).utf8
    case .null: buffer += "null".utf8
    }
  }

  private static func writeList<Element>(
    _ elements: [Element], between brackets: StaticString, _ buffer: inout [UInt8], _ indent: Int,
    _ sink: Sink, _ body: (Element, inout [UInt8]) throws(ConsoleError) -> Void
  ) throws(ConsoleError) {
    buffer.append(brackets.utf8Start[0])
    for (index, element) in elements.enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      buffer += "\n\(String(repeating: " ", count: indent + 2))".utf8
      try body(element, &buffer)
    }
    if !elements.isEmpty { buffer += "\n\(String(repeating: " ", count: indent))".utf8 }
    buffer.append(brackets.utf8Start[1])
  }

  private static func write(
    _ secret: Secret, _ buffer: inout [UInt8], _ sink: Sink
  ) throws(ConsoleError) {
    buffer.append(UInt8(ascii: "\""))
    try flush(&buffer, sink)
    try secret.withBytes { bytes throws(ConsoleError) in
      try bytes.withUnsafeBytes { bytes throws(ConsoleError) in
        try escape(bytes, to: sink)
      }
    }
    buffer.append(UInt8(ascii: "\""))
  }

  private static func flush(_ buffer: inout [UInt8], _ sink: Sink) throws(ConsoleError) {
    try buffer.span.bytes.withUnsafeBytes(sink)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Hands out UTF-8 text with everything escaped that JSON, or a terminal, would take otherwise.
  private static func escape<E: Error>(
    _ bytes: UnsafeRawBufferPointer, to sink: (UnsafeRawBufferPointer) throws(E) -> Void
  ) throws(E) {
    var start = 0
    var index = 0
    while index < bytes.count {
      guard let (scalar, length) = special(bytes, at: index) else {
        index += 1
        continue
      }
      if start < index { try sink(UnsafeRawBufferPointer(rebasing: bytes[start..<index])) }
      let escape = Array(spelling(of: scalar).utf8)
      try escape.span.bytes.withUnsafeBytes(sink)
      index += length
      start = index
    }
    if start < index { try sink(UnsafeRawBufferPointer(rebasing: bytes[start..<index])) }
  }

  /// The character at an offset and its length in bytes, where it must be escaped.
  private static func special(
    _ bytes: UnsafeRawBufferPointer, at index: Int
  ) -> (scalar: UInt32, length: Int)? {
    let byte = UInt32(bytes[index])
    func next(_ offset: Int) -> UInt32 {
      index + offset < bytes.count ? UInt32(bytes[index + offset]) : 0
    }
    switch byte {
    case 0..<0x20, 0x22, 0x5C, 0x7F: return (byte, 1)
    // U+0080 to U+009F, the C1 controls.
    case 0xC2 where (0x80...0x9F).contains(next(1)): return (next(1), 2)
    // U+061C, and the other characters that change the direction or the line.
    case 0xD8 where next(1) == 0x9C: return (0x61C, 2)
    case 0xE2 where next(1) == 0x80 || next(1) == 0x81:
      let scalar = 0x2000 + (next(1) & 1) << 6 + next(2) & 0x3F
      switch scalar {
      case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: return (scalar, 3)
      default: return nil
      }
    default: return nil
    }
  }

  private static func spelling(of scalar: UInt32) -> String {
    switch scalar {
    case 0x22: return "\\\""
    case 0x5C: return "\\\\"
    case 0x08: return "\\b"
    case 0x09: return "\\t"
    case 0x0A: return "\\n"
    case 0x0C: return "\\f"
    case 0x0D: return "\\r"
    default:
      let digits = String(scalar, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int64) { self = .number(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(nilLiteral: ()) { self = .null }
  init(arrayLiteral elements: JSON...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements) }
}
