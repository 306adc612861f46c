// People with their keys and a project that they write together, in memory: for what commands do
// with an environment once it is read.

import Sealing
import Vault

@testable import Commands

struct Town {
  static let now: Int64 = 1_800_000_000

  let arena = SecureArena(capacity: 1 << 16)
  private var identities: [String: Identity] = [:]
  private var team: [UInt8] = []
  private var sealed: [String: [UInt8]] = [:]

  /// A project with alice as its root, and her `development`.
  init() throws {
    identities["alice"] = Identity.generate(in: arena)
    team = TeamDraft.found(root: "alice", by: author("alice"))
    try makeEnvironment("development")
  }

  func identity(_ name: String) -> Identity {
    guard let identity = identities[name] else { fatalError("nobody is called \(name)") }
    return identity
  }

  private func author(_ name: String) -> Author {
    Author(name: name, identity: identity(name), now: Self.now, arena: arena)
  }

  func reading() throws -> Reading {
    let files = try sealed.map { try SealedFile($1, name: "\($0).sealed") }
    return Reading(try TeamFile(team), sealed: files, now: Self.now)
  }

  mutating func change(_ body: (inout TeamDraft) throws -> Void) throws {
    var draft = try TeamDraft(reading().team, by: author("alice"))
    try body(&draft)
    team = draft.bytes
  }

  mutating func makeEnvironment(
    _ name: String, isProtected: Bool = false, extends base: String? = nil
  ) throws {
    try change { try $0.setEnvironment(name, isProtected: isProtected, extends: base) }
    sealed[name] = SealedDraft.empty(project: try TeamFile(team).project, environment: name)
    try grant("alice", name)
    try change(name) { try $0.prepare("default") }
  }

  mutating func add(_ name: String, kind: MemberKind = .person) throws {
    let identity = Identity.generate(in: arena)
    identities[name] = identity
    try change { try $0.addMember(name, key: identity.publicKey, kind: kind) }
  }

  mutating func grant(
    _ name: String, _ environment: String, role: String = "default", access: Access = .write
  ) throws {
    let key = GrantKey(member: name, environment: environment, role: role)
    try change { try $0.grant(key, access: access) }
  }

  @discardableResult
  mutating func change<R>(
    _ environment: String, as name: String = "alice", _ body: (inout SealedDraft) throws -> R
  ) throws -> R {
    var draft = try SealedDraft(open(environment, as: name), by: author(name))
    let result = try body(&draft)
    sealed[environment] = draft.bytes
    return result
  }

  /// Sets values as text, in the environment's role.
  mutating func set(
    _ environment: String, role: String = "default", as name: String = "alice",
    _ values: [String: String], kind: Payload.Kind = .text
  ) throws {
    let payloads = try values.map { ($0, try payload($1, kind: kind)) }
    try change(environment, as: name) { draft in
      for (name, payload) in payloads { try draft.set(name, role: role, to: payload) }
    }
  }

  func payload(_ value: String, kind: Payload.Kind = .text, note: String = "") throws -> Payload {
    try Payload(kind: kind, note: secret(note), value: secret(value))
  }

  func secret(_ text: String) -> Secret { arena.copy(Array(text.utf8).span.bytes) }

  func environment(_ name: String) throws -> Environment {
    guard let environment = try reading().environments[name] else { fatalError("no \(name)") }
    return environment
  }

  func open(_ environment: String, as name: String = "alice") throws -> OpenEnvironment {
    OpenEnvironment(try self.environment(environment), as: identity(name), in: arena)
  }

  /// Takes over what another town wrote meanwhile, as git's `union` does.
  mutating func unite(_ environment: String, with other: Town) {
    let lines = [self, other].flatMap { ($0.sealed[environment] ?? []).split(separator: 10) }
    var seen: Set<ArraySlice<UInt8>> = []
    sealed[environment] = lines.filter { seen.insert($0).inserted }.flatMap { $0 + [10] }
  }
}

extension Secret {
  /// The bytes as a text, for comparing in a test.
  var text: String {
    withBytes { bytes in bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
  }
}
