// Random changes to a project, drawn from a seed, and what a reading of the outcome has to say.

import Sealing

@testable import Vault

/// A generator whose draws a seed fixes (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Whether something that happens once in so many times happens.
  mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}

struct SecretName: Hashable, CustomStringConvertible {
  let role: String
  let name: String
  var description: String { "\(role)/\(name)" }
}

/// What a reading says of one secret.
struct SeenSecret: Equatable {
  let id: String
  let by: String
  let sealedBy: String?
  /// nil where it is removed.
  let value: String?
  var signer: String { sealedBy ?? by }
}

struct SeenGrant: Equatable {
  let ids: [String]
  let access: Access
  let isRemoved: Bool
}

/// What the root reads in one state of the project.
struct SeenProject {
  var secrets: [SecretName: SeenSecret] = [:]
  var refused: [SecretName: FindingClass] = [:]
  var grants: [GrantKey: SeenGrant] = [:]
  var members: [String: Member.State] = [:]
  var proposals: [String: String] = [:]
  var findings: [Finding] = []

  init(_ town: Town) throws {
    let reading = try town.reading()
    members = reading.team.members.mapValues(\.state)
    guard let environment = reading.environments[MergeSide.environment],
      let identity = town.identities["alice"]
    else { fatalError("no such environment") }
    var open = OpenEnvironment(environment, as: identity, in: town.arena)
    let inspection = open.inspect()
    for grant in open.environment.grants {
      grants[grant.key] = SeenGrant(
        ids: grant.ids, access: grant.access, isRemoved: grant.isRemoved)
    }
    var values: [SecretName: String] = [:]
    for value in inspection.values {
      values[SecretName(role: value.role, name: value.name)] = value.payload.value.string
    }
    for entry in open.environment.entries {
      let name = SecretName(role: entry.role, name: entry.name)
      if let refused = entry.refused {
        self.refused[name] = refused
      } else if entry.isRemoved || values[name] != nil {
        secrets[name] = SeenSecret(
          id: entry.id, by: entry.by, sealedBy: entry.sealedBy, value: values[name])
      } else {
        self.refused[name] = .conflict
      }
    }
    for proposal in inspection.proposals { proposals[proposal.id] = proposal.by }
    findings = reading.team.findings + open.environment.findings + open.findings
  }
}

/// One of two branches: a copy of a project, changed at random.
struct MergeSide {
  static let environment = "production"
  static let roles = ["billing", "default"]
  private static let names = ["A", "B", "C", "D"]

  var town: Town
  let label: String
  private var generator: SeededGenerator
  private var newcomers = 0

  init(_ town: Town, label: String, seed: UInt64) {
    self.town = town
    self.label = label
    generator = SeededGenerator(seed: seed)
    self.town.now += Int64.random(in: 1...9999, using: &generator)
  }

  /// The project that all branches begin from.
  static func base() throws -> Town {
    var town = try Town()
    try town.makeEnvironment(environment)
    for name in ["bob", "carol", "dora"] { try town.addMember(name) }
    try town.addMember("ci", kind: .machine)
    try town.changeTeam(as: "alice") { draft throws in
      for (name, role, access) in [
        ("alice", "billing", Access.write), ("bob", "default", .write), ("bob", "billing", .read),
        ("carol", "default", .write), ("carol", "billing", .write), ("ci", "default", .read),
      ] {
        try draft.grant(
          GrantKey(member: name, environment: environment, role: role), access: access)
      }
    }
    for (author, role, name) in [
      ("alice", "default", "A"), ("alice", "billing", "A"), ("bob", "default", "B"),
      ("carol", "default", "C"), ("carol", "billing", "B"),
    ] {
      let value = try town.text("base \(role) \(name)")
      try town.change(environment, as: author) { try $0.set(name, role: role, to: value) }
      try town.change(environment, as: "alice") { draft throws in
        for role in roles { try draft.prepare(role) }
      }
    }
    return town
  }

  mutating func change(times: Int) throws {
    for step in 0..<times {
      town.now += 60
      do {
        try changeOnce(step)
      } catch WriteError.pending, WriteError.cannotRekey {
        // Who waits for a key does something else today.
      }
    }
  }

  private mutating func changeOnce(_ step: Int) throws {
    switch Int.random(in: 0..<14, using: &generator) {
    case 0...4: try set(step)
    case 5: try remove()
    case 6: try addMember()
    case 7: try endRight()
    case 8: try removeMember()
    case 9: try grantMore()
    case 10:
      let role = draw(Self.roles)
      if let author = try writer(of: role) {
        try town.change(Self.environment, as: author) { try $0.prepare(role, isRekeyed: true) }
      }
    case 11, 12: try propose(step)
    default: try answer()
    }
  }

  private mutating func draw<T>(_ list: [T]) -> T {
    list[Int.random(in: 0..<list.count, using: &generator)]
  }

