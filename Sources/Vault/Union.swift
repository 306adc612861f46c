// format.md §7: two branches' files united as sets of lines, as git's own `union` driver does; also
// where git was not told to use it, and left its conflict markers.

extension RecordText {
  /// The lines of both files, each once.
  ///
  /// - Returns: a file in no particular order, whose canonical form a writer makes.
  static func united(_ ours: [UInt8], _ theirs: [UInt8]) -> [UInt8] {
    var seen: Set<ArraySlice<UInt8>> = []
    var united: [UInt8] = []
    for line in ours.split(separator: 10) + theirs.split(separator: 10)
    where seen.insert(line).inserted {
      united += line
      united.append(10)
    }
    return united
  }
}

/// Files of one project united as sets of lines.
public enum LineUnion {
  /// What git's `union` driver makes of two branches.
  ///
  /// A line that one side has taken out, and the other has left alone, is gone. Where git may go
  /// either way, a line goes: it begins with any of several bases, and of a line that stood twice
  /// each side may have taken out another one.
  ///
  /// - Parameters:
  ///   - ours: one side.
  ///   - theirs: the other side.
  ///   - bases: what both began from; none unites all lines.
  /// - Returns: the lines of both; the header is that of `ours`.
  public static func merged(_ ours: [UInt8], _ theirs: [UInt8], bases: [[UInt8]]) -> [UInt8] {
    let united = RecordText.united(ours, theirs)
    if bases.isEmpty { return united }
    let (ours, theirs) = (counted(ours), counted(theirs))
    let begun = bases.map(counted)
    var merged: [UInt8] = []
    for (index, line) in united.split(separator: 10).enumerated() {
      let (own, other) = (ours[line] ?? 0, theirs[line] ?? 0)
      let isTakenOut = begun.contains { base in
        base[line].map { own == 0 || other == 0 || $0 >= own + other } ?? false
      }
      if isTakenOut, index > 0 { continue }
      merged += line
      merged.append(10)
    }
    return merged
  }

  private static func counted(_ bytes: [UInt8]) -> [ArraySlice<UInt8>: Int] {
    bytes.split(separator: 10).reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// Takes git's conflict markers out of a file, and keeps the lines of both sides.
  ///
  /// What `diff3` shows of the common ancestor is left out: either side has its lines, or has
  /// replaced them.
  ///
  /// - Parameter bytes: team.keys or a sealed file.
  /// - Returns: the file in its canonical form; nil where it has no markers.
  public static func withoutMarkers(_ bytes: [UInt8]) -> [UInt8]? {
    var header: ArraySlice<UInt8>?
    var kept: [ArraySlice<UInt8>] = []
    var hasMarkers = false
    var isAncestor = false
    for line in bytes.split(separator: 10) {
      switch Marker(line) {
      case .ours, .end:
        (hasMarkers, isAncestor) = (true, false)
      case .ancestor:
        (hasMarkers, isAncestor) = (true, true)
      case .theirs:
        (hasMarkers, isAncestor) = (true, false)
      case nil:
        if isAncestor { continue }
        if line == header { continue }
        if header == nil { header = line } else { kept.append(line) }
      }
    }
    guard hasMarkers, let header else { return nil }
    let isTeam = header.starts(with: "secrets/1 team ".utf8)
    return Draft(
      header: String(decoding: header, as: UTF8.self),
      kinds: isTeam ? TeamDraft.kinds : SealedDraft.kinds, lines: kept
    ).bytes
  }

  private enum Marker: String, CaseIterable {
    case ours = "<<<<<<<"
    case ancestor = "|||||||"
    case theirs = "======="
    case end = ">>>>>>>"

    init?(_ line: ArraySlice<UInt8>) {
      let found = Self.allCases.first { line.starts(with: $0.rawValue.utf8) }
      guard let found, line.count == 7 || line[line.startIndex + 7] == 0x20 else { return nil }
      self = found
    }
  }
}
