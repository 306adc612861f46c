// A few people and machines with their keys, and a project that they write together, in memory.

import Sealing

@testable import Vault

struct Town {
  static let start: Int64 = 1_767_323_045

  let arena = SecureArena(capacity: 1 << 16)
  var now = Town.start
  var identities: [String: Identity] = [:]
  var folder = VectorFolder()
  var project: ProjectID?

  init(root: String = "alice") throws {
    addIdentity(root)
    folder.files["team.keys"] = TeamDraft.found(root: root, by: author(root))
    project = try TeamFile(folder.files["team.keys"] ?? []).project
  }

  mutating func addIdentity(_ name: String) {
    if identities[name] == nil { identities[name] = Identity.generate(in: arena) }
  }

  func author(_ name: String) -> Author {
    guard let identity = identities[name] else { fatalError("nobody is called \(name)") }
    return Author(name: name, identity: identity, now: now, arena: arena)
  }

  func reading() throws -> Reading {
    let sealed = try folder.environments.map {
      try SealedFile(folder.files["\($0).sealed"] ?? [], name: "\($0).sealed")
    }
    return Reading(
      try TeamFile(folder.files["team.keys"] ?? []), sealed: sealed, now: now, trusted: project)
  }

  func open(_ environment: String, as name: String) throws -> OpenEnvironment {
    guard let environment = try reading().environments[environment],
      let identity = identities[name]
    else { fatalError("no such environment") }
    return OpenEnvironment(environment, as: identity, in: arena)
  }

  mutating func changeTeam(as name: String, _ change: (inout TeamDraft) throws -> Void) throws {
    let reading = try reading()
    var draft = try TeamDraft(reading.team, by: author(name), in: reading.environments)
    try change(&draft)
    folder.files["team.keys"] = draft.bytes
  }

  @discardableResult
  mutating func change(
    _ environment: String, as name: String, _ change: (inout SealedDraft) throws -> Void
  ) throws -> WriteSummary {
    if folder.files["\(environment).sealed"] == nil, let project {
      folder.files["\(environment).sealed"] = SealedDraft.empty(
        project: project, environment: environment)
    }
    var draft = try SealedDraft(open(environment, as: name), by: author(name))
    try change(&draft)
    folder.files["\(environment).sealed"] = draft.bytes
    return draft.summary
  }

  func text(_ value: String) throws -> Payload {
    try Payload(kind: .text, note: arena.secret(""), value: arena.secret(value))
  }

  mutating func makeEnvironment(_ name: String, as root: String = "alice") throws {
    try changeTeam(as: root) { draft throws in
      try draft.setEnvironment(name, isProtected: false, extends: nil)
      try draft.grant(
        GrantKey(member: root, environment: name, role: "default"), access: .write)
    }
  }

  mutating func addMember(_ name: String, kind: MemberKind = .person, as root: String = "alice")
    throws
  {
    addIdentity(name)
    guard let key = identities[name]?.publicKey else { return }
    try changeTeam(as: root) { try $0.addMember(name, key: key, kind: kind) }
  }

  /// Values as a reader sees them, by role and name, with all findings.
  func read(_ environment: String, as name: String) throws -> (
    values: [String: [String: String]], findings: [Finding]
  ) {
    let team = try reading().team
    var open = try open(environment, as: name)
    let inspection = open.inspect()
    var values: [String: [String: String]] = [:]
    for value in inspection.values {
      values[value.role, default: [:]][value.name] = value.payload.value.string
    }
    return (values, team.findings + open.environment.findings + open.findings)
  }
}
