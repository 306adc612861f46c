// Names, labels and reasons come from a repository, and so from whoever could write to it: none of
// them may move a terminal's cursor or turn the order of what is read.

/// The text with every character spelt out that would not show as itself.
func escaped(_ text: some StringProtocol) -> String {
  guard text.unicodeScalars.contains(where: \.isUnseen) else { return String(text) }
  var shown = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\n": shown += "\\n"
    case "\r": shown += "\\r"
    case "\t": shown += "\\t"
    case _ where scalar.isUnseen: shown += "\\u{\(String(scalar.value, radix: 16))}"
    default: shown.unicodeScalars.append(scalar)
    }
  }
  return shown
}

/// Several lines, each escaped: for messages whose parts should have been.
func escapedLines(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped($0) }
    .joined(separator: "\n")
}

extension Unicode.Scalar {
  /// Controls of old (C0, DEL, C1), and the format characters: direction, joiners, tags.
  fileprivate var isUnseen: Bool {
    if isASCII { return value < 0x20 || value == 0x7F }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }

  /// How many columns it takes, as nearly as tables need it.
  fileprivate var columns: Int {
    if isASCII { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

/// How many columns a text takes at a terminal.
func columns(of text: String) -> Int {
  text.unicodeScalars.reduce(0) { $0 + $1.columns }
}
