// format.md §5.1 to §5.3: the chain of roots, the admins, and who is a member. One level, no
// recursion: the root's word first, then the admins', then that of those who may only shut out.

public import Sealing

/// A member as `root` and `member` records have it.
public struct Member: Equatable, Sendable {
  /// Whether, and why not, the member is one now.
  public enum State: String, Sendable {
    case current
    case removed
    case conflict
    case noRight = "no right"
    case formerRoot = "former root"
  }

  /// The name, which is one key for ever.
  public let name: String
  /// The key.
  public let key: PublicKey
  /// Person or machine; nil for a root without a `member` record.
  public let kind: MemberKind?
  /// Whether, and why not, the member is one now.
  public let state: State
  /// Who added them; nil for a root.
  public let addedBy: String?
  /// When, Unix seconds.
  public let at: Int64

  /// Whether the name is, or was meant to be, somebody's.
  public var isRemovable: Bool { state == .current || state == .conflict || state == .noRight }
}

struct Roster {
  struct Root: Equatable {
    let name: String
    let key: PublicKey
    let rev: Int32
  }

  var roots: [Root] = []
  private(set) var members: [String: Member] = [:]
  private(set) var admins: Set<String> = []
  /// A root or member or admin line, or the chain of roots, is at fault: nothing may be used.
  var isStopped = false
  /// Those who may end a member's or grant's right, and do nothing else (§5.3).
  private(set) var mayShutOut: Set<String> = []
  /// Those whom a root record, or an admin record by a root, names (§5.9).
  var everNamedByRoots: Set<String> = []
  var findings = Findings()

  private var adminKeys: [String: PublicKey] = [:]
  let file: TeamFile
  /// Signatures and keys were found good before, for these very bytes.
  let isKnown: Bool
  /// Signatures and keys that were judged before, whatever file they stood in.
  let book: SignatureBook?
  let records: [TeamRecord]
  private var states: [SignatureState]

  var root: Root? { roots.last }

  /// Judges who is who.
  ///
  /// - Parameters:
  ///   - file: team.keys.
  ///   - records: its records, and those that this machine remembers.
  ///   - states: their signatures.
  ///   - isKnown: whether signatures and keys were found good before, for these very bytes.
  ///   - knownRoots: the roots that this machine has seen, by revision.
  ///   - book: signatures and keys that were judged before.
  init(
    _ file: TeamFile, records: [TeamRecord], states: [SignatureState],
    isKnown: Bool, knownRoots: KnownRoots, book: SignatureBook?
  ) {
    self.file = file
    self.records = records
    self.states = states
    self.isKnown = isKnown
    self.book = book
    followRoots(knownRoots)
    guard root != nil, !isStopped else { return }
    refuseDifferentCopies()
    judgeAdmins()
    judgeMembers()
    refuseForgedLines()
  }

  func isRoot(_ name: String, _ key: PublicKey) -> Bool {
    root.map { $0.name == name && $0.key == key } ?? false
  }

  func isAdmin(_ name: String, _ key: PublicKey) -> Bool {
    admins.contains(name) && adminKeys[name] == key
  }

  func state(_ index: Int) -> SignatureState? {
    states.indices.contains(index) ? states[index] : nil
  }

  /// Whether a record has a signature by the root or an admin.
  func isByRootOrAdmin(_ index: Int) -> Bool {
    guard case .good(let key) = states[index] else { return false }
    let signer = records[index].signer
    return isRoot(signer, key) || isAdmin(signer, key)
  }

  /// Whether a record is signed by one who may shut out, and by nothing more.
  func isByOneWhoMayShutOut(_ index: Int) -> Bool {
    guard case .good(let key) = states[index] else { return false }
    let signer = records[index].signer
    return mayShutOut.contains(signer) && members[signer]?.key == key
  }

  /// Whether the root signed a record.
  func isByRoot(_ index: Int) -> Bool {
    guard case .good(let key) = states[index] else { return false }
    return isRoot(records[index].signer, key)
  }

  /// The `member` records that count, `removed` ones too, as indices.
  private(set) var countingMembers = IndexMarks()

  /// Whether a signature holds for the key that the signer's name stands for.
  func isWellSigned(_ index: Int) -> Bool {
    guard case .good(let key) = states[index], !differentCopies.contains(index) else {
      return false
    }
    if records[index].kind == .join { return true }
    let keys = countingKeys[records[index].signer] ?? []
    return keys.isEmpty || keys.contains(key)
  }

  private var differentCopies = IndexMarks()
  private var countingKeys: [String: [PublicKey]] = [:]

  /// The keys that a signature in a name may be by; none for a name that nobody has.
  func keys(of name: String) -> [PublicKey] { countingKeys[name] ?? otherKeys[name] ?? [] }

