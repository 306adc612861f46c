// format.md §6: a removed environment's records are not missed, also by whom the removal and a new
// environment of the same name reach at once: git's history has the line, if nothing else has.

internal import Sealing

extension Team {
  /// Whether an environment was removed after what is remembered of it, and made again since.
  ///
  /// The line that removed it names the remembered one and is named by the present one, so it can
  /// excuse nothing that is remembered of the new environment.
  ///
  /// - Parameters:
  ///   - name: the environment.
  ///   - known: the ids of its `env` records that are remembered.
  ///   - removals: lines that once removed it, as history has them; nobody has vouched for these.
  /// - Returns: whether one of them is signed by the root or an admin and stands between.
  func wasRemovedMeanwhile(_ name: String, since known: [String], by removals: [String]) -> Bool {
    let named = Set(liveEnvironmentRecords(name).flatMap(\.after))
    guard !known.isEmpty, case .live = environments[name] else { return false }
    return removals.contains { text in
      guard let removal = try? TeamFile(file.header + Array("\(text)\n".utf8)),
        let record = removal.records.first, record.kind == .env, record.name == name,
        record.isRemoved, named.contains(record.id),
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
