// Two branches changed at random and merged by git read as the three readings alone say they must:
// base, ours and theirs (format.md §5.6 and §7).

import Sealing
import Testing

@testable import Vault

@Suite("Merging")
struct MergeTests {
  /// Branches off each base; every two of them are merged.
  private static let branches = 24
  private static let changes = 4

  @Test("Any two branches merge to what their readings say", arguments: [1, 2] as [UInt64])
  func pairs(seed: UInt64) throws {
    let base = try MergeSide.base()
    let seenBase = try SeenProject(base)
    #expect(seenBase.findings == [])
    var git = try MergeGit(base: base.folder)
    var sides: [(town: Town, seen: SeenProject)] = []
    // Both add the same person with the same key.
    var start = base
    start.addIdentity("erin")
    for branch in 0..<Self.branches {
      var side = MergeSide(
        start, label: "s\(branch)", seed: seed &* 1000 &+ UInt64(branch))
      try side.change(times: Self.changes)
      let seen = try SeenProject(side.town)
      #expect(seen.findings.filter(\.isError) == [], "seed \(seed), branch \(branch)")
      sides.append((side.town, seen))
      try git.commit(side.town.folder)
    }
    var pairs: [(ours: Int, theirs: Int)] = []
    for ours in sides.indices {
      for theirs in sides.indices where theirs > ours {
        pairs.append((ours + theirs).isMultiple(of: 2) ? (ours, theirs) : (theirs, ours))
      }
    }
    let trees = try git.mergeTrees(pairs)
    try #require(trees.count == pairs.count)
    for index in stride(from: 0, to: pairs.count, by: 15) {
      #expect(try git.merge(pairs[index].ours, pairs[index].theirs) == trees[index])
    }
    for (pair, folder) in zip(pairs, try git.files(of: trees)) {
      var merged = start
      merged.folder = folder
      merged.now = max(sides[pair.ours].town.now, sides[pair.theirs].town.now) + 60
      merged.identities.merge(sides[pair.ours].town.identities) { old, _ in old }
      merged.identities.merge(sides[pair.theirs].town.identities) { old, _ in old }
      let check = MergeCheck(
        base: seenBase, ours: sides[pair.ours].seen, theirs: sides[pair.theirs].seen,
        place: "seed \(seed), branches \(pair.ours) and \(pair.theirs)")
      try check.check(&merged)
    }
  }
}

/// What three readings say of the fourth.
struct MergeCheck {
  enum Outcome: Equatable {
    case value(String?)
    case conflict(ids: Set<String>, by: Set<String>)
    /// Whoever wrote has no right any more, and nothing else stands.
    case noRight
    case absent
  }

  let base: SeenProject
  let ours: SeenProject
  let theirs: SeenProject
  let place: String

  private func isMember(_ name: String) -> Bool {
    let states = [ours.members[name], theirs.members[name]]
    return states.contains(.current) && !states.contains(.removed)
  }

  /// A grant as both sides together leave it: of two changes the lesser holds.
  private func grant(_ key: GrantKey) -> SeenGrant? {
    let (base, ours, theirs) = (base.grants[key], ours.grants[key], theirs.grants[key])
    if ours == theirs || theirs?.ids == base?.ids { return ours }
    if ours?.ids == base?.ids { return theirs }
    guard let ours, let theirs else { return ours ?? theirs }
    return SeenGrant(
      ids: ours.ids + theirs.ids, access: min(ours.access, theirs.access),
      isRemoved: ours.isRemoved || theirs.isRemoved)
  }

  private func hasGrant(_ name: String, _ role: String, _ access: Access) -> Bool {
    let key = GrantKey(member: name, environment: MergeSide.environment, role: role)
    guard isMember(name), let grant = grant(key) else { return false }
    return !grant.isRemoved && grant.access >= access
  }

  private func counts(_ secret: SeenSecret, _ role: String) -> Bool {
    secret.sealedBy == "alice" || hasGrant(secret.signer, role, .write)
  }

  private func outcome(_ name: SecretName, _ file: SealedFile) -> Outcome {
    let (base, ours, theirs) = (base.secrets[name], ours.secrets[name], theirs.secrets[name])
    if base == nil, ours == nil, theirs == nil { return .absent }
    if ours?.id == theirs?.id, let ours {
      // One side's re-sealed copy may be all there is, by someone who has no right any more.
      return isThere(ours.id, name, file) ? .value(ours.value) : .noRight
    }
    let changed = [ours, theirs].compactMap { $0 }.filter { $0.id != base?.id }
    let counting = changed.filter { counts($0, name.role) }
    if counting.count == 2, counting[0].value != counting[1].value {
      return .conflict(ids: Set(counting.map(\.id)), by: Set(counting.map(\.by)))
    }
    if let first = counting.first { return .value(first.value) }
    // The value before stands where its line is still there.
    guard let base else { return .noRight }
    return isThere(base.id, name, file) ? .value(base.value) : .noRight
  }

