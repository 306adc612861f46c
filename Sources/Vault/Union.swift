// format.md §7: two branches' files united as sets of lines, as git's own `union` driver does.

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
