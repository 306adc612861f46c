// format.md §4, templates: `${NAME}` from the same role, at most 16 deep, no cycles. Nothing is
// ever handed to a shell.

public import Sealing

/// Why a template does not expand.
public enum TemplateError: Error, Equatable, Sendable {
  /// A name that it uses is not in its role.
  case missing(template: String, name: String)
  /// A name that it uses cannot be opened.
  case closed(template: String, name: String)
  /// A name that it uses is a file.
  case file(template: String, name: String)
  /// It uses itself, through these.
  case cycle(template: String)
  /// More than 16 templates within each other.
  case tooDeep(template: String)
  /// More than 1 MiB in the end.
  case tooLong(template: String)
}

extension OpenEnvironment {
  private static let depthLimit = 16
  private static let useLimit = 1 << 16

  /// Expands a template.
  ///
  /// - Parameters:
  ///   - value: a value of kind template; any other is given back as it is.
  ///   - headroom: spare bytes to keep in front of the result.
  /// - Throws: `TemplateError`.
  /// - Returns: the text.
  public mutating func expand(_ value: OpenValue, headroom: Int = 0) throws(TemplateError) -> Secret
  {
    guard value.payload.kind == .template else { return value.payload.value }
    var pieces: [Secret] = []
    var count = 0
    var uses = 0
    try collect(value, path: [], into: &pieces, count: &count, uses: &uses)
    let result = makeRoom(count, headroom: headroom)
    result.withMutableBytes { target in
      var start = 0
      for piece in pieces {
        piece.withBytes { bytes in
          bytes.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(rebasing: target[start...]).copyMemory(from: $0)
          }
        }
        start += piece.count
      }
    }
    return result
  }

  private mutating func collect(
    _ value: OpenValue, path: [String], into pieces: inout [Secret], count: inout Int,
    uses: inout Int
  ) throws(TemplateError) {
    guard value.payload.kind == .template else {
      count += value.payload.value.count
      pieces.append(value.payload.value)
      if count > Payload.valueLimit { throw .tooLong(template: path.first ?? value.name) }
      return
    }
    if path.contains(value.name) { throw .cycle(template: value.name) }
    if path.count >= Self.depthLimit { throw .tooDeep(template: path[0]) }
    for piece in TemplatePiece.pieces(of: value.payload.value) {
      switch piece {
      case .literal(let range):
        count += range.count
        pieces.append(value.payload.value.part(range))
        if count > Payload.valueLimit { throw .tooLong(template: path.first ?? value.name) }
      case .name(let name):
        // Empty values within each other would take for ever and never grow too long.
        uses += 1
        if uses > Self.useLimit { throw .tooLong(template: path.first ?? value.name) }
        let used = try opened(name, by: value)
        try collect(used, path: path + [value.name], into: &pieces, count: &count, uses: &uses)
      }
    }
  }

  private mutating func opened(_ name: String, by template: OpenValue) throws(TemplateError)
    -> OpenValue
  {
    guard let secret = environment.secret(role: template.role, name: name) else {
      throw .missing(template: template.name, name: name)
    }
    if secret.refused == nil, environment.file.secrets[secret.record].isRemoved {
      throw .missing(template: template.name, name: name)
    }
    let value: OpenValue
    do throws(OpeningError) {
      value = try open(secret)
    } catch {
      throw .closed(template: template.name, name: name)
    }
    if value.payload.kind == .file { throw .file(template: template.name, name: name) }
    return value
  }
}

extension Payload {
  /// The names that a template uses, each once, in its order; none for any other kind.
  public var templateNames: [String] {
    guard kind == .template else { return [] }
    var names: [String] = []
    for case .name(let name) in TemplatePiece.pieces(of: value) where !names.contains(name) {
      names.append(name)
    }
    return names
  }
}

/// A piece of a template.
enum TemplatePiece: Equatable {
  /// These bytes stand for themselves.
  case literal(Range<Int>)
  /// `${NAME}`.
  case name(String)

  static func pieces(of template: Secret) -> [TemplatePiece] {
    template.withBytes { bytes in bytes.withUnsafeBytes { pieces(of: $0) } }
  }

  private static func pieces(of bytes: UnsafeRawBufferPointer) -> [TemplatePiece] {
    var pieces: [TemplatePiece] = []
    var start = 0
    var index = 0
    func flush(to end: Int) {
      if end > start { pieces.append(.literal(start..<end)) }
    }
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "$"), index + 1 < bytes.count else {
        index += 1
        continue
      }
      if bytes[index + 1] == UInt8(ascii: "$") {
        // `$$` is `$`: the first of both is the literal.
        flush(to: index + 1)
        index += 2
        start = index
      } else if let end = nameEnd(bytes, from: index) {
        flush(to: index)
        pieces.append(.name(String(decoding: bytes[(index + 2)..<end], as: UTF8.self)))
        index = end + 1
        start = index
      } else {
        index += 1
      }
    }
    flush(to: bytes.count)
    return pieces
  }

  /// Where the `}` of a `${NAME}` stands; nil where this `$` is itself.
  private static func nameEnd(_ bytes: UnsafeRawBufferPointer, from dollar: Int) -> Int? {
    guard bytes[dollar + 1] == UInt8(ascii: "{") else { return nil }
    var end = dollar + 2
    while end < bytes.count, bytes[end] != UInt8(ascii: "}") { end += 1 }
    guard end < bytes.count else { return nil }
    let name = UnsafeRawBufferPointer(rebasing: bytes[(dollar + 2)..<end])
    return name.withMemoryRebound(to: UInt8.self) { Text.isName($0) } ? end : nil
  }
}