  /// Whether the file has a copy of a record by someone who has the right.
  private func isThere(_ id: String, _ name: SecretName, _ file: SealedFile) -> Bool {
    file.secrets.contains { record in
      record.id.text == id && !record.isProposal
        && (record.sealedBy >= 0 && file.labels[Int(record.sealedBy)] == "alice"
          || hasGrant(file.labels[Int(record.signer)], name.role, .write))
    }
  }

  /// Compares the merged project with this, then lets the root settle what is left.
  func check(_ merged: inout Town) throws {
    let file = try SealedFile(
      merged.folder.files["production.sealed"] ?? [], name: "production.sealed")
    let seen = try SeenProject(merged)
    var unsettled: [SecretName: Outcome] = [:]
    let all = Set(base.secrets.keys).union(ours.secrets.keys).union(theirs.secrets.keys)
    #expect(Set(seen.secrets.keys).union(seen.refused.keys) == all, "\(place)")
    for name in all {
      let expected = outcome(name, file)
      let found = found(name, seen)
      #expect(found == expected, "\(place): \(name)")
      if case .value = expected { continue }
      unsettled[name] = expected
    }
    checkProposals(seen)
    try settle(&merged, unsettled)
    try checkReaders(merged, unsettled)
  }

  private func found(_ name: SecretName, _ seen: SeenProject) -> Outcome {
    if let secret = seen.secrets[name] { return .value(secret.value) }
    guard let refused = seen.refused[name] else { return .absent }
    if refused == .noRight { return .noRight }
    let thing = Thing.secret(role: name.role, name: name.name)
    for finding in seen.findings where finding.thing == thing && finding.isError {
      if case .sides(let sides) = finding.reason {
        return .conflict(ids: Set(sides.map(\.id)), by: Set(sides.map(\.by)))
      }
    }
    return .absent
  }

  private func checkProposals(_ seen: SeenProject) {
    let known = Set(ours.proposals.keys).union(theirs.proposals.keys)
    #expect(Set(seen.proposals.keys).isSubset(of: known), "\(place)")
    for side in [ours, theirs] {
      for (id, by) in side.proposals where base.proposals[id] == nil {
        #expect((seen.proposals[id] != nil) == isMember(by), "\(place): proposal by \(by)")
      }
    }
  }

  private func settle(_ merged: inout Town, _ unsettled: [SecretName: Outcome]) throws {
    // Every other value without the right is written anew, the rest vouched for.
    let anew = try merged.text("written anew")
    let refused = unsettled.filter { $0.value == .noRight }.keys.sorted { "\($0)" < "\($1)" }
    try merged.change(MergeSide.environment, as: "alice") { draft throws in
      for name in refused.dropFirst() { try draft.vouch(name.name, role: name.role) }
    }
    try merged.change(MergeSide.environment, as: "alice") { draft throws in
      for role in MergeSide.roles { try draft.prepare(role) }
      for (name, outcome) in unsettled {
        if case .conflict(let ids, _) = outcome, let id = ids.min() {
          try draft.settle(name.name, role: name.role, keeping: id)
        } else if name == refused.first {
          try draft.set(name.name, role: name.role, to: anew)
        }
      }
    }
  }

  /// Who may read reads all, without a fault; who left is given nothing.
  private func checkReaders(_ merged: Town, _ unsettled: [SecretName: Outcome]) throws {
    let seen = try SeenProject(merged)
    let reading = try merged.reading()
    let environment = try #require(reading.environments[MergeSide.environment])
    let stated = reading.team.findings + environment.findings
    #expect(stated.filter(\.isError) == [], "\(place)")
    for (name, identity) in merged.identities {
      var open = OpenEnvironment(environment, as: identity, in: merged.arena)
      let values = open.inspect().values
      #expect(open.findings.filter(\.isError) == [], "\(place): as \(name)")
      for role in MergeSide.roles {
        let names = Set(values.filter { $0.role == role }.map(\.name))
        let expected = seen.secrets.filter { $0.key.role == role && $0.value.value != nil }
        let mayRead = hasGrant(name, role, .read)
        #expect(
          names == (mayRead ? Set(expected.keys.map(\.name)) : []), "\(place): \(role) as \(name)")
        let isHandedTheKey = environment.file.tos.contains {
          $0.member == name && $0.role == role && $0.epoch == environment.roles[role]?.current
        }
        #expect(isHandedTheKey == mayRead, "\(place): \(role) to \(name)")
      }
    }
    for (name, outcome) in unsettled {
      if case .conflict(let ids, _) = outcome {
        let kept = [ours, theirs].compactMap { $0.secrets[name] }.first { $0.id == ids.min() }
        #expect(seen.secrets[name]?.value == kept?.value, "\(place): \(name) settled")
      }
    }
  }
}
