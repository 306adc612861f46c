// The records behind what a team says, for those who write after them.

extension Team {
  func countingMemberRecords(_ name: String) -> [TeamRecord] {
    file.records.indices.filter {
      file.records[$0].kind == .member && file.records[$0].name == name
        && !file.records[$0].isRemoved && roster.isByRootOrAdmin($0)
    }.map { file.records[$0] }
  }

  func liveAdminRecords(_ name: String) -> [TeamRecord] {
    live(.admin, name) { roster.isWellSigned($0) && file.records[$0].by == root }
  }

  func liveEnvironmentRecords(_ name: String) -> [TeamRecord] {
    live(.env, name) { roster.isByRootOrAdmin($0) }
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

  /// Whether a record is part of the present state, and not merely history.
  static func isInForce(_ index: Int, _ record: TeamRecord, _ team: Team) -> Bool {
    switch record.kind {
    case .member:
      record.isRemoved
        ? team.members[record.name]?.state == .removed && team.roster.isWellSigned(index)
        : team.roster.isByRootOrAdmin(index)
    case .env: team.liveEnvironmentRecords(record.name).contains { $0.id == record.id }
    case .grant:
      team.grants[record.grantKey]?.live.contains { $0.id == record.id } ?? false
    default: false
    }
  }
}
