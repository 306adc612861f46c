// A merge is judged, but a person has the files of one side before them.

/// Where lines of some files stand in other files.
final class LinePlaces {
  private let files: [String: [UInt8]]
  private let others: [String: [UInt8]]
  /// By file, for each of its lines; made for the files that are asked about.
  private var known: [String: [Int?]] = [:]

  /// - Parameters:
  ///   - files: whose lines are looked for, by name.
  ///   - others: the files to find them in.
  init(of files: [String: [UInt8]], in others: [String: [UInt8]]) {
    self.files = files
    self.others = others
  }

  /// Where a line stands in the other file of the same name.
  ///
  /// - Parameters:
  ///   - line: its number, from 1.
  ///   - file: the file's name.
  /// - Returns: its number there; nil where it does not stand there.
  func place(of line: Int, in file: String) -> Int? {
    let places = known[file] ?? places(in: file)
    known[file] = places
    return places.indices.contains(line - 1) ? places[line - 1] : nil
  }

  private func places(in file: String) -> [Int?] {
    let others = Self.lines(others[file]).enumerated().map { ($1, $0 + 1) }
    let numbers = Dictionary(others) { first, _ in first }
    return Self.lines(files[file]).map { numbers[$0] }
  }

  private static func lines(_ bytes: [UInt8]?) -> [ArraySlice<UInt8>] {
    (bytes ?? []).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }
}
