// format.md §2 and §6: which lines may go. One that another record replaces or ends may, by the
// rule by which a machine misses what it remembers; a root, member, admin, role or past line never.

internal import Sealing

extension Team {
  /// Whether a record that stood in an older version, and does not here, was allowed to go.
  ///
  /// - Parameters:
  ///   - record: the record, which had counted.
  ///   - marks: this version's `marks`.
  /// - Returns: whether it was. Offers give no right, so whoever made or sees them may take them out.
  func accounts(for record: TeamRecord, _ marks: [String: Marks]) -> Bool {
    let here = marks["\(record.thing)"] ?? Marks()
    switch record.kind {
    case .join, .request, .ext: return true
    case .root: return false
    case .admin: return here.holds(record.id.text, by: record.signer)
    case .member:
      return file.records.indices.contains { index in
        let other = file.records[index]
        return other.kind == .member && other.name == record.name && other.key == record.key
          && other.isRemoved == record.isRemoved && isCounting(index)
      }
    case .grant where environments[record.environment] == .removed: return true
    case .env, .grant: return here.account(for: record.id.text, rev: record.rev, by: record.signer)
    }
  }

  /// The record here that has an older one's id and says something else.
  ///
  /// - Parameters:
  ///   - record: the older one.
  ///   - old: the version that it stood in.
  /// - Returns: its line number; nil where there is none.
  func otherCopy(of record: TeamRecord, in old: TeamFile) -> Int? {
    guard [.env, .admin, .grant].contains(record.kind) else { return nil }
    let copy = file.records.first {
      $0.kind == record.kind && $0.thing == record.thing && $0.id == record.id
        && file.unsignedText($0) != old.unsignedText(record)
    }
    return copy.map { Int($0.line.number) }
  }
}

extension Environment {
  /// Whether a secret's record that stood in an older version was allowed to go.
  func accounts(for record: SecretRecord, of old: SealedFile, _ marks: [String: Marks]) -> Bool {
    let signer = old.labels[Int(record.signer)]
    return marks["\(old.thing(of: record))"]?
      .account(for: record.id.text, rev: record.rev, by: signer) ?? false
  }

  /// The record here that has an older one's id and says something else; its line number.
  ///
  /// A value is sealed again under another key only: another box under the same one is another
  /// value that nobody is to notice.
  func otherCopy(of record: SecretRecord, in old: SealedFile) -> Int? {
    let epoch = old.epochs[Int(record.epoch)]
    let copy = file.secrets.first {
      !$0.isProposal && $0.id == record.id && file.thing(of: $0) == old.thing(of: record)
        && (file.unsealedText($0) != old.unsealedText(record)
          || file.epochs[Int($0.epoch)] == epoch && file.box($0) != old.box(record))
    }
    return copy.map { Int($0.line.number) }
  }

  /// Whether a key that had been handed to a member is still theirs to have.
  func isOwed(_ record: ToRecord) -> Bool {
    guard let role = roles[record.role], role.live.contains(record.epoch) else { return false }
    return role.grants[record.member]?.isCurrent ?? false
  }
}

extension SealedFile {
  fileprivate func box(_ record: SecretRecord) -> ArraySlice<UInt8> { bytes[record.box.range] }

  /// The secret that a record is about.
  func thing(of record: SecretRecord) -> Thing {
    .secret(role: labels[Int(record.role)], name: string(record.name))
  }
}
