// What a stream is expected to hold: all of it, unless the test says otherwise.

/// The expected text of standard output or standard error.
enum Said: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// Exactly this.
  case exactly(String)
  /// This, where `⋯` stands for any text within a line: times, ids, fingerprints.
  case like(String)
  /// All of these, somewhere.
  case containing([String])
  /// Whatever it is: for what another test compares.
  case anything

  init(stringLiteral text: String) { self = .exactly(text) }

  func fits(_ text: String) -> Bool {
    switch self {
    case .exactly(let wanted): text == wanted
    case .like(let pattern): Said.fits(text, pattern)
    case .containing(let parts): parts.allSatisfy { text.contains($0) }
    case .anything: true
    }
  }

  private static func fits(_ text: String, _ pattern: String) -> Bool {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let wanted = pattern.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.count == wanted.count && zip(lines, wanted).allSatisfy { fitsLine($0, $1) }
  }

  private static func fitsLine(_ line: Substring, _ pattern: Substring) -> Bool {
    let parts = pattern.split(separator: "⋯", omittingEmptySubsequences: false)
    guard let first = parts.first, let last = parts.last, parts.count > 1 else {
      return line == pattern
    }
    guard line.hasPrefix(first), line.dropFirst(first.count).hasSuffix(last) else { return false }
    var rest = line.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
