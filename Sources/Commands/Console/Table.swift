// Rows for people in aligned columns, for programs with one tab between two fields.

/// Rows of text under headings.
struct Table: Equatable, Sendable {
  private let headings: [String]
  private var rows: [[String]] = []

  /// Starts a table without rows.
  init(_ headings: String...) { self.headings = headings }

  /// Whether there are no rows.
  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row, with as many fields as there are headings.
  mutating func add(_ fields: String...) {
    precondition(fields.count == headings.count)
    rows.append(fields.map { escaped($0) })
  }

  /// The whole table, with a newline after every line.
  ///
  /// What does not fit into a terminal's width stands in full below its row, indented: a
  /// fingerprint that is cut is none.
  func text(for terminal: Terminal) -> String {
    guard terminal.isTerminal else {
      return rows.map { "\($0.joined(separator: "\t"))\n" }.joined()
    }
    let lines = [headings] + rows
    let widths = headings.indices.map { column in
      lines.reduce(0) { max($0, columns(of: $1[column])) }
    }
    var count = widths.count
    while count > 1, widths[..<count].reduce(2 * (count - 1), +) > terminal.width { count -= 1 }
    return lines.map { fields in
      let rest = Self.folded(fields[count...], width: terminal.width)
      return ([Self.aligned(fields[..<count], widths)] + rest).map { "\($0)\n" }.joined()
    }.joined()
  }

  private static func aligned(_ fields: ArraySlice<String>, _ widths: [Int]) -> String {
    var line = ""
    var gap = 0
    for (field, width) in zip(fields, widths) {
      // What fills up a field is written before the next one only, so that no line ends in it.
      if !field.isEmpty {
        line += String(repeating: " ", count: gap) + field
        gap = 0
      }
      gap += width - columns(of: field) + 2
    }
    return line
  }

  private static func folded(_ fields: ArraySlice<String>, width: Int) -> [String] {
    let indent = "    "
    var lines: [String] = []
    for field in fields where !field.isEmpty {
      for (index, word) in field.split(separator: " ").enumerated() {
        let gap = index == 0 ? "  " : " "
        if let last = lines.last, columns(of: last) + gap.count + columns(of: "\(word)") <= width {
          lines[lines.count - 1] += gap + word
        } else {
          lines.append(indent + word)
        }
      }
    }
    return lines
  }
}
