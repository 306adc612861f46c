// What waits in a project for one person: conflicts to settle, keys to replace and to hand over;
// and what waits for others.

internal import Vault
internal import Workspace

/// What `resolve` is restricted to.
struct WorkScope {
  var environment: String?
  var role: String?
  var name: String?

  func has(_ address: RoleAddress) -> Bool {
    (environment == nil || environment == address.environment)
      && (role == nil || role == address.role)
  }
}

/// A secret in conflict in an environment.
struct OpenConflict {
  let environment: String
  let conflict: ValueConflict
  /// Whether the person may write in its role.
  let isMine: Bool

  var address: RoleAddress { RoleAddress(environment: environment, role: conflict.role) }
}

/// What waits.
struct OpenWork {
  /// Secrets in conflict that the person may settle.
  private(set) var conflicts: [OpenConflict] = []
  /// Environments whose records disagree, or were written without the right to it, that the person
  /// may settle.
  private(set) var environments: [(name: String, sides: [EnvironmentSide])] = []
  /// Environments beside whose line stands one without the right to it: what holds is written down.
  private(set) var restated: [String] = []
  /// Grants of which several records are live, or one has no right: what holds is written down.
  private(set) var disputed: [GrantKey] = []
  /// Grants whose time is over, to be taken away.
  private(set) var ended: [GrantKey] = []
  /// Roles whose key is to be replaced, made or handed over.
  private(set) var roles: [RoleAddress] = []
  /// What waits for others, in words, with what they do.
  private(set) var others: [(message: String, hint: String)] = []

  var isEmpty: Bool {
    conflicts.isEmpty && environments.isEmpty && !needsNoChoice
  }

  /// Whether something waits that nobody has to be asked about.
  var needsNoChoice: Bool {
    !restated.isEmpty || !disputed.isEmpty || !ended.isEmpty || !roles.isEmpty
  }

  /// Whether the same waits.
  func isSame(as other: OpenWork) -> Bool {
    restated == other.restated && disputed == other.disputed && ended == other.ended
      && roles == other.roles
  }

  /// Looks for what waits.
  init(_ opened: OpenProject, for author: Author, in scope: WorkScope) {
    let reading = opened.reading
    let team = reading.team
    let isAdmin = author.name == team.root || team.admins.contains(author.name)
    if scope.name == nil, scope.role == nil {
      lookAtEnvironments(team, scope, isAdmin: isAdmin)
      lookAtGrants(reading, scope, isAdmin: isAdmin, at: author.now)
    }
    for (name, environment) in reading.environments.sorted(by: { $0.key < $1.key })
    where !environment.isStopped && (scope.environment == nil || scope.environment == name) {
      var open = OpenEnvironment(environment, as: author.identity, in: author.arena)
      for conflict in open.conflicts() {
        let found = OpenConflict(
          environment: name, conflict: conflict, isMine: open.mayWrite(conflict.role))
        guard scope.has(found.address), scope.name == nil || scope.name == conflict.name else {
          continue
        }
        if found.isMine {
          conflicts.append(found)
        } else {
          others.append(
            WaitingWords.conflict(found, environment.keyHolders(of: conflict.role)))
        }
      }
      for conflict in open.oneSided() where scope.name == nil || scope.name == conflict.name {
        let address = RoleAddress(environment: name, role: conflict.role)
        if scope.has(address) {
          others.append(WaitingWords.oneSide(conflict, address, author.name))
        }
      }
      if scope.name == nil { lookAtRoles(environment, open, scope, author) }
    }
  }

  private mutating func lookAtEnvironments(_ team: Team, _ scope: WorkScope, isAdmin: Bool) {
    for (name, state) in team.environments.sorted(by: { $0.key < $1.key })
    where scope.environment == nil || scope.environment == name {
      switch state {
      case .live, .removed:
        guard team.hasStrays(ofEnvironment: name) else { continue }
        if isAdmin {
          restated.append(name)
        } else {
          others.append(WaitingWords.environment(name, .noRight, isForAdmin: true))
        }
      case .refused(let kind):
        guard kind == .conflict || kind == .noRight else { continue }
        let sides = team.sides(ofEnvironment: name)
        let isForAdmin = sides.count > (kind == .noRight ? 0 : 1)
        if isAdmin, isForAdmin {
          environments.append((name, sides))
        } else {
          others.append(WaitingWords.environment(name, kind, isForAdmin: isForAdmin))
        }
      }
    }
  }

  private mutating func lookAtGrants(
    _ reading: Reading, _ scope: WorkScope, isAdmin: Bool, at now: Int64
  ) {
    func isInScope(_ key: GrantKey) -> Bool {
      scope.environment == nil || scope.environment == key.environment
    }
    func isWanted(_ key: GrantKey) -> Bool {
      guard case .live = reading.team.environments[key.environment] else { return false }
      return isInScope(key)
    }
    let known = Set(reading.grants.map(\.key))
    // What is no grant at all is taken out, and what there is where the environment is gone.
    let disputed = reading.team.disputedGrants.filter { key in
      isWanted(key)
        || isInScope(key)
          && (!known.contains(key) || reading.team.environments[key.environment] == .removed)
    }
    let ended = reading.grants.filter { grant in
      grant.isOverdue(at: now) && isWanted(grant.key) && !disputed.contains(grant.key)
        && reading.team.members[grant.key.member]?.state == .current
    }.map(\.key)
    let inVain = reading.team.grantsTakenAwayInVain.filter(isWanted)
    others += reading.grants.filter { inVain.contains($0.key) }
      .map(WaitingWords.grantTakenAwayInVain)
    if isAdmin {
      (self.disputed, self.ended) = (disputed, ended)
    } else {
      others += (disputed + ended).map(WaitingWords.grant)
    }
  }

  private mutating func lookAtRoles(
    _ environment: Environment, _ open: OpenEnvironment, _ scope: WorkScope, _ author: Author
  ) {
    let endedRoles = Set(ended.map { RoleAddress(environment: $0.environment, role: $0.role) })
    let stale = Set(environment.entries.filter { $0.isStale && $0.refused == nil }.map(\.role))
    for standing in environment.roleStandings where standing.refused == nil {
      let address = RoleAddress(environment: environment.name, role: standing.role)
      let readers = environment.grants.filter { $0.key.role == standing.role && $0.isCurrent }
      let waits =
        standing.epoch == nil
        ? !readers.isEmpty
        : standing.isStale || !standing.pending.isEmpty || stale.contains(standing.role)
      guard scope.has(address), waits || endedRoles.contains(address), !readers.isEmpty else {
        continue
      }
      let holders = environment.keyHolders(of: standing.role)
      if open.mayWrite(standing.role), standing.epoch == nil || holders.contains(author.name) {
        roles.append(address)
      } else if waits {
        others.append(WaitingWords.role(address, standing, holders))
      }
    }
  }
}
