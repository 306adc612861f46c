// One name and where its value lies in the text, and the one way to the value's bytes: straight into
// memory that the caller gives.

/// How a value is written in a text.
public enum ValueStyle: Equatable, Sendable {
  /// Dotenv without quotes.
  case unquoted
  /// Dotenv in `'…'`: nothing is expanded.
  case singleQuoted
  /// Dotenv in `"…"`: with escapes.
  case doubleQuoted
  /// Dotenv in backticks: without escapes.
  case backtickQuoted
  /// A JSON string.
  case jsonString
  /// A JSON number, `true` or `false`; its text is the value.
  case jsonLiteral
  /// JSON's `null`, taken as an empty value.
  case jsonNull
}

/// What another reader may well understand otherwise, worth a warning.
public struct Doubts: OptionSet, Sendable {
  /// The flags.
  public let rawValue: UInt8

  /// Makes a set out of flags.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A `#` with no blank before it ended an unquoted value; most readers but node-dotenv keep it.
  public static let hashEndsValue = Doubts(rawValue: 1)
  /// An escape other than `\n` and `\r` was decoded; node-dotenv keeps it as it stands.
  public static let escapeDecoded = Doubts(rawValue: 2)
  /// A `${…}` that is no `${NAME}`, or a `$(…)`, was taken literally.
  public static let expansionIgnored = Doubts(rawValue: 4)
}

/// A comment in a dotenv text.
public struct Comment: Equatable, Sendable {
  /// The line it stands in.
  public let line: Int
  /// Where its words lie: without `#` and one blank behind it.
  public let range: Range<Int>
  /// Whether it is UTF-8 without NUL, and so can be kept with a secret.
  public let isText: Bool
}

/// A name with a value, at a place in a text.
public struct Assignment: Equatable, Sendable {
  /// The name.
  public let name: String
  /// The role of the section it stands in; nil outside any.
  public let role: String?
  /// Where the name begins.
  public let place: Place
  /// How the value is written.
  public let style: ValueStyle
  /// The exact size of the value in bytes.
  public let valueCount: Int
  /// What another reader may understand otherwise.
  public let doubts: Doubts
  /// The comment lines directly above, which belong to the name.
  public let comments: [Comment]
  /// The comment behind the value in the same line.
  public let inlineComment: Comment?

  /// Where the value lies in the text, without its quotes.
  let source: Range<Int>

  /// Decodes the value.
  ///
  /// - Parameters:
  ///   - text: the text that was read.
  ///   - memory: where the value goes; `valueCount` bytes or more.
  /// - Returns: how many bytes were written.
  @discardableResult
  public func decode(_ text: RawSpan, into memory: UnsafeMutableRawBufferPointer) -> Int {
    var target = ByteTarget(memory)
    ValueUnit.each(in: text, source, style) { unit in unit.put(text, into: &target) }
    return target.count
  }

  /// Whether the value is the first line of a PEM block (RFC 7468) alone, as without quotes round
  /// the whole of it.
  public func beginsBlockOnly(in text: RawSpan) -> Bool {
    guard style == .unquoted else { return false }
    return text.withUnsafeBytes { bytes in
      let value = UnsafeRawBufferPointer(rebasing: bytes[source])
      let end = Array("-----END ".utf8)
      return value.starts(with: "-----BEGIN ".utf8)
        && !value.indices.contains { value[$0...].starts(with: end) }
    }
  }

  /// The size of the comment above, its lines joined by LF.
  public var noteCount: Int {
    comments.reduce(max(0, comments.count - 1)) { $0 + $1.range.count }
  }

  /// Copies the comment above, its lines joined by LF.
  ///
  /// - Parameters:
  ///   - text: the text that was read.
  ///   - memory: where it goes; `noteCount` bytes or more.
  /// - Returns: how many bytes were written.
  @discardableResult
  public func decodeNote(_ text: RawSpan, into memory: UnsafeMutableRawBufferPointer) -> Int {
    var target = ByteTarget(memory)
    for (index, comment) in comments.enumerated() {
      if index > 0 { target.put(.lf) }
      target.put(text, comment.range)
    }
    return target.count
  }
}
