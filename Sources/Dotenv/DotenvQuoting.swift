// How a value is quoted in dotenv. The libraries differ in what they undo (docs/dotenv.md), so for
// others' reading a quoting is chosen that as many as possible read alike: python-dotenv and this
// target always, node-dotenv wherever there is such a quoting.

/// A way to write a value in dotenv.
enum DotenvQuoting {
  /// As it is.
  case bare
  /// In `'…'`, nothing escaped.
  case single
  /// In `"…"`; only CR is escaped, and what is in it means nothing to any reader.
  case double
  /// In `"…"`, with every backslash and quote escaped: not what node-dotenv undoes.
  case escaped
  /// In `"…"`: a template, whose references stay references.
  case template

  /// What keeps a value from being read back by others.
  static func obstacle(_ value: RawSpan) -> Obstacle? {
    if let obstacle = textObstacle(value) { return obstacle }
    if isInterpolated(value) { return .interpolated }
    return forEveryReader(value) == nil ? .endsInBackslash : nil
  }

  /// What keeps a value from being text at all.
  static func textObstacle(_ value: RawSpan) -> Obstacle? {
    if value.hasNUL { return .nul }
    return value.firstNotUTF8(in: 0..<value.byteCount) == nil ? nil : .notUTF8
  }

  /// The quoting for python-dotenv and for us, and if possible for node-dotenv.
  static func forEveryReader(_ value: RawSpan) -> DotenvQuoting? {
    if isPlain(value) { return .bare }
    if isVerbatimInSingle(value) { return .single }
    if isVerbatimInDouble(value) { return .double }
    if isVerbatimBare(value) { return .bare }
    // Before the closing quote python-dotenv takes `\\"` for an escaped quote.
    return value.byte(value.byteCount - 1) == .backslash ? nil : .escaped
  }

  /// The quoting for our own reader.
  static func forOurReader(_ value: RawSpan) -> DotenvQuoting {
    if isPlain(value) { return .bare }
    let special = value.first(from: 0) { $0 == .singleQuote || $0 == .cr }
    let endsInBackslash = value.byte(value.byteCount - 1) == .backslash
    return special == value.byteCount && !endsInBackslash ? .single : .escaped
  }

  /// Writes the value so quoted.
  func write(_ value: RawSpan, _ sink: (RawSpan) -> Void) {
    switch self {
    case .bare: value.write(to: sink) { _, _ in nil }
    case .single:
      "'".write(to: sink)
      value.write(to: sink) { _, _ in nil }
      "'".write(to: sink)
    case .double, .escaped, .template:
      "\"".write(to: sink)
      var isSecondDollar = false
      value.write(to: sink) { offset, byte in
        guard self == .template, byte == .dollar else {
          return escape(byte, at: offset, of: value)
        }
        // In a template `$$` is one `$`, and becomes `\$`: the first turns into the backslash.
        isSecondDollar = !isSecondDollar && value.byte(offset + 1) == .dollar
        return isSecondDollar ? "\\" : nil
      }
      "\"".write(to: sink)
    }
  }

  private func escape(_ byte: UInt8, at offset: Int, of value: RawSpan) -> StaticString? {
    switch (byte, self) {
    case (.cr, _): "\\r"
    case (.backslash, .escaped), (.backslash, .template): "\\\\"
    case (.doubleQuote, .escaped), (.doubleQuote, .template): "\\\""
    case (.dollar, .escaped):
      value.reference(at: offset, before: value.byteCount) == nil ? nil : "\\$"
    default: nil
    }
  }

  // MARK: What the readers do

  /// Whether no reader, and no shell, sees anything but letters in it.
  private static func isPlain(_ value: RawSpan) -> Bool {
    value.first(from: 0) { byte in
      switch byte {
      case UInt8(ascii: "+")...UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"),
        UInt8(ascii: "_"), UInt8(ascii: "%"):
        false
      default: !byte.isLetter
      }
    } == value.byteCount
  }

  /// python-dotenv undoes `\\` and `\'`; node-dotenv turns every CR of the file into LF.
  private static func isVerbatimInSingle(_ value: RawSpan) -> Bool {
    for offset in 0..<value.byteCount {
      switch value.byte(offset) {
      case .singleQuote, .cr: return false
      case .backslash:
        guard let next = value.byte(offset + 1), next != .backslash else { return false }
      default: break
      }
    }
    return true
  }

  /// Each reader undoes some escapes in double quotes: no backslash may stand before any of them.
  private static func isVerbatimInDouble(_ value: RawSpan) -> Bool {
    for offset in 0..<value.byteCount {
      switch value.byte(offset) {
      case .doubleQuote: return false
      case .backslash:
        guard let next = value.byte(offset + 1), next != .dollar, next != .cr,
          ValueUnit.escapes(next) == nil
        else { return false }
      default: break
      }
    }
    return true
  }

  /// Nothing is escaped without quotes; `#` and outer blanks are lost.
  private static func isVerbatimBare(_ value: RawSpan) -> Bool {
    guard let first = value.byte(0), first != 0x20, first != .singleQuote, first != .doubleQuote,
      first != .backtick, value.byte(value.byteCount - 1) != 0x20
    else { return false }
    return value.first(from: 0) { $0 < 0x20 || $0 > 0x7e || $0 == .hash } == value.byteCount
  }

  /// Whether python-dotenv would replace a part: `${`, no `}` or `:`, then `}` or `:-…}`.
  private static func isInterpolated(_ value: RawSpan) -> Bool {
    var offset = 0
    while offset < value.byteCount {
      guard value.has("${", at: offset) else {
        offset += 1
        continue
      }
      offset = value.first(from: offset + 2) {
        $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: ":")
      }
      if value.byte(offset) == UInt8(ascii: "}") { return true }
      if value.has(":-", at: offset) {
        return value.first(from: offset) { $0 == UInt8(ascii: "}") } < value.byteCount
      }
    }
    return false
  }
}
