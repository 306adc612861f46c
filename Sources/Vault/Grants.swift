// format.md §5.3, §5.4 and §7: all records of one grant, and what they say together.

/// The records of one (name, environment, role).
struct GrantThing {
  let key: GrantKey
  /// Those that count.
  private(set) var counting: [TeamRecord] = []
  /// Those of them that nothing that counts replaces.
  private(set) var live: [TeamRecord] = []
  /// Well signed by someone without the right.
  private(set) var withoutRight: [TeamRecord] = []
  /// Of these, the ones by someone whom the roots once named: they still end a right (§5.9).
  private(set) var byOnceNamed: [TeamRecord] = []
  /// A line with a bad signature names this grant: it stops all that rests on it.
  private(set) var isForged = false

  /// Records count and none is live.
  var isCircle: Bool { live.isEmpty && !counting.isEmpty }
  /// A `removed` record is live.
  var isRemoved: Bool { live.contains(where: \.isRemoved) }
  /// The lesser access of the live records.
  var access: Access { live.filter { !$0.isRemoved }.map(\.access).min() ?? .read }
  /// The earliest time of the live records.
  var until: Int64 { live.filter { !$0.isRemoved }.map(\.until).min() ?? Timestamp.never }
  /// Whether it holds, though someone without the right has taken it away.
  var isTakenAwayInVain: Bool { !isRemoved && withoutRight.contains(where: \.isRemoved) }
  /// Whether nothing but what was written without the right is there.
  var isStray: Bool { counting.isEmpty && !withoutRight.isEmpty && !isForged }
  /// Whether it stands for no more than being looked at.
  var isUsable: Bool { !isForged && !live.isEmpty && !isRemoved }

  /// The entries that a `without` lists it by.
  var entries: [EndedGrant] { live.map { EndedGrant(member: key.member, id: $0.id) } }

  init(key: GrantKey) { self.key = key }

  fileprivate mutating func add(_ record: TeamRecord, _ index: Int, _ roster: Roster) {
    guard roster.isWellSigned(index) else {
      isForged = true
      return
    }
    if record.kind == .request { return }
    if Team.counts(index, record, roster) {
      counting.append(record)
    } else {
      withoutRight.append(record)
      if roster.everNamedByRoots.contains(record.by) { byOnceNamed.append(record) }
    }
  }

  /// Whether a live record of the file replaces a remembered one for good (§6).
  func isReplaced(_ old: TeamRecord) -> Bool {
    live.contains { !$0.isRemembered && $0.replacesForGood(old) }
  }

  fileprivate mutating func settle() {
    // What a full `after` cannot name any more is taken to be replaced by the greater revision.
    let full = counting.filter { !$0.isRemembered && $0.after.count == 16 }.map(\.rev).max() ?? 0
    counting.removeAll { $0.isRemembered && full.isAfter($0.lastRevision) }
    live = Liveness.live(counting)
    // What was seen on another branch and is issued again or answered here is no matter of this file.
    let known = Set(counting.map(\.id)).union(counting.flatMap(\.after))
    withoutRight.removeAll { $0.isRemembered && known.contains($0.id) }
    byOnceNamed.removeAll { $0.isRemembered && known.contains($0.id) }
  }
}

/// All grants, by who, where and which part.
struct GrantTable {
  // By one text: a second kind of key would cost every `run`, see IndexMarks.
  private var byText: [String: GrantThing] = [:]

  var values: Dictionary<String, GrantThing>.Values { byText.values }

  private static func text(_ key: GrantKey) -> String {
    "\(key.member) \(key.environment) \(key.role)"
  }

  subscript(key: GrantKey) -> GrantThing? {
    get { byText[Self.text(key)] }
    set { byText[Self.text(key)] = newValue }
  }

  fileprivate mutating func add(_ record: TeamRecord, _ index: Int, _ roster: Roster) {
    let key = record.grantKey
    byText[Self.text(key), default: GrantThing(key: key)].add(record, index, roster)
  }

  fileprivate mutating func settle() {
    for text in byText.keys { byText[text]?.settle() }
  }
}

extension Team {
  static func judgeGrants(
    _ records: [TeamRecord], _ roster: Roster, _ environments: [String: EnvironmentState],
    _ findings: inout Findings
  ) -> GrantTable {
    var grants = GrantTable()
    for (index, record) in records.enumerated()
    where record.kind == .grant || record.kind == .request && !roster.isWellSigned(index) {
      grants.add(record, index, roster)
    }
    grants.settle()
    for grant in grants.values.sorted(by: { $0.key < $1.key }) {
      let thing = Thing.grant(grant.key)
      // Where it has ended anyway there is nothing to decide.
      let isOpen =
        if case .live = environments[grant.key.environment] {
          !grant.isRemoved && roster.members[grant.key.member]?.state == .current
        } else { false }
      for record in grant.withoutRight where !record.isRemembered || !grant.isReplaced(record) {
        findings.add(
          Finding(
            kind: .noRight, isError: grant.live.isEmpty, thing: thing, file: TeamFile.name,
            line: record.place,
            reason: roster.isStranger(grant.key.member)
              ? .toNobody(record.by)
              : record.isRemoved && isOpen
                ? .grantRemover(record.by, access: grant.access, until: grant.until)
                : .signer(record.by)))
      }
      if grant.isCircle {
        findings.error(.conflict, thing, TeamFile.name, nil, .circle)
      }
      if let first = grant.live.first,
        grant.live.contains(where: {
          $0.isRemoved != first.isRemoved || $0.until != first.until || $0.access != first.access
        })
      {
        findings.warn(
          .conflict, thing, TeamFile.name, nil, .sides(grant.live.map(\.authorship)))
      }
    }
    return grants
  }
}
