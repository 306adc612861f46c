// What a dotenv or JSON text says: names, and where in the text each value lies. The values stay
// where they are until the caller decodes one into memory of its own.

/// The formats in which values come and go.
public enum InterchangeFormat: String, CaseIterable, Sendable {
  /// `NAME=value` lines, as dotenv libraries read them.
  case dotenv
  /// One flat object of RFC 8259.
  case json
  /// One flat mapping of strings, for YAML 1.1 and 1.2; written only.
  case yaml
  /// `export NAME='value'` lines for a POSIX shell; written only.
  case shell
  /// `NAME=value` lines without any quoting, for `docker run --env-file`; written only.
  case docker
}

/// A dotenv or JSON text, taken apart.
///
/// Offsets in it count from the text's first byte; whoever decodes a value hands in that same text.
public struct ParsedText: Sendable {
  /// A line, or a multi-line assignment.
  public enum Item: Equatable, Sendable {
    /// A name and its value.
    case assignment(Assignment)
    /// A line that is a comment.
    case comment(Comment)
    /// A line `# [role ROLE]`, where asked for.
    case section(role: String, line: Int)
    /// An empty line.
    case blank(line: Int)
  }

  /// All that was understood, in the text's order.
  public let items: [Item]
  /// All that was not, in the text's order; where there is any, nothing should be taken over.
  public let refusals: [DotenvError]

  /// Reads dotenv.
  ///
  /// - Parameters:
  ///   - text: the file's bytes.
  ///   - sections: whether `# [role ROLE]` divides the text, as in the editor, or is a comment.
  public init(dotenv text: RawSpan, sections: Bool = false) {
    var parser = DotenvParser(sections: sections)
    parser.parse(text)
    (items, refusals) = (parser.items, parser.refusals)
  }

  /// Reads a JSON object whose values are strings, numbers, `true`, `false` or `null`.
  public init(json text: RawSpan) {
    var parser = JSONParser()
    parser.parse(text)
    (items, refusals) = (parser.items, parser.refusals)
  }

  /// Reads either: JSON where the first byte that is not white space is `{`, else dotenv.
  public init(detecting text: RawSpan) {
    if InterchangeFormat.detected(in: text) == .json {
      self.init(json: text)
    } else {
      self.init(dotenv: text)
    }
  }

  /// Every assignment, in the text's order.
  public var assignments: [Assignment] {
    items.compactMap { item in
      guard case .assignment(let assignment) = item else { return nil }
      return assignment
    }
  }

  /// The assignments that hold: the last of those with one name in one section.
  public var effective: [Assignment] { split().effective }

  /// The assignments that do not hold, since a later one has their name.
  public var overridden: [Assignment] { split().overridden }

  private struct Key: Hashable {
    let role: String?
    let name: String
  }

  private func split() -> (effective: [Assignment], overridden: [Assignment]) {
    let all = assignments
    var last: [Key: Int] = [:]
    for (index, assignment) in all.enumerated() {
      last[Key(role: assignment.role, name: assignment.name)] = index
    }
    var effective: [Assignment] = []
    var overridden: [Assignment] = []
    for (index, assignment) in all.enumerated() {
      if last[Key(role: assignment.role, name: assignment.name)] == index {
        effective.append(assignment)
      } else {
        overridden.append(assignment)
      }
    }
    return (effective, overridden)
  }
}

extension InterchangeFormat {
  /// The format a text seems to have: JSON where it begins with `{`, else dotenv.
  public static func detected(in text: RawSpan) -> InterchangeFormat {
    let start = text.has("\u{feff}", at: 0) ? 3 : 0
    let first = text.first(from: start) { !$0.isBlank && !$0.isLineEnd }
    return text.byte(first) == UInt8(ascii: "{") ? .json : .dotenv
  }
}
