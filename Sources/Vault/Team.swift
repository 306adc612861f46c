// format.md §5, What counts: team.keys judged as a whole. Who is a member, what environments there
// are and which grants; whether a grant is over also rests on each environment's role records.

public import Sealing

/// What an environment is, by the `env` records that count.
public enum EnvironmentState: Equatable, Sendable {
  /// It exists.
  case live(isProtected: Bool, extends: String?)
  /// It was removed.
  case removed
  /// Its records are at fault.
  case refused(FindingClass)
}

/// An open request for a grant.
public struct GrantRequest: Equatable, Sendable {
  /// Who asks, and for what.
  public let key: GrantKey
  /// To read, or to read and write.
  public let access: Access
  /// For how many seconds.
  public let seconds: Int
  /// Its id, which the grant that answers it names.
  public let id: RecordID
  /// When, Unix seconds.
  public let at: Int64
  /// Why.
  public let reason: String?
}

/// An open offer of a key to become a member.
public struct JoinRequest: Equatable, Sendable {
  /// The name that is asked for.
  public let name: String
  /// The key.
  public let key: PublicKey
  /// When, Unix seconds.
  public let at: Int64
  /// Why.
  public let reason: String?
}

/// team.keys, judged at a time.
public struct Team {
  /// The file that was read.
  public let file: TeamFile
  /// Members by name, also those who are none any more.
  public let members: [String: Member]
  /// The current admins, without the root.
  public let admins: Set<String>
  /// The root's name; nil where the chain of roots is at fault.
  public let root: String?
  /// The roots in turn, the last being the root: name and key.
  public let roots: [(name: String, key: PublicKey)]
  /// Environments by name, also removed ones.
  public let environments: [String: EnvironmentState]
  /// Requests that nobody has answered.
  public let requests: [GrantRequest]
  /// Keys that wait to become members.
  public let joins: [JoinRequest]
  /// What is wrong, or worth saying.
  public private(set) var findings: [Finding]
  /// Nothing of the project may be used.
  public let isStopped: Bool

  let roster: Roster
  let grants: GrantTable
  /// Things that may not be written until a merge or `verify --accept` (§6).
  private(set) var barred: Set<Thing>
  /// Lines in force that this branch lacks, for the next writer to put back (§6).
  public let rememberedTexts: [String]
  /// What lasts on all branches, of whatever branch it is (§6).
  let lastingRecords: [RememberedRecord]
  /// The clock that judged, Unix seconds.
  public let now: Int64

  /// Judges the file.
  ///
  /// - Parameters:
  ///   - file: team.keys.
  ///   - now: the reader's clock, Unix seconds.
  ///   - trusted: the project that is trusted; nil judges without.
  ///   - rootKey: a key that must be in the chain of roots; nil for any.
  ///   - isKnown: whether all signatures were found good before, for these very bytes.
  ///   - memory: what this machine remembers of the project.
  ///   - wasPublished: whether a remote-tracking branch ever held a text; asked only for what is
  ///     missing.
  ///   - book: signatures and keys that were judged before, whatever file they stood in.
  public init(
    _ file: TeamFile, now: Int64, trusted: ProjectID? = nil, rootKey: PublicKey? = nil,
    isKnown: Bool = false,
    memory: RememberedProject = RememberedProject(),
    wasPublished: (String) -> Bool = { _ in true }, book: SignatureBook? = nil
  ) {
    self.file = file
    self.now = now
    lastingRecords = memory.records
    var records = file.records
    var states = file.signatureStates(isKnown: isKnown, book: book)
    var texts: [Int: String] = [:]
    for record in memory.recordsInForce(besides: file, at: now, wasPublished: wasPublished) {
      records.append(record.record)
      states.append(record.state)
      texts[records.count - 1] = record.text
    }
    var roster = Roster(
      file, records: records, states: states, isKnown: isKnown, knownRoots: memory.roots,
      book: book)
    var findings = roster.findings
    roster.findings = Findings()
    var isStopped = roster.isStopped
    let isTrusted =
      (trusted == nil || trusted == file.project)
      && (rootKey == nil || roster.roots.contains { $0.key == rootKey })
    if !isTrusted {
      findings.error(.untrusted, .root, TeamFile.name, nil, .otherProject)
      isStopped = true
    }
    self.roster = roster
    members = roster.members
    admins = roster.admins
    root = roster.root?.name
    roots = roster.roots.map { ($0.name, $0.key) }
    self.isStopped = isStopped
    guard roster.root != nil, !isStopped else {
      environments = [:]
      requests = []
      joins = []
      grants = GrantTable()
      barred = []
      rememberedTexts = []
      self.findings = findings.list
      return
    }
    environments = Self.judgeEnvironments(records, roster, &findings)
    grants = Self.judgeGrants(records, roster, environments, &findings)
    var barred: Set<Thing> = []
    var rememberedTexts: [String] = []
    var standing: Set<String> = []
    if records.count > file.records.count {
      for (index, record) in file.records.enumerated() where Self.counts(index, record, roster) {
        standing.insert(record.memoryMark)
      }
    }
    for (index, record) in records.enumerated() where record.isRemembered {
      // A copy that somebody else signed counts here, or a live record has replaced it since.
      if standing.contains(record.memoryMark) { continue }
      if let grant = grants[record.grantKey], record.kind == .grant,
        grant.isReplaced(record)
      {
        continue
      }
      // A member's line has no id: the key tells whose it was.
      let mark = record.kind == .member ? record.key?.fingerprint ?? "" : record.id.text
      findings.warn(.rollback, record.thing, TeamFile.name, nil, .remembered(mark))
      if Self.counts(index, record, roster) {
        if let text = texts[index] { rememberedTexts.append(text) }
      } else {
        barred.insert(record.thing)
      }
    }
    self.rememberedTexts = rememberedTexts
    self.barred = barred
    (requests, joins) = Self.judgeOffers(records, roster, grants, &findings)
    for record in file.records where record.at > now && record.kind != .ext {
      findings.warn(
        .future, record.thing, TeamFile.name, Int(record.line.number), .time(record.at))
    }
    self.findings = findings.list
  }

