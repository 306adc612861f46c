// format.md §6: a removed environment's records are not missed, also by whom the removal and a new
// environment of the same name reach at once: git's history has the line, if nothing else has.

internal import Sealing

extension Team {
  /// Whether an environment was removed and made again after what an older version had of it.
  ///
  /// - Parameters:
  ///   - name: the environment.
  ///   - old: the team of the older version.
  ///   - removals: lines that once removed it, as history has them; asked for only where its line is
  ///     another one now.
  /// - Returns: whether a line that had the right to it did.
  public func hasMadeAnew(
    _ name: String, since old: Team, by removals: () -> [String]
  ) -> Bool {
    let known = old.liveEnvironmentRecords(name).map(\.id.text)
    guard case .live = environments[name], known != liveEnvironmentRecords(name).map(\.id.text)
    else { return false }
    return wasRemovedMeanwhile(name, since: known, by: removals())
  }

  /// Whether an environment was removed after what is remembered of it, and made again since.
  ///
  /// The line that removed it names the remembered one, and the present one comes after it and what it
  /// names and after nothing else, so it can excuse nothing that is remembered of the new environment,
  /// nor of one that was kept where another branch had removed it.
  ///
  /// - Parameters:
  ///   - name: the environment.
  ///   - known: the ids of its `env` records that are remembered.
  ///   - removals: lines that once removed it, as history has them; nobody has vouched for these.
  /// - Returns: whether one of them is signed by the root or an admin and stands between.
  func wasRemovedMeanwhile(_ name: String, since known: [String], by removals: [String]) -> Bool {
    let live = liveEnvironmentRecords(name)
    guard !known.isEmpty, case .live = environments[name], live.count == 1 else { return false }
    return removals.contains { text in
      guard let removal = try? TeamFile(file.header + Array("\(text)\n".utf8)),
        let record = removal.records.first, record.kind == .env, record.name == name,
        record.isRemoved, live[0].comesAfterAlone(record),
        known.allSatisfy({ id in record.after.contains { $0.text == id } })
      else { return false }
      return removal.isSigned(record, by: keysOfAdmins(named: record.signer), book: roster.book)
    }
  }

  /// The key of the root or of an admin; none for any other name.
  private func keysOfAdmins(named name: String) -> [PublicKey] {
    guard name == root || admins.contains(name), let member = members[name],
      member.state == .current
    else { return [] }
    return [member.key]
  }
}

extension TeamFile {
  /// The header with its LF, which is the first line.
  fileprivate var header: [UInt8] { Array(bytes.prefix { $0 != UInt8(ascii: "\n") }) + [10] }
}

extension TeamRecord {
  /// Whether one line of records leads from another to this one, without a second side.
  fileprivate func comesAfterAlone(_ other: TeamRecord) -> Bool {
    guard let place = after.firstIndex(of: other.id) else { return false }
    // Of two sides, one of `after` is on the other, and the revision is less than their number.
    return Array(after[place...]) == Array(([other.id] + other.after).prefix(16 - place))
      && Int(rev) == Int(other.rev) + 1 + place
  }
}
