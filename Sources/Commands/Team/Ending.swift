// Rights that end, in one step: what was written under them is vouched for, the keys that they gave
// are replaced as far as the author may, and the values that are known now are named.

internal import Vault
internal import Workspace

/// What became of a role in which a right has ended.
struct EndedRole {
  let address: RoleAddress
  /// What the author did; nil where the key is for others to replace.
  var summary: WriteSummary?
  /// Others who may replace the key.
  var writers: [String] = []
  /// Who else holds the key, perhaps the author.
  var readers: [String] = []
  /// What is wrong with the role, where that is why it was left alone.
  var fault: WriteError?
  /// How many values it has.
  var values = 0
  /// How many values nobody can open any more.
  var lost: Int { summary == nil && fault == nil && readers.isEmpty ? values : 0 }
  /// Whether nobody is left who may replace the key.
  var isStranded: Bool { summary == nil && fault == nil && writers.isEmpty && values > 0 }
}

/// What the end of rights did.
struct Ending {
  var grants: [Grant] = []
  var roles: [EndedRole] = []
  /// What the author vouches for from now on, as `ENV[/ROLE]` and name.
  var vouched: [(address: RoleAddress, name: String)] = []
  /// The lines of team.keys that the author has signed again.
  var reissued: [Thing] = []
  var exposed: [ExposedValue] = []

  /// How many values nobody can open any more.
  var lost: Int { roles.reduce(0) { $0 + $1.lost } }
}

extension ProjectChange {
  /// Vouches for what a member wrote in a role, before the right to it is lessened or ends.
  ///
  /// - Returns: the values that the author vouches for now.
  @discardableResult
  mutating func countersign(
    _ member: String, _ address: RoleAddress
  ) throws -> [(address: RoleAddress, name: String)] {
    // Where there is no file there is nothing to vouch for, and none is made for that.
    guard project.reading.environments[address.environment] != nil else { return [] }
    return try environment(address.environment) {
      $0.countersign([member], role: address.role).map { (address, $0.name) }
    }
  }

  /// Takes grants away; what was written under them stays, by the author's word.
  ///
  /// - Returns: the values that the author vouches for now.
  @discardableResult
  mutating func takeAway(
    _ keys: [GrantKey], reason: String? = nil
  ) throws -> [(address: RoleAddress, name: String)] {
    var vouched: [(address: RoleAddress, name: String)] = []
    for key in keys { vouched += try countersign(key.member, RoleAddress(key)) }
    try team { draft in
      for key in keys { try draft.revoke(key, reason: reason) }
    }
    return vouched
  }

  /// Ends grants, and keeps their members out of the roles from now on.
  mutating func end(_ keys: [GrantKey], reason: String? = nil) throws -> Ending {
    let before = project.reading
    var ending = Ending()
    ending.grants = before.grants.filter { keys.contains($0.key) }
    ending.vouched = try takeAway(keys, reason: reason)
    try replaceKeys(of: keys.map(RoleAddress.init), since: before, in: &ending)
    let members = Set(keys.map(\.member))
    let addresses = Set(keys.map(RoleAddress.init))
    ending.exposed = exposed(to: members).filter { addresses.contains($0.address) }
    return ending
  }

  /// Removes a member, in all environments at once.
  ///
  /// - Throws: `WriteError`, where nothing may be changed; a role whose key the author cannot
  ///   replace is none.
  mutating func remove(_ name: String) throws -> Ending {
    let before = project.reading
    var ending = Ending()
    ending.grants = before.grants.filter { grant in
      guard case .live = before.team.environments[grant.key.environment] else { return false }
      return grant.key.member == name && !grant.isRemoved
    }
    for (environment, judged) in before.environments.sorted(by: { $0.key < $1.key })
    where !judged.isStopped {
      ending.vouched += try self.environment(environment) { draft in
        draft.countersign([name]).map {
          (RoleAddress(environment: environment, role: $0.role), $0.name)
        }
      }
    }
    ending.reissued = try team { draft in
      try draft.removeMember(name)
      return draft.reissued
    }
    // With a key of the root's or an admin's, it is the root's word alone that counts.
    guard project.reading.team.members[name]?.state == .removed else { throw WriteError.needsRoot }
    let granted = Set(ending.grants.map { RoleAddress($0.key) })
    let stale = staleRoles(before)
    let after = staleRoles(project.reading)
    // Also where a grant had ended before by a word that had lost its right, or where none is seen
    // for a forged line.
    let keys = project.reading.team.grantKeys(of: name)
    let forged = keys.filter(project.reading.team.isForged).map(RoleAddress.init)
    let addresses = granted.union(after.subtracting(stale)).union(forged)
      .union(after.intersection(keys.map(RoleAddress.init)))
    try replaceKeys(of: Array(addresses), since: before, in: &ending)
    ending.exposed = exposed(to: [name])
    return ending
  }

  private func staleRoles(_ reading: Reading) -> Set<RoleAddress> {
    var stale: Set<RoleAddress> = []
    for (name, environment) in reading.environments {
      for standing in environment.roleStandings where standing.isStale {
        stale.insert(RoleAddress(environment: name, role: standing.role))
      }
    }
    return stale
  }

  private mutating func replaceKeys(
    of addresses: [RoleAddress], since before: Reading, in ending: inout Ending
  ) throws {
    let gone = Set(ending.grants.map { "\($0.key.member) \(RoleAddress($0.key).text)" })
    for address in Set(addresses).sorted(by: { $0.text < $1.text }) {
      guard let old = before.environments[address.environment], !old.isStopped,
        // As it was before: the newest key's own line may have stopped counting.
        old.hasKeyToReplace(of: address.role)
      else { continue }
      func isGone(_ name: String) -> Bool { gone.contains("\(name) \(address.text)") }
      var role = try replaceKey(of: address)
      if role.summary == nil {
        role.writers = old.keyHolders(of: address.role).filter { !isGone($0) && $0 != author.name }
        role.readers = old.keyReaders(of: address.role).filter { !isGone($0) }
        role.values = old.entries.count {
          $0.role == address.role && $0.refused == nil && !$0.isRemoved
        }
      }
      ending.roles.append(role)
    }
  }

  private mutating func replaceKey(of address: RoleAddress) throws -> EndedRole {
    var role = EndedRole(address: address)
    do {
      role.summary = try environment(address.environment) { draft in
        try draft.prepare(address.role)
        return draft.summary
      }
    } catch WriteError.noWriteGrant, WriteError.pending, WriteError.cannotRekey {
      // For others to do.
    } catch let error as WriteError {
      guard case .refused = error else { throw error }
      role.fault = error
    }
    return role
  }

  /// The values that these know and have no grant for now.
  func exposed(to members: Set<String>) -> [ExposedValue] {
    project.reading.environments.sorted { $0.key < $1.key }.flatMap { $0.value.exposedValues }
      .compactMap { value in
        let names = value.names.filter(members.contains)
        return names.isEmpty
          ? nil : ExposedValue(address: value.address, name: value.name, names: names)
      }
  }
}