  private var otherKeys: [String: [PublicKey]] = [:]

  // §5.2
  private mutating func judgeAdmins() {
    var counting: [String: [TeamRecord]] = [:]
    var withoutRight: [TeamRecord] = []
    for (index, record) in records.enumerated() where record.kind == .admin {
      guard case .good(let key) = states[index] else { continue }
      if roots.contains(where: { $0.name == record.by && $0.key == key }) {
        everNamedByRoots.insert(record.name)
      }
      if isRoot(record.by, key) {
        counting[record.name, default: []].append(record)
      } else {
        withoutRight.append(record)
      }
    }
    var named: Set<String> = []
    for (name, records) in counting {
      let live = Liveness.live(records)
      if live.isEmpty {
        findings.error(.conflict, .admin(name), TeamFile.name, nil, .circle)
        continue
      }
      if live.contains(where: { !$0.isRemoved }) {
        protectedNames.insert(name)
        if live.contains(where: \.isRemoved) {
          findings.warn(
            .conflict, .admin(name), TeamFile.name, nil, .sides(live.map(\.authorship)))
        } else {
          named.insert(name)
        }
      }
    }
    for record in withoutRight where counting[record.name] == nil {
      findings.error(
        .noRight, record.thing, TeamFile.name, Int(record.line.number), .signer(record.by))
    }
    for record in withoutRight where counting[record.name] != nil {
      findings.warn(
        .noRight, record.thing, TeamFile.name, Int(record.line.number), .signer(record.by))
    }
    protectedNames.formUnion(roots.map(\.name))
    let byRoot = rootsMemberRecords()
    // An admin is a current member: by the root's word, since no other counts for an admin.
    for name in named {
      let own = byRoot.filter { $0.name == name }
      guard let record = own.first(where: { !$0.isRemoved }), !own.contains(where: \.isRemoved),
        let key = record.key,
        own.allSatisfy({ $0.key == key && ($0.isRemoved || $0.memberKind == record.memberKind) })
      else { continue }
      admins.insert(name)
      adminKeys[name] = key
    }
    if let root { admins.remove(root.name) }
    protectedKeys += roots.map(\.key)
    for record in byRoot where protectedNames.contains(record.name) {
      if let key = record.key { protectedKeys.append(key) }
    }
  }

  private var protectedNames: Set<String> = []
  private var protectedKeys: [PublicKey] = []

  private func rootsMemberRecords() -> [TeamRecord] {
    records.indices.compactMap { index in
      guard records[index].kind == .member, case .good(let key) = states[index],
        isRoot(records[index].by, key)
      else { return nil }
      return records[index]
    }
  }

  // §5.3
  private mutating func judgeMembers() {
    var counting: [String: [TeamRecord]] = [:]
    var undecided: [Int] = []
    for (index, record) in records.enumerated() where record.kind == .member {
      guard case .good(let key) = states[index] else { continue }
      let isProtected =
        protectedNames.contains(record.name) || record.key.map(protectedKeys.contains) ?? false
      if isRoot(record.by, key) || isAdmin(record.by, key) && !isProtected {
        counting[record.name, default: []].append(record)
        countingMembers.insert(index)
      } else {
        undecided.append(index)
      }
    }
    // Who may only shut out is a member by what the root and the admins signed.
    let byRootAndAdmins = counting
    for name in everNamedByRoots where name != root?.name {
      let own = byRootAndAdmins[name] ?? []
      guard !own.isEmpty, !own.contains(where: \.isRemoved), differ(own) == nil else { continue }
      mayShutOut.insert(name)
    }
    var withoutRight: [Int] = []
    for index in undecided {
      let record = records[index]
      guard case .good(let key) = states[index] else { continue }
      let isProtected =
        protectedNames.contains(record.name) || record.key.map(protectedKeys.contains) ?? false
      let signersKey = byRootAndAdmins[record.by]?.first { !$0.isRemoved }?.key
      if record.isRemoved, !isProtected, mayShutOut.contains(record.by), signersKey == key {
        counting[record.name, default: []].append(record)
        countingMembers.insert(index)
      } else {
        withoutRight.append(index)
      }
    }
    decideStates(counting, withoutRight: withoutRight)
  }

  private func differ(_ records: [TeamRecord]) -> (TeamRecord, TeamRecord)? {
    let added = records.filter { !$0.isRemoved }
    guard let first = added.first else { return nil }
    return added.first { $0.key != first.key || $0.memberKind != first.memberKind }
      .map { (first, $0) }
  }

