// `.gitignore` and `.gitattributes` belong to people: lines are added that are missing, and nothing
// else of them is touched.

/// A file of lines as git reads them.
struct LineFile {
  private let old: [UInt8]

  /// Takes a file's bytes; nil for none.
  init(_ old: [UInt8]?) { self.old = old ?? [] }

  /// The bytes with the lines behind them that are missing.
  ///
  /// A line that takes the same pattern back (`!.env`) is someone's decision, and counts as there.
  ///
  /// - Parameter wanted: lines without their ends.
  /// - Returns: the same bytes where none is missing.
  func adding(_ wanted: [String]) -> [UInt8] {
    let present = Set(old.split(separator: Self.lineFeed).map(Self.line))
    let missing = wanted.filter { !present.contains($0) && !present.contains("!\($0)") }
    guard !missing.isEmpty else { return old }
    let end: [UInt8] = hasCarriageReturns ? [0x0D, Self.lineFeed] : [Self.lineFeed]
    var new = old
    if let last = old.last, last != Self.lineFeed { new += end }
    for line in missing { new += Array(line.utf8) + end }
    return new
  }

  private static let lineFeed: UInt8 = 0x0A

  /// Whether the first line, after which the others are made, ends as Windows has it.
  private var hasCarriageReturns: Bool {
    guard let feed = old.firstIndex(of: Self.lineFeed), feed > 0 else { return false }
    return old[feed - 1] == 0x0D
  }

  // git passes over blanks at a pattern's end.
  private static func line(_ bytes: ArraySlice<UInt8>) -> String {
    var bytes = bytes
    while let last = bytes.last, [0x0D, 0x20, 0x09].contains(last) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
