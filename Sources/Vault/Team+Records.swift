// The records behind what a team says, for those who write after them.

public import Sealing

extension Team {
  func countingMemberRecords(_ name: String) -> [TeamRecord] {
    file.records.indices.filter {
      file.records[$0].kind == .member && file.records[$0].name == name
        && !file.records[$0].isRemoved && roster.countingMembers.contains($0)
    }.map { file.records[$0] }
  }

  func liveAdminRecords(_ name: String) -> [TeamRecord] {
    live(.admin, name) { roster.isWellSigned($0) && file.records[$0].by == root }
  }

  func liveEnvironmentRecords(_ name: String) -> [TeamRecord] {
    live(.env, name) { roster.isByRootOrAdmin($0) }
  }

  /// Well signed by someone without the right.
  func strayEnvironmentRecords(_ name: String) -> [TeamRecord] {
    file.records.indices.filter {
      file.records[$0].kind == .env && file.records[$0].name == name && roster.isWellSigned($0)
        && !roster.isByRootOrAdmin($0)
    }.map { file.records[$0] }
  }

  /// The roles that a line of whatever kind and right grants or granted a member.
  public func grantKeys(of member: String) -> [GrantKey] {
    grants.values.map(\.key).filter { $0.member == member }
  }

  /// Whether a forged line stops what is said of a grant.
  public func isForged(_ key: GrantKey) -> Bool { grants[key]?.isForged ?? false }

  /// Whether someone without the right has written a line of an environment.
  public func hasStrays(ofEnvironment name: String) -> Bool {
    !strayEnvironmentRecords(name).isEmpty
  }

  /// The live records of every environment; none of one whose records go in a circle.
  var liveEnvironments: [String: [TeamRecord]] {
    let counting = file.records.indices.filter {
      file.records[$0].kind == .env && roster.isByRootOrAdmin($0)
    }.map { file.records[$0] }
    return Dictionary(grouping: counting, by: \.name).mapValues { Liveness.live($0) }
  }

  private func live(_ kind: TeamRecord.Kind, _ name: String, _ counts: (Int) -> Bool)
    -> [TeamRecord]
  {
    let counting = file.records.indices.filter {
      file.records[$0].kind == kind && file.records[$0].name == name && counts($0)
    }.map { file.records[$0] }
    let live = Liveness.live(counting)
    return live.isEmpty ? counting : live
  }

  /// Whether a record of the file counts.
  func isCounting(_ index: Int) -> Bool {
    let record = file.records[index]
    return record.kind == .member
      ? roster.countingMembers.contains(index) : Team.counts(index, record, roster)
  }

  /// The marks of the records that count.
  var marksInForce: Set<String> {
    Set(file.records.indices.filter(isCounting).map { file.records[$0].copyMark })
  }

  /// Whether something live and counting stands in an `env` or `grant` record's place.
  func isReplaced(_ record: TeamRecord, _ environments: [String: [TeamRecord]]) -> Bool {
    let live: [TeamRecord] =
      record.kind == .env
      ? environments[record.name] ?? [] : grants[record.grantKey]?.live ?? []
    return !live.isEmpty && !live.contains { $0.id == record.id }
  }

  /// Whether an environment extends another one, through others too.
  func extends(_ name: String, on other: String) -> Bool {
    var seen: Set<String> = []
    var current = name
    while current != other {
      guard seen.insert(current).inserted, case .live(_, let base?) = environments[current] else {
        return false
      }
      current = base
    }
    return true
  }

  /// Whether a record is part of the present state, and not merely history.
  static func isInForce(_ index: Int, _ record: TeamRecord, _ team: Team) -> Bool {
    switch record.kind {
    case .member:
      record.isRemoved
        ? team.members[record.name]?.state == .removed && team.roster.isWellSigned(index)
        : team.roster.countingMembers.contains(index)
    case .env: team.liveEnvironmentRecords(record.name).contains { $0.id == record.id }
    case .grant:
      team.grants[record.grantKey]?.live.contains { $0.id == record.id } ?? false
    default: false
    }
  }
}

extension TeamRecord {
  /// What copies of a record have in common: its thing and id, of a member the name and key.
  var copyMark: String {
    kind == .member
      ? "\(thing) \(isRemoved) \(key?.openSSH ?? "")" : "\(thing) \(id.text)"
  }
}

extension Team {
  /// The names of the current members that have a key, sorted; none where it is no member's.
  public func currentNames(of key: PublicKey) -> [String] {
    members.values.filter { $0.state == .current && $0.key == key }.map(\.name).sorted()
  }

  /// Refuses to write a thing that memory has something against (§6).
  ///
  /// - Throws: `WriteError.refused`.
  public func requireUnbarred(_ thing: Thing) throws(WriteError) {
    if barred.contains(thing) { throw .refused(thing, .rollback) }
  }
}

extension Team {
  /// Who has taken a grant away on another branch, as this machine has seen and nothing here shows.
  public func revocationsElsewhere(_ key: GrantKey) -> [Authorship] {
    grantsElsewhere(key).filter(\.isRemoved).map(\.authorship)
  }

  /// Records of a grant that this machine has seen on other branches, and that nothing here replaces.
  func grantsElsewhere(_ key: GrantKey) -> [TeamRecord] {
    let present = Set(file.records.filter { $0.kind == .grant }.map(\.id))
    return lastingRecords.compactMap { TeamRecord(remembered: $0.text) }.filter { record in
      record.kind == .grant && record.grantKey == key && !present.contains(record.id)
        && grants[key]?.isReplaced(record) != true
    }
  }
}

extension TeamRecord {
  /// Whether this record, where it is live, stands in an older one's place for good (§6).
  ///
  /// A removal is over where it is named, or where so many came after it that no list has it any more.
  func replacesForGood(_ old: TeamRecord) -> Bool {
    after.contains(old.id) || after.count == 16 && rev.isAfter(old.lastRevision)
  }

  /// What a later record with a full `after` has to exceed to be taken for one that comes after this.
  var lastRevision: Int32 { isRemoved ? min(rev, Int32.max - 16) + 16 : rev }
}
