// What is wrong in a dotenv or JSON text, and what an import leaves out. The text of a refused line
// is never shown: it may be the inside of a private key.

internal import Dotenv
internal import Vault

extension DotenvError {
  /// Where it is; nil where it is about the whole text or no text at all.
  var place: Place? {
    switch self {
    case .badName(let place), .nameTooLong(let place), .missingEquals(let place),
      .badSection(let place), .unterminatedQuote(let place, _), .textAfterQuote(let place, _, _),
      .notUTF8(let place, _), .nul(let place, _), .json(_, let place, _):
      place
    case .utf16, .cannotCarry: nil
    }
  }

  /// The name that is concerned, where it was read.
  var name: String? {
    switch self {
    case .unterminatedQuote(_, let name), .textAfterQuote(_, let name, _), .notUTF8(_, let name),
      .nul(_, let name), .cannotCarry(let name, _, _):
      name
    case .json(_, _, let name): name
    case .badName, .nameTooLong, .missingEquals, .badSection, .utf16: nil
    }
  }

  /// What is wrong, with the line and column of a text.
  func sentence(in source: String) -> String {
    let place = place.map { "\(source):\($0.line):\($0.column): " } ?? "\(source): "
    switch self {
    case .cannotCarry(let name, let format, let obstacle):
      return "`\(name)` \(obstacle.words(format))"
    default: return place + words
    }
  }

  /// What is wrong, without the place; empty where it is a value that cannot be written.
  var words: String {
    switch self {
    case .badName: "a name has letters, digits and `_` only, and does not begin with a digit"
    case .nameTooLong: "the name has more than 255 characters"
    case .missingEquals: "no `=` follows the name"
    case .unterminatedQuote(_, let name): "the quote of `\(name)` is not closed before the end"
    case .textAfterQuote(_, let name, _): "behind the closing quote of `\(name)` stands more"
    case .notUTF8(_, let name): "`\(name)` is not UTF-8"
    case .nul(_, let name): "`\(name)` holds a NUL byte"
    case .utf16: "it is UTF-16, as PowerShell's `>` writes it; save it as UTF-8"
    case .badSection: "a section begins with a line like `# [role billing]`"
    case .json(let fault, _, let name): (name.map { "`\($0)`: " } ?? "") + fault.words
    case .cannotCarry: ""
    }
  }
}

extension JSONFault {
  fileprivate var words: String {
    switch self {
    case .notAnObject: "the JSON is not an object"
    case .endsEarly: "the JSON ends too early"
    case .unexpectedByte: "this is not JSON"
    case .controlCharacter: "a control character stands in a string without being escaped"
    case .badEscape: "a backslash begins no escape"
    case .loneSurrogate: "half of a surrogate pair stands for no character"
    case .badNumber: "this is no number of JSON"
    case .nested: "an object or array is no value; the JSON must be flat"
    }
  }
}

extension Obstacle {
  fileprivate func words(_ format: InterchangeFormat) -> String {
    switch self {
    case .nul: "holds a NUL byte, which \(format.rawValue) cannot"
    case .notUTF8: "is not UTF-8, which \(format.rawValue) must be"
    case .interpolated: "holds `${…}`, which readers of dotenv would expand; take --format json"
    case .endsInBackslash:
      "ends in a backslash, which readers of dotenv would not give back; take --format json"
    case .comment: "has a comment that is not plain text"
    case .lineEnd:
      "has several lines, which docker's env file cannot hold; take --format json, or hand it over "
        + "as a file"
    case .endsInCR: "ends in a carriage return, which docker's env file would lose"
    case .quoted:
      "begins and ends in the same quote, which some readers of docker's env file take away"
    case .tooLong: "is longer than the 64 KiB of a line that docker takes"
    }
  }
}

extension Refusal {
  init(dotenv error: DotenvError) {
    self.init(
      error.sentence(in: "the text"), hint: "mend the line, then try again", .usage)
  }

  /// Lines that an import does not take, all of them.
  ///
  /// - Parameters:
  ///   - refusals: the sentences.
  ///   - source: the text's name.
  ///   - command: the command that leaves them out; nil where some must be mended.
  /// - Returns: the refusal.
  static func linesRefused(_ refusals: [String], source: String, command: String?) -> Refusal {
    var refusal = Refusal(
      refusals.count == 1
        ? "1 line of \(source) was refused; nothing was changed"
        : "\(refusals.count) lines of \(source) were refused; nothing was changed",
      hint: command.map { "to leave \(refusals.count == 1 ? "it" : "them") out: \($0)" }
        ?? "mend the text where it breaks off, then try again", .usage)
    refusal.others = refusals.map { ($0, nil) }
    return refusal
  }

  static func exceptsNothing(_ words: [String], source: String) -> Refusal {
    let list = words.map { "`\($0)`" }.joined(separator: ", ")
    return Refusal(
      "--except \(list): there is no such name or refused line in \(source)",
      hint: "give names, or the numbers of refused lines: --except API_KEY 12 20-31", .usage)
  }

  static func dangerousLine(_ name: String, at place: Place, of source: String) -> String {
    "\(source):\(place.line):\(place.column): \(dangerousName(name).message)"
  }

  static func largeLine(_ name: String, at place: Place, of source: String) -> String {
    "\(source):\(place.line):\(place.column): `\(name)` has more than 1 MiB"
  }

  static func tornBlock(_ name: String, at place: Place, of source: String) -> String {
    "\(source):\(place.line):\(place.column): `\(name)` begins a key of several lines, which needs "
      + "quotes round the whole of it"
  }

  static func nothingToImport(_ source: String) -> Refusal {
    Refusal(
      "\(source) holds no names", hint: "it takes lines like NAME=value, or one flat JSON object",
      .found)
  }
}

// What is taken, but may have been meant otherwise.

extension Assignment {
  /// The warnings that a reader of other programs deserves.
  func warnings(in source: String) -> [String] {
    let place = "\(source):\(place.line): `\(name)`"
    var warnings: [String] = []
    if doubts.contains(.hashEndsValue) {
      warnings.append(
        "\(place) ends before a `#` that other readers keep; quote the value if it belongs to it")
    }
    if doubts.contains(.escapeDecoded) {
      warnings.append("\(place) has an escape that was undone, which node-dotenv would keep")
    }
    if doubts.contains(.expansionIgnored) {
      warnings.append(
        "\(place) has a `$(…)` or `${…}` that is kept as text, and never run or expanded")
    }
    return warnings
  }

  func overriddenWarning(in source: String) -> String {
    "\(source):\(place.line): `\(name)` stands again further down, and the last one holds"
  }

  func literalWarning(_ reference: String, in source: String) -> String {
    "\(source):\(place.line): `\(name)` uses `${\(reference)}`, which is not in the role: "
      + "kept as text"
  }

  func selfWarning(in source: String) -> String {
    "\(source):\(place.line): `\(name)` uses itself: `${\(name)}` is kept as text"
  }

  func commentWarning(in source: String) -> String {
    "\(source):\(place.line): the comment above `\(name)` is too long or no UTF-8, and is left out"
  }
}
