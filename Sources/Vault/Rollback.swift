// format.md §5.10: what a role's records say of records that are no longer there.

extension RoleEpochs {
  /// Looks for records that this role's records name and that are gone.
  ///
  /// - Parameters:
  ///   - team: the team.
  ///   - environment: the environment's name.
  /// - Returns: the name of a missing record, and the record that names it; nil where none is missed.
  func missingRecord(team: Team, environment: String) -> (mark: String, by: RoleRecord)? {
    for epoch in counting.sorted() {
      guard let record = records[epoch] else { continue }
      if let gone = record.after.first(where: { records[$0] == nil }) {
        return (gone.text, record)
      }
    }
    for epoch in standing.sorted() {
      guard let record = records[epoch] else { continue }
      for entry in record.without where entry.member != "*" {
        let key = GrantKey(member: entry.member, environment: environment, role: role)
        guard isHeld(entry, team.grants[key], team: team, at: record.at) else {
          return (entry.text, record)
        }
      }
    }
    return nil
  }

  /// Whether team.keys accounts for an entry of a standing record's `without`.
  private func isHeld(_ entry: EndedGrant, _ thing: GrantThing?, team: Team, at: Int64) -> Bool {
    guard let thing else { return false }
    if thing.counting.contains(where: { $0.after.contains(entry.id) }) { return true }
    if thing.counting.contains(where: { $0.id == entry.id }) {
      return isEndWithoutBeingListed(thing, team: team, at: at)
    }
    if thing.counting.contains(where: { $0.after.count == 16 }) { return true }
    // What someone without the right says does not do beside a live record that does not say it.
    guard thing.live.isEmpty else { return false }
    if thing.byOnceNamed.contains(where: { $0.id == entry.id }) { return true }
    return thing.withoutRight.contains { $0.after.contains(entry.id) }
  }

  private func isEndWithoutBeingListed(_ thing: GrantThing, team: Team, at: Int64) -> Bool {
    thing.isRemoved || team.members[thing.key.member]?.state != .current
      || thing.until <= max(team.now, at)
  }
}
