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
  func text(for terminal: Terminal) -> String {
    guard terminal.isTerminal else {
      return rows.map { "\($0.joined(separator: "\t"))\n" }.joined()
    }
    let lines = [headings] + rows
    let widths = headings.indices.map { column in
      lines.reduce(0) { max($0, columns(of: $1[column])) }
    }
    return lines.map { fields in
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
      return "\(line)\n"
    }.joined()
  }
}
