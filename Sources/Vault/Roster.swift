// format.md §5.1 to §5.3: the chain of roots, the admins, and who is a member. One level, no
// recursion: the root's word first, then the admins', then that of those who may only shut out.

internal import Sealing

struct Roster {
  struct Root: Equatable {
    let name: String
    let key: PublicKey
    let rev: Int32
  }

  var roots: [Root] = []
  var members: [String: Member] = [:]
  var admins: Set<String> = []
  /// A root or member or admin line, or the chain of roots, is at fault: nothing may be used.
  var isStopped = false
  /// Those who may end a member's or grant's right, and do nothing else (§5.3).
  var mayShutOut: Set<String> = []
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
  var states: [SignatureState]

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
  var countingMembers = IndexMarks()

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
  private var linesOfOtherCopies: [Int: Int] = [:]
  var countingKeys: [String: [PublicKey]] = [:]

  /// The keys that a signature in a name may be by; none for a name that nobody has.
  func keys(of name: String) -> [PublicKey] { countingKeys[name] ?? otherKeys[name] ?? [] }

  var otherKeys: [String: [PublicKey]] = [:]

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

  var protectedNames: Set<String> = []
  var protectedKeys: [PublicKey] = []

  private func rootsMemberRecords() -> [TeamRecord] {
    records.indices.compactMap { index in
      guard records[index].kind == .member, case .good(let key) = states[index],
        isRoot(records[index].by, key)
      else { return nil }
      return records[index]
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
        linesOfOtherCopies[index] = Int(records[other].line.number)
        linesOfOtherCopies[other] = Int(record.line.number)
      }
    }
  }

  /// Why a record's signature does not hold; nil where it does.
  func forgery(_ index: Int) -> FindingReason? {
    if isWellSigned(index) { return nil }
    if differentCopies.contains(index) {
      return .idTwice(line: linesOfOtherCopies[index] ?? Int(records[index].line.number))
    }
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