  private mutating func writer(of role: String) throws -> String? {
    let environment = try town.reading().environments[Self.environment]
    let able = (environment?.grants ?? []).filter {
      $0.isCurrent && $0.access == .write && $0.key.role == role
    }
    return able.isEmpty ? nil : draw(able.map(\.key.member))
  }

  private static func key(_ member: String, _ role: String) -> GrantKey {
    GrantKey(member: member, environment: environment, role: role)
  }

  private mutating func set(_ step: Int) throws {
    let role = draw(Self.roles)
    guard let author = try writer(of: role) else { return }
    // Now and then both branches write the same.
    let isShared = generator.once(in: 4)
    let value = try town.text(isShared ? "the same" : "\(label) \(step)")
    let name = draw(Self.names)
    try town.change(Self.environment, as: author) { try $0.set(name, role: role, to: value) }
  }

  private mutating func remove() throws {
    let (role, name) = (draw(Self.roles), draw(Self.names))
    guard let author = try writer(of: role) else { return }
    try town.change(Self.environment, as: author) { draft throws in
      do throws(WriteError) {
        try draft.remove(name, role: role)
      } catch {
        guard case .noSuchSecret = error else { throw error }
      }
    }
  }

  private mutating func addMember() throws {
    newcomers += 1
    let name = generator.once(in: 3) ? "erin" : "new\(label)\(newcomers)"
    guard try town.reading().team.members[name] == nil else { return }
    try town.addMember(name)
    let (role, access) = (draw(Self.roles), draw([Access.read, .write]))
    try town.changeTeam(as: "alice") { try $0.grant(Self.key(name, role), access: access) }
    try town.change(Self.environment, as: "alice") { try $0.prepare(role) }
  }

  private mutating func grantMore() throws {
    let members = try town.reading().team.members.values
      .filter { $0.state == .current && $0.name != "alice" }.map(\.name).sorted()
    guard !members.isEmpty else { return }
    let (member, role, access) = (draw(members), draw(Self.roles), draw([Access.read, .write]))
    if access == .read {
      try town.change(Self.environment, as: "alice") { $0.countersign([member], role: role) }
    }
    try town.changeTeam(as: "alice") { try $0.grant(Self.key(member, role), access: access) }
    if generator.once(in: 2) {
      try town.change(Self.environment, as: "alice") { try $0.prepare(role) }
    }
  }

  /// Revokes a grant, or lessens it to reading.
  private mutating func endRight() throws {
    let environment = try town.reading().environments[Self.environment]
    let able = (environment?.grants ?? []).filter { $0.isCurrent && $0.key.member != "alice" }
    guard !able.isEmpty else { return }
    let grant = draw(able)
    try town.change(Self.environment, as: "alice") {
      $0.countersign([grant.key.member], role: grant.key.role)
    }
    let isLessened = generator.once(in: 2)
    try town.changeTeam(as: "alice") { draft throws in
      if isLessened {
        try draft.grant(grant.key, access: .read)
      } else {
        try draft.revoke(grant.key)
      }
    }
    if !generator.once(in: 4) {
      try town.change(Self.environment, as: "alice") { try $0.prepare(grant.key.role) }
    }
  }

  private mutating func removeMember() throws {
    let members = try town.reading().team.members.values
      .filter { $0.state == .current && $0.name != "alice" }.map(\.name).sorted()
    guard !members.isEmpty else { return }
    let member = draw(members)
    try town.change(Self.environment, as: "alice") { draft in
      for role in Self.roles { draft.countersign([member], role: role) }
    }
    try town.changeTeam(as: "alice") { try $0.removeMember(member) }
    try town.change(Self.environment, as: "alice") { draft throws in
      for role in Self.roles { try draft.prepare(role) }
    }
  }

  private mutating func propose(_ step: Int) throws {
    let members = try town.reading().team.members.values
      .filter { $0.state == .current && $0.name != "alice" }.map(\.name).sorted()
    guard !members.isEmpty else { return }
    let (member, role, name) = (draw(members), draw(Self.roles), draw(Self.names))
    let value = try town.text("\(label) offer \(step)")
    try town.change(Self.environment, as: member) { try $0.propose(name, role: role, value) }
  }

  private mutating func answer() throws {
    for role in Self.roles {
      guard let author = try writer(of: role) else { continue }
      var open = try town.open(Self.environment, as: author)
      let proposals = open.inspect().proposals.filter { $0.role == role && $0.payload != nil }
      guard !proposals.isEmpty else { continue }
      let proposal = draw(proposals)
      let isAccepted = generator.once(in: 2)
      try town.change(Self.environment, as: author) { draft throws in
        if isAccepted { try draft.accept(proposal) } else { try draft.reject(proposal) }
      }
      return
    }
  }
}
