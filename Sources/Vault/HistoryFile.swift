// One version of a file as lines, and what a change did to them. Versions differ in a few lines of
// many, so what stands alike at both ends is passed over before any line is looked for.

internal import Glibc

/// A version of team.keys or of a sealed file.
public final class HistoryFile {
  /// What tells these contents from others: git's name of them.
  public let contents: String
  let bytes: [UInt8]
  /// Where the lines lie that are not empty, the header first.
  let lines: [Range<Int>]
  /// Whether the file has more bytes than its kind may have, and was not read.
  let isTooLarge: Bool

  /// Takes a version's bytes; nil for more than its kind may have.
  public init(contents: String, bytes: [UInt8]?) {
    self.contents = contents
    self.bytes = bytes ?? []
    isTooLarge = bytes == nil
    var lines: [Range<Int>] = []
    self.bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      var start = 0
      while start < buffer.count {
        let found = memchr(base + start, 10, buffer.count - start)
        let end = found.map { base.distance(to: UnsafeRawPointer($0)) } ?? buffer.count
        if end > start { lines.append(start..<end) }
        start = end + 1
      }
    }
    self.lines = lines
  }

  func text(_ line: Range<Int>) -> ArraySlice<UInt8> { bytes[line] }

  /// A line's number in the file, from 1.
  func number(of line: Range<Int>) -> Int { numbers[line.lowerBound] ?? 1 }

  /// The numbers of the lines by where they begin: counted once, since each of many may be told.
  private lazy var numbers: [Int: Int] = {
    var numbers: [Int: Int] = [:]
    var (number, place) = (1, 0)
    for line in lines {
      // Empty lines alone stand between.
      number += line.lowerBound - place
      numbers[line.lowerBound] = number
      place = line.upperBound
    }
    return numbers
  }()

  /// Whether the first line is this text.
  func begins(with header: [UInt8]) -> Bool {
    guard let first = lines.first, first.lowerBound == 0 else { return false }
    return bytes[first].elementsEqual(header)
  }

  var endsInLineFeed: Bool { bytes.last == 10 }

  /// The lines that another version lacks.
  ///
  /// - Parameter other: the other version; nil where there is none.
  /// - Returns: where they lie in this one.
  func lines(missingIn other: HistoryFile?) -> [Range<Int>] {
    guard let other, other !== self else { return other == nil ? lines : [] }
    let isSame = { (one: Range<Int>, two: Range<Int>) in
      one.count == two.count
        && self.bytes.withUnsafeBytes { ours in
          other.bytes.withUnsafeBytes { theirs in
            guard let ours = ours.baseAddress, let theirs = theirs.baseAddress else { return true }
            return memcmp(ours + one.lowerBound, theirs + two.lowerBound, one.count) == 0
          }
        }
    }
    let shorter = min(lines.count, other.lines.count)
    var first = 0
    while first < shorter, isSame(lines[first], other.lines[first]) { first += 1 }
    var last = 0
    while last < shorter - first,
      isSame(lines[lines.count - 1 - last], other.lines[other.lines.count - 1 - last])
    { last += 1 }
    let changed = lines[first..<(lines.count - last)]
    if changed.isEmpty { return [] }
    // One that moved, or stands there twice, is missing nowhere.
    if changed.count <= 16 {
      return changed.filter { line in !other.lines.contains { isSame(line, $0) } }
    }
    let known = Set(other.lines.map { LineMark(other.text($0)) })
    return changed.filter { !known.contains(LineMark(text($0))) }
  }
}

/// What a commit did to one file, against all of its parents.
struct LineChanges {
  /// A line of a parent's version that the new one lacks.
  struct Gone {
    let file: HistoryFile
    let line: Range<Int>
    let mark: LineMark
  }

  /// The file's name.
  let name: String
  /// The version now; nil where the file is not there.
  let new: HistoryFile?
  let old: [HistoryFile?]
  /// Lines that no parent has: of a merge that unites, none.
  let added: [Range<Int>]
  /// Lines that a parent has, each once.
  let gone: [Gone]

  /// Compares versions.
  ///
  /// - Parameters:
  ///   - name: the file's name.
  ///   - new: the version now.
  ///   - old: each parent's version; none for a first commit.
  init(_ name: String, _ new: HistoryFile?, against old: [HistoryFile?]) {
    self.name = name
    self.new = new
    self.old = old
    var added: [Range<Int>]?
    for parent in old {
      let missing = new?.lines(missingIn: parent) ?? []
      added =
        added.map { known in
          let here = Set(missing.map(\.lowerBound))
          return known.filter { here.contains($0.lowerBound) }
        } ?? missing
    }
    self.added = added ?? new?.lines ?? []
    var seen: Set<LineMark> = []
    var gone: [Gone] = []
    for parent in old {
      guard let parent, let new else { continue }
      for line in parent.lines(missingIn: new) {
        let mark = LineMark(parent.text(line))
        if seen.insert(mark).inserted { gone.append(Gone(file: parent, line: line, mark: mark)) }
      }
    }
    self.gone = gone
  }

  /// Whether the file is as every parent has it.
  var isNothing: Bool {
    !old.isEmpty && old.allSatisfy { $0?.contents == new?.contents }
  }
}