  /// Whether records are in force that this machine has seen elsewhere and that the file lacks (§6).
  public var standsByMemory: Bool { !rememberedTexts.isEmpty }

  /// Whether every signature of team.keys holds, whoever had the right to make it.
  public var isSoundlySigned: Bool {
    !isStopped && !findings.contains { $0.kind == .forged }
  }

  /// Takes what memory has against the file: nothing is written of things at fault.
  mutating func add(_ more: [Finding]) {
    findings += more
    for finding in more where finding.isError { barred.insert(finding.thing) }
  }

  /// Whether a record of team.keys counts (§5.2, §5.3).
  static func counts(_ index: Int, _ record: TeamRecord, _ roster: Roster) -> Bool {
    guard roster.isWellSigned(index) else { return false }
    return switch record.kind {
    case .grant, .env:
      roster.isByRootOrAdmin(index)
        || record.kind == .grant && record.isRemoved && roster.isByOneWhoMayShutOut(index)
    case .member: record.isRemoved && roster.countingMembers.contains(index)
    case .admin: roster.isByRoot(index)
    default: true
    }
  }

  // §4, §5.3, §7
  private static func judgeEnvironments(
    _ records: [TeamRecord], _ roster: Roster, _ findings: inout Findings
  ) -> [String: EnvironmentState] {
    var states: [String: EnvironmentState] = [:]
    var things: [String: [Int]] = [:]
    for (index, record) in records.enumerated() where record.kind == .env {
      things[record.name, default: []].append(index)
    }
    for (name, indices) in things.sorted(by: { $0.key < $1.key }) {
      let thing = Thing.environment(name)
      guard indices.allSatisfy(roster.isWellSigned) else {
        states[name] = .refused(.forged)
        continue
      }
      let counting = indices.filter(roster.isByRootOrAdmin).map { records[$0] }
      for index in indices where !roster.isByRootOrAdmin(index) {
        let finding = Finding(
          kind: .noRight, isError: counting.isEmpty, thing: thing, file: TeamFile.name,
          line: records[index].place, reason: .signer(records[index].by))
        findings.add(finding)
      }
      let live = Liveness.live(counting)
      if counting.isEmpty {
        states[name] = .refused(.noRight)
      } else if let record = live.first {
        let agree = live.allSatisfy {
          $0.isRemoved == record.isRemoved && $0.isProtected == record.isProtected
            && $0.extends == record.extends
        }
        if agree {
          states[name] =
            record.isRemoved
            ? .removed : .live(isProtected: record.isProtected, extends: record.extends)
        } else {
          states[name] = .refused(.conflict)
          findings.error(
            .conflict, thing, TeamFile.name, nil, .sides(live.map(\.authorship)))
        }
      } else {
        states[name] = .refused(.conflict)
        findings.error(.conflict, thing, TeamFile.name, nil, .circle)
      }
    }
    refuseBadBases(&states, &findings)
    return states
  }

  /// `extends` forms no cycle and names environments that exist.
  private static func refuseBadBases(
    _ states: inout [String: EnvironmentState], _ findings: inout Findings
  ) {
    var refused: [(name: String, base: String)] = []
    for name in states.keys.sorted() {
      var seen: Set<String> = [name]
      var current = name
      while case .live(_, let base?) = states[current] {
        guard seen.insert(base).inserted, let state = states[base], state != .removed else {
          refused.append((name, base))
          break
        }
        current = base
      }
    }
    for (name, base) in refused {
      states[name] = .refused(.conflict)
      findings.error(.conflict, .environment(name), TeamFile.name, nil, .extends(base))
    }
  }

  // §5.4
  private static func judgeOffers(
    _ records: [TeamRecord], _ roster: Roster, _ grants: GrantTable,
    _ findings: inout Findings
  ) -> ([GrantRequest], [JoinRequest]) {
    var requests: [GrantRequest] = []
    var joins: [JoinRequest] = []
    let currentKeys = Set(roster.members.values.filter { $0.state == .current }.map(\.key))
    for (index, record) in records.enumerated() {
      guard record.kind == .request || record.kind == .join, roster.isWellSigned(index) else {
        continue
      }
      if record.kind == .request {
        guard roster.members[record.name]?.state == .current else {
          findings.warn(
            .noRight, record.thing, TeamFile.name, record.place, .signer(record.name))
          continue
        }
        let isAnswered =
          grants[record.grantKey]?.counting.contains { $0.after.contains(record.id) } ?? false
        if !isAnswered {
          requests.append(
            GrantRequest(
              key: record.grantKey, access: record.access, seconds: Int(record.seconds),
              id: record.id, at: record.at, reason: record.reason))
        }
      } else if let key = record.key {
        let isOver =
          roster.members[record.name] != nil && roster.members[record.name]?.state != .noRight
          || currentKeys.contains(key)
        if !isOver {
          joins.append(
            JoinRequest(name: record.name, key: key, at: record.at, reason: record.reason))
        }
      }
    }
    return (requests, joins)
  }
}
