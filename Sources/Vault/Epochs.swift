// format.md §5.5 and §5.9: which role records count, which epoch is current, what makes one stale,
// and to whom a value is exposed.

internal import Sealing

/// A role's generations in one environment.
struct RoleEpochs {
  enum State: String {
    case current
    case live
    case closed
    case noRight = "no right"
  }

  let role: String
  /// The well-signed records by epoch.
  private(set) var records: [Epoch: RoleRecord] = [:]
  private(set) var counting: Set<Epoch> = []
  private(set) var standing: Set<Epoch> = []
  private(set) var live: [Epoch] = []
  private(set) var current: Epoch?
  private(set) var staleEpochs: Set<Epoch> = []
  /// The ends when it was judged (§5.9).
  private(set) var ends: Set<EndedGrant> = []
  /// The current epoch's ended list.
  private(set) var ended: Set<EndedGrant> = []
  /// Members with a current grant.
  private(set) var grants: [String: RoleGrant] = [:]
  /// What stops the role, if anything does.
  var refused: FindingClass?

  /// A role without a live epoch is stale.
  var isStale: Bool { current.map(staleEpochs.contains) ?? true }

  /// Whether another live epoch keeps someone out whom the current one does not: a merge has left
  /// both, and re-keying unites them.
  var isSplit: Bool { live.contains { !endedList($0).isSubset(of: ended) } }

  func state(_ epoch: Epoch) -> State {
    if epoch == current { return .current }
    if live.contains(epoch) { return .live }
    return counting.contains(epoch) ? .closed : .noRight
  }

  /// Judges the records of one role.
  ///
  /// - Parameters:
  ///   - role: the role's name.
  ///   - team: the team, whose grants decide.
  ///   - things: the role's grants in this environment.
  ///   - wellSigned: the role's records whose signatures hold, each epoch once.
  ///   - replacedElsewhere: epochs that this machine remembers as replaced (§6).
  init(
    role: String, team: Team, grants things: [GrantThing], wellSigned: [RoleRecord],
    replacedElsewhere: Set<Epoch>
  ) {
    self.role = role
    for record in wellSigned { records[record.epoch] = record }
    let byMember = Dictionary(things.map { ($0.key.member, $0) }) { first, _ in first }
    judgeCounting(byMember, team)
    live = Liveness.live(wellSigned.filter { counting.contains($0.epoch) }).map(\.epoch).sorted()
    let listed = Set(counting.flatMap { records[$0]?.without ?? [] })
    for thing in things {
      grants[thing.key.member] = RoleGrant(thing, team: team, listed: listed)
    }
    judgeEnds(things)
    let named = Set(wellSigned.flatMap(\.after))
    for epoch in live {
      let isMissingAnEnd = !ends.isSubset(of: endedList(epoch))
      if isMissingAnEnd || named.contains(epoch) || replacedElsewhere.contains(epoch) {
        staleEpochs.insert(epoch)
      }
    }
    current = live.max {
      let (left, right) = (staleEpochs.contains($0), staleEpochs.contains($1))
      return left != right ? left : $0 < $1
    }
    ended = current.map(endedList) ?? []
  }

  // §5.5
  private mutating func judgeCounting(_ grants: [String: GrantThing], _ team: Team) {
    func mayMakeEpochs(_ name: String) -> GrantThing? {
      guard team.members[name]?.state == .current, let grant = grants[name], !grant.live.isEmpty,
        !grant.isRemoved, grant.access == .write
      else { return nil }
      return grant
    }
    var timed: [(RoleRecord, GrantThing)] = []
    for record in records.values {
      guard let grant = mayMakeEpochs(record.by) else { continue }
      if grant.until == Timestamp.never {
        counting.insert(record.epoch)
        standing.insert(record.epoch)
      } else {
        timed.append((record, grant))
      }
    }
    let listedByStanding = Set(standing.flatMap { records[$0]?.without ?? [] })
    for (record, grant) in timed where record.at < grant.until {
      let isListed = grant.entries.contains {
        record.without.contains($0) || listedByStanding.contains($0)
      }
      if !isListed { counting.insert(record.epoch) }
    }
  }

  private mutating func judgeEnds(_ things: [GrantThing]) {
    for thing in things {
      guard let grant = grants[thing.key.member] else { continue }
      if grant.isOver { ends.formUnion(thing.entries) }
      if thing.byOnceNamed.isEmpty || grant.isCurrent { continue }
      let known = Set(thing.counting.map(\.id)).union(thing.counting.flatMap(\.after))
      for record in thing.byOnceNamed {
        if !known.contains(record.id) {
          ends.insert(EndedGrant(member: thing.key.member, id: record.id))
        }
      }
    }
  }

  /// An epoch's ended list: its own `without`, and those of the standing epochs that it replaces,
  /// directly or through other standing ones only.
  func endedList(_ epoch: Epoch) -> Set<EndedGrant> {
    endedList(epoch) { standing.contains($0) }
  }

  /// The same by the texts alone, for the epoch under which a value was first sealed.
  private func endedListByTexts(_ epoch: Epoch) -> Set<EndedGrant> {
    endedList(epoch) { _ in true }
  }

  private func endedList(_ epoch: Epoch, through follows: (Epoch) -> Bool) -> Set<EndedGrant> {
    guard let record = records[epoch] else { return [] }
    var list = Set(record.without)
    var seen: Set<Epoch> = [epoch]
    var next = record.after
    while let older = next.popLast() {
      guard seen.insert(older).inserted, follows(older), let record = records[older] else {
        continue
      }
      list.formUnion(record.without)
      next += record.after
    }
    return list
  }

  /// Whom a value is exposed to, by its first epoch: members, or `*`.
  func exposed(firstEpoch: Epoch) -> Set<String> {
    var entries = ended.union(ends)
    for epoch in live { entries.formUnion(endedList(epoch)) }
    if let current {
      // What makes the current epoch stale is a record that names it.
      for record in records.values where record.after.contains(current) {
        entries.formUnion(record.without)
      }
    }
    entries.subtract(endedListByTexts(firstEpoch))
    return Set(entries.map(\.member)).filter { grants[$0]?.isCurrent != true }
  }
}

/// What a grant gives in one role, at the reader's time.
struct RoleGrant {
  /// What the live records say together.
  let access: Access
  let until: Int64
  let isRemoved: Bool
  let ids: [RecordID]
  /// It is over (§5.4).
  let isOver: Bool
  /// It is over for no other reason than its time, and no `without` lists it.
  let isOverByTimeOnly: Bool
  let isForged: Bool
  /// It gives what it says.
  let isCurrent: Bool

  init(_ thing: GrantThing, team: Team, listed: Set<EndedGrant>) {
    access = thing.access
    until = thing.until
    isRemoved = thing.isRemoved
    ids = thing.live.map(\.id)
    isForged = thing.isForged
    let isMember = team.members[thing.key.member]?.state == .current
    let isListed = thing.live.contains {
      $0.until != Timestamp.never && !$0.isRemoved
        && listed.contains(EndedGrant(member: thing.key.member, id: $0.id))
    }
    let isPast = team.now >= until
    let exists = !thing.live.isEmpty
    isOver = exists && (isRemoved || !isMember || isPast || isListed)
    isOverByTimeOnly = exists && !isRemoved && isMember && isPast && !isListed
    isCurrent = exists && !isOver && !isForged
  }
}