  private mutating func decideStates(_ counting: [String: [TeamRecord]], withoutRight: [Int]) {
    let names = Set(counting.keys).union(roots.map(\.name))
      .union(withoutRight.map { records[$0].name })
    let offered = Dictionary(grouping: withoutRight.map { records[$0] }, by: \.name)
    for name in names.sorted() {
      let own = counting[name] ?? []
      let rootKeys = roots.filter { $0.name == name }.map(\.key)
      let added = own.filter { !$0.isRemoved }
      countingKeys[name] = Array(Set(rootKeys + own.compactMap(\.key)))
      guard
        let key = rootKeys.first ?? added.first?.key ?? own.first?.key
          ?? offered[name]?.first?.key
      else { continue }
      var state = Member.State.current
      let differs = differ(own) != nil || Set(rootKeys + added.compactMap(\.key)).count > 1
      // A name that stands for several keys is removed, and another one used (§3).
      if own.contains(where: \.isRemoved), name != root?.name {
        state = .removed
      } else if differs {
        state = .conflict
        let sides = own.map(\.authorship)
        findings.error(.conflict, .member(name), TeamFile.name, nil, .sides(sides))
      } else if name == root?.name {
        state = .current
      } else if added.isEmpty {
        state = rootKeys.isEmpty ? .noRight : .formerRoot
      }
      if !isKnown, state == .current, !isUsable(key) {
        findings.error(
          .forged, .member(name), TeamFile.name, added.first.map { Int($0.line.number) },
          .unusableKey)
        isStopped = true
      }
      let record = added.first ?? own.first ?? offered[name]?.first
      members[name] = Member(
        name: name, key: key, kind: added.first?.memberKind,
        state: state, addedBy: rootKeys.isEmpty ? record?.by : nil, at: record?.at ?? 0)
      if own.isEmpty, rootKeys.isEmpty {
        otherKeys[name] = Array(Set((offered[name] ?? []).compactMap(\.key)))
        countingKeys[name] = nil
      }
    }
    admins = admins.filter { members[$0]?.state == .current }
    for index in withoutRight {
      let record = records[index]
      guard isWellSigned(index) else { continue }
      let isKnown = members[record.name].map { $0.state != .noRight } ?? false
      let finding = Finding(
        kind: .noRight, isError: !isKnown, thing: record.thing, file: TeamFile.name,
        line: Int(record.line.number),
        reason: record.isRemoved ? .remover(record.by) : .signer(record.by))
      findings.add(finding)
    }
    warnOfSharedKeys()
  }

  // §3: one key under two current names.
  private mutating func warnOfSharedKeys() {
    var names: [String: String] = [:]
    for member in members.values.sorted(by: { $0.name < $1.name }) where member.state == .current {
      let key = member.key.openSSH
      if let other = names[key] {
        findings.warn(.twoNames, .member(member.name), TeamFile.name, nil, .sameKey(as: other))
      } else {
        names[key] = member.name
      }
    }
  }

  // §7: records with one id that differ in more than `by sig` are forged.
  private mutating func refuseDifferentCopies() {
    var first: [String: Int] = [:]
    for (index, record) in records.enumerated() where !record.isRemembered {
      guard record.kind == .env || record.kind == .admin || record.kind == .grant else { continue }
      let mark = "\(record.thing) \(record.id.text)"
      guard let other = first[mark] else {
        first[mark] = index
        continue
      }
      if file.unsignedText(record) != file.unsignedText(records[other]) {
        differentCopies.insert(index)
        differentCopies.insert(other)
      }
    }
  }

  /// Why a record's signature does not hold; nil where it does.
  func forgery(_ index: Int) -> FindingReason? {
    if isWellSigned(index) { return nil }
    if differentCopies.contains(index) { return .copiesDiffer }
    return states[index] == .unknownSigner ? .unknownSigner(records[index].signer) : .badSignature
  }

  /// Whether a key can be sealed to (§3).
  func isUsable(_ key: PublicKey) -> Bool { book?.isUsable(key) ?? (key.boxKey != nil) }

  // §5.7
  private mutating func refuseForgedLines() {
    for (index, record) in records.enumerated() where record.kind != .root && record.kind != .ext {
      guard let reason = forgery(index) else { continue }
      findings.error(.forged, record.thing, TeamFile.name, Int(record.line.number), reason)
      if record.kind == .member || record.kind == .admin { isStopped = true }
    }
  }
}

extension TeamFile {
  /// The text without `by` and `sig`, in which copies of one id may differ.
  func unsignedText(_ record: TeamRecord) -> [[UInt8]] {
    text(record.line).split(separator: UInt8(ascii: " "))
      .filter { !$0.starts(with: "by=".utf8) && !$0.starts(with: "sig=".utf8) }
      .map { Array($0) }
  }
}

extension TeamRecord {
  /// Who wrote it, and when; a member's line has no id.
  var authorship: Authorship {
    Authorship(id: kind == .member ? "" : id.text, by: signer, at: at, isRemoved: isRemoved)
  }
}
