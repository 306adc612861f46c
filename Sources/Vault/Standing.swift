// format.md §5, for those who list and check: which grants there are over all environments, what
// each role's key is, and who can hand it over.

/// A role's key in one environment, as far as it is seen without opening anything.
public struct RoleStanding: Equatable, Sendable {
  /// The role's name.
  public let role: String
  /// The current epoch; nil where nobody has made a key yet.
  public let epoch: String?
  /// Who made it.
  public let madeBy: String?
  /// Whether it must be replaced before anything is sealed under it.
  public let isStale: Bool
  /// What stops the role, if anything does.
  public let refused: FindingClass?
  /// Members with a current grant and without the current key, sorted.
  public let pending: [String]
}

extension Environment {
  /// The roles that records or grants name, sorted.
  public var roleStandings: [RoleStanding] {
    roles.values.sorted { $0.role < $1.role }.map { role in
      RoleStanding(
        role: role.role, epoch: role.current?.text,
        madeBy: role.current.flatMap { role.records[$0]?.by },
        isStale: role.isStale || role.isSplit,
        refused: role.refused, pending: role.pending(file))
    }
  }

  /// Whether a key of a role was ever made.
  public func hasKey(of role: String) -> Bool { roles[role]?.records.isEmpty == false }

  /// Whether a role has a key that could be replaced, or may have one behind what stops it.
  public func hasKeyToReplace(of roleName: String) -> Bool {
    guard let role = roles[roleName] else { return false }
    return role.current != nil || role.refused != nil || !keyReaders(of: roleName).isEmpty
  }

  /// Members who may write in a role and hold its current key, or could make its first one, sorted.
  public func keyHolders(of roleName: String) -> [String] {
    guard let role = roles[roleName] else { return [] }
    let writers = role.grants.filter { $0.value.isCurrent && $0.value.access == .write }.keys
    guard !role.records.isEmpty else { return writers.sorted() }
    // A key that must be replaced is so by whoever holds any that is in force.
    let readers = role.isStale ? holders(of: role.newestEpochs.union(role.live), in: role) : []
    return writers.filter(Set(readers + keyReaders(of: roleName)).contains).sorted()
  }

  /// Members with a current grant who hold a role's newest key, sorted.
  public func keyReaders(of roleName: String) -> [String] {
    guard let role = roles[roleName] else { return [] }
    return holders(of: role.newestEpochs, in: role)
  }

  private func holders(of epochs: Set<Epoch>, in role: RoleEpochs) -> [String] {
    let served = Set(
      file.tos.filter { $0.role == role.role && epochs.contains($0.epoch) }.map(\.member))
    return served.filter { role.grants[$0]?.isCurrent == true }.sorted()
  }
}

extension RoleEpochs {
  /// The current epoch and those that lead to it: one that does not count any more, for its maker
  /// is gone, has the `to` lines that the older one had.
  fileprivate var newestEpochs: Set<Epoch> {
    guard let current else { return Set(records.keys) }
    var newest: Set<Epoch> = [current]
    var isGrowing = true
    while isGrowing {
      let more = records.values.filter { record in
        !newest.contains(record.epoch) && record.after.contains(where: newest.contains)
      }
      newest.formUnion(more.map(\.epoch))
      isGrowing = !more.isEmpty
    }
    return newest
  }
}

extension Reading {
  /// The grants for all environments, sorted by member, environment and role.
  ///
  /// Of an environment whose file was not read it is not known whether a re-key has ended one.
  public var grants: [Grant] {
    team.grants.values.filter { !$0.live.isEmpty }.map { thing in
      let judged = environments[thing.key.environment]?.roles[thing.key.role]?
        .grants[thing.key.member]
      return Grant(thing, judged ?? RoleGrant(thing, team: team, listed: []))
    }.sorted {
      ($0.key.member, $0.key.environment, $0.key.role)
        < ($1.key.member, $1.key.environment, $1.key.role)
    }
  }
}

extension Grant {
  init(_ thing: GrantThing, _ grant: RoleGrant) {
    self.init(
      key: thing.key, access: grant.access, until: grant.until, isRemoved: grant.isRemoved,
      isCurrent: grant.isCurrent, ids: grant.ids.map(\.text))
  }

  /// Whether its time is over and nobody has taken it away since.
  public func isOverdue(at now: Int64) -> Bool { !isRemoved && until <= now }
}
