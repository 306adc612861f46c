// format.md §3 and §5.3: who is a member, what stands against it, and who may only shut out.

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

extension Roster {
  // §5.3
  mutating func judgeMembers() {
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
      // Whoever is removed is so whatever else is said, and what memory alone has is told there.
      guard isWellSigned(index), !record.isRemembered, members[record.name]?.state != .removed
      else { continue }
      let isKnown = members[record.name].map { $0.state != .noRight } ?? false
      let finding = Finding(
        kind: .noRight, isError: !isKnown, thing: record.thing, file: TeamFile.name,
        line: Int(record.line.number),
        reason: record.isRemoved
          ? .remover(record.by) : isKnown ? .namesake(record.by) : .signer(record.by))
      findings.add(finding)
    }
    warnOfSharedKeys()
  }

  /// Whether a name was only ever called a member by who had no right to.
  ///
  /// Two names can do that for each other, so that a good signature of theirs says nothing.
  func isStranger(_ name: String) -> Bool { members[name].map { $0.state == .noRight } ?? true }

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
}
