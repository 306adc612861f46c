// A text to be imported: taken apart, and held against what no environment takes. Everything that
// is wrong is said in one go; the values stay where they were read to.

internal import Dotenv
internal import Sealing
internal import Vault

/// What an import leaves out: a name, or refused lines by their number.
enum ImportException: Equatable {
  case name(String)
  case lines(ClosedRange<Int>)

  /// Reads `NAME`, `12` or `12-31`; whatever is no number is a name.
  init(_ word: String) {
    let ends = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      .map { Int($0) }
    if let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last {
      self = .lines(first...last)
    } else {
      self = .name(word)
    }
  }
}

/// The names and values of a dotenv or JSON text.
struct ImportText {
  /// The text.
  let text: Secret
  /// How it is called in messages: its path, or standard input.
  let source: String
  /// What is taken, in the text's order; each name once.
  let assignments: [Assignment]
  /// What may have been meant otherwise.
  private(set) var warnings: [String] = []

  private struct Problem {
    let message: String
    /// What `--except` takes for it; nil where the text must be mended.
    let exception: ImportException?
  }

  /// Takes a text apart.
  ///
  /// - Parameters:
  ///   - text: dotenv, or a flat JSON object.
  ///   - source: how it is called in messages.
  ///   - except: what is left out.
  ///   - command: the same command with more to be left out.
  /// - Throws: `Refusal` with every line that is not taken.
  init(
    _ text: Secret, source: String, except: [String], command: (_ except: [String]) -> String
  ) throws(Refusal) {
    let parsed = text.withBytes { ParsedText(detecting: $0) }
    let exceptions = except.map(ImportException.init)
    self.text = text
    self.source = source
    var idle = Set(except.indices)
    func isExcepted(_ name: String?, _ line: Int?) -> Bool {
      let index = exceptions.firstIndex { exception in
        switch exception {
        case .name(let excepted): excepted == name
        case .lines(let lines): line.map(lines.contains) ?? false
        }
      }
      if let index { idle.remove(index) }
      return index != nil
    }
    var problems: [Problem] = []
    for error in parsed.refusals {
      let exception = error.exception
      if exception != nil, isExcepted(error.name, error.place?.line) { continue }
      problems.append(Problem(message: error.sentence(in: source), exception: exception))
    }
    var taken: [Assignment] = []
    for assignment in parsed.effective where !isExcepted(assignment.name, nil) {
      let isTorn = text.withBytes { assignment.beginsBlockOnly(in: $0) }
      if let message = Self.refusal(of: assignment, isTorn: isTorn, in: source) {
        problems.append(Problem(message: message, exception: .name(assignment.name)))
      } else {
        taken.append(assignment)
      }
    }
    // A name that stands twice is left out twice.
    for assignment in parsed.overridden { _ = isExcepted(assignment.name, nil) }
    guard problems.allSatisfy({ $0.exception != nil }) else {
      throw .linesRefused(problems.map(\.message), source: source, command: nil)
    }
    if !idle.isEmpty {
      throw .exceptsNothing(idle.sorted().map { except[$0] }, source: source)
    }
    guard problems.isEmpty else {
      let more = ImportException.words(problems.compactMap(\.exception))
      throw .linesRefused(
        problems.map(\.message), source: source, command: command(except + more))
    }
    assignments = taken
    let names = Set(taken.map(\.name))
    for assignment in parsed.overridden where names.contains(assignment.name) {
      warnings.append(assignment.overriddenWarning(in: source))
    }
    for assignment in taken {
      warnings += assignment.warnings(in: source)
      if assignment.noteCount > Payload.noteLimit || !assignment.comments.allSatisfy(\.isText) {
        warnings.append(assignment.commentWarning(in: source))
      }
    }
  }

  private static func refusal(
    of assignment: Assignment, isTorn: Bool, in source: String
  ) -> String? {
    if isTorn { return Refusal.tornBlock(assignment.name, at: assignment.place, of: source) }
    if DangerousNames.contains(assignment.name) {
      return Refusal.dangerousLine(assignment.name, at: assignment.place, of: source)
    }
    if assignment.valueCount > Payload.valueLimit {
      return Refusal.largeLine(assignment.name, at: assignment.place, of: source)
    }
    return nil
  }
}

extension DotenvError {
  /// What `--except` takes for it; nil where nothing behind it was read.
  fileprivate var exception: ImportException? {
    switch self {
    case .badName(let place), .nameTooLong(let place), .missingEquals(let place),
      .badSection(let place):
      return .lines(place.line...place.line)
    case .textAfterQuote(_, let name, _), .notUTF8(_, let name), .nul(_, let name),
      .cannotCarry(let name, _, _):
      return .name(name)
    case .json(let fault, _, let name?) where fault == .nested || fault == .loneSurrogate:
      return .name(name)
    case .unterminatedQuote, .utf16, .json: return nil
    }
  }
}

extension ImportException {
  /// The words for `--except`: names as they come, lines in order, neighbours as one.
  fileprivate static func words(_ exceptions: [ImportException]) -> [String] {
    var words: [String] = []
    var lines: [ClosedRange<Int>] = []
    for exception in exceptions {
      switch exception {
      case .name(let name): if !words.contains(name) { words.append(name) }
      case .lines(let range):
        if let last = lines.last, range.lowerBound <= last.upperBound + 1 {
          lines[lines.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
        } else {
          lines.append(range)
        }
      }
    }
    return words
      + lines.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
  }
}
