// Somebody leaves: what ends with them, what stays by another's word, and whom it falls to.

import Sealing
import Testing

@testable import Vault

@Suite("Leaving")
struct LeavingTests {
  /// Alice the root, Carol an admin, Bob and Dave; all but Dave may write production.
  private func team() throws -> Town {
    var town = try Town()
    try town.makeEnvironment("production")
    for name in ["bob", "carol", "dave"] { try town.addMember(name) }
    try town.changeTeam(as: "alice") { draft in
      try draft.appoint("carol")
      try draft.grant(Self.key("carol"), access: .write)
    }
    try town.changeTeam(as: "carol") { try $0.grant(Self.key("bob"), access: .write) }
    try town.set("TOKEN", "fake-1", as: "alice")
    return town
  }

  private static func key(_ name: String, _ role: String = "default") -> GrantKey {
    GrantKey(member: name, environment: "production", role: role)
  }

  @Test("A removal ends every grant and request of the member by a line of its own")
  func grants() throws {
    var town = try team()
    try town.makeEnvironment("staging")
    let staging = GrantKey(member: "bob", environment: "staging", role: "default")
    try town.changeTeam(as: "alice") { draft in
      try draft.grant(staging, access: .read)
      try draft.grant(Self.key("bob", "billing"), access: .write)
    }
    try town.changeTeam(as: "bob") {
      try $0.request(
        environment: "production", role: "hr", access: .read, seconds: 60, reason: nil)
    }
    try town.remove("bob", as: "carol")
    let reading = try town.reading()
    #expect(reading.team.members["bob"]?.state == .removed)
    let own = reading.grants.filter { $0.key.member == "bob" }
    #expect(own.count == 3)
    #expect(own.allSatisfy { $0.isRemoved && !$0.isCurrent })
    #expect(!town.lines("team.keys").contains { $0.hasPrefix("request ") })
    #expect(reading.team.findings == [])
    #expect(try town.read("production", as: "alice").findings.filter(\.isError) == [])
  }

  @Test("Who may remove whom: the root all but herself, an admin whoever is none, others nobody")
  func rights() throws {
    let town = try team()
    func refusal(_ name: String, by author: String) throws -> WriteError? {
      var town = town
      do {
        try town.changeTeam(as: author) { try $0.removeMember(name) }
      } catch let error as WriteError {
        return error
      }
      return try town.reading().team.members[name]?.state == .removed ? nil : .notMember
    }
    #expect(try refusal("carol", by: "alice") == nil)
    #expect(try refusal("bob", by: "alice") == nil)
    #expect(try refusal("bob", by: "carol") == nil)
    #expect(try refusal("alice", by: "alice") == .isRootOrAdmin("alice"))
    #expect(try refusal("alice", by: "carol") == .isRootOrAdmin("alice"))
    #expect(try refusal("carol", by: "carol") == .needsRoot)
    #expect(try refusal("dave", by: "bob") == .needsAdmin)
    #expect(try refusal("bob", by: "bob") == .needsAdmin)
    #expect(try refusal("erin", by: "alice") == .noSuchMember("erin"))
  }

  @Test("What a removed admin had signed and vouched for stays, by the root's word")
  func admin() throws {
    var town = try team()
    try town.changeTeam(as: "carol") { draft in
      try draft.setEnvironment("staging", isProtected: true, extends: nil)
      try draft.removeMember("dave")
    }
    try town.change("production", as: "carol") { try $0.prepare("default") }
    try town.set("BOBS", "fake-bob", as: "bob")
    // Carol vouches for what Bob wrote, and his right to write ends.
    try town.change("production", as: "carol") { $0.countersign(["bob"], role: "default") }
    try town.changeTeam(as: "carol") { try $0.grant(Self.key("bob"), access: .read) }
    let before = try #require(try town.reading().grants.first { $0.key == Self.key("bob") })

    try town.remove("carol", as: "alice")
    let reading = try town.reading()
    #expect(reading.team.admins == [])
    #expect(reading.team.members["dave"]?.state == .removed)
    #expect(reading.team.environments["staging"] == .live(isProtected: true, extends: nil))
    let after = try #require(reading.grants.first { $0.key == Self.key("bob") })
    #expect(after == before)
    #expect(!town.lines("team.keys").contains { $0.contains(" by=carol ") })
    let seen = try town.read("production", as: "bob")
    #expect(seen.values["default"] == ["TOKEN": "fake-1", "BOBS": "fake-bob"])
    #expect(seen.findings.filter(\.isError) == [])
    #expect(try town.read("production", as: "carol").values == [:])
  }

  @Test("A grant that a key has locked out is issued anew, under another id")
  func listedGrant() throws {
    var town = try team()
    try town.changeTeam(as: "carol") {
      try $0.grant(Self.key("dave"), access: .read, until: Town.start + 60, reason: "audit")
    }
    try town.change("production", as: "alice") { try $0.prepare("default") }
    let bobs = try #require(try town.reading().grants.first { $0.key == Self.key("bob") })
    let daves = try #require(try town.reading().grants.first { $0.key == Self.key("dave") })
    town.now += 120
    try town.change("production", as: "alice") { try $0.prepare("default") }
    #expect(town.lines("production.sealed").contains { $0.contains("dave:\(daves.ids[0])") })

    try town.remove("carol", as: "alice")
    let grants = try town.reading().grants
    #expect(grants.first { $0.key == Self.key("bob") } == bobs)
    let anew = try #require(grants.first { $0.key == Self.key("dave") })
    #expect(anew.ids != daves.ids && anew.ids.count == 1)
    #expect(!anew.isCurrent && !anew.isRemoved)
    #expect(anew.until == daves.until)
    #expect(town.lines("team.keys").contains { $0.contains(daves.ids[0]) && $0.contains("audit") })
    #expect(try town.read("production", as: "alice").findings.filter(\.isError) == [])
    #expect(try town.read("production", as: "alice").values["default"] == ["TOKEN": "fake-1"])
  }

  @Test("Where the admin cannot read, the values stay and the next writer replaces the key")
  func closedRole() throws {
    var town = try team()
    try town.changeTeam(as: "alice") { draft in
      for name in ["bob", "dave"] {
        try draft.grant(Self.key(name, "billing"), access: .write)
      }
    }
    try town.set("STRIPE", "fake-stripe", role: "billing", as: "bob")
    let standing = try town.open("production", as: "alice").environment
    #expect(standing.keyHolders(of: "billing") == ["bob", "dave"])
    try town.remove("bob", as: "alice", roles: ["default"])
    #expect(throws: WriteError.noWriteGrant(role: "billing", environment: "production")) {
      var town = town
      try town.change("production", as: "alice") { try $0.prepare("billing") }
    }
    // Bob had made the role's only key.
    let left = try town.open("production", as: "alice").environment
    #expect(left.keyHolders(of: "billing") == ["dave"])
    #expect(left.entries.first { $0.name == "STRIPE" }?.sealedBy == "alice")
    let stale = try town.read("production", as: "dave")
    #expect(stale.values["billing"] == ["STRIPE": "fake-stripe"])
    let summary = try town.change("production", as: "dave") { try $0.prepare("billing") }
    #expect(summary.rekeyed == ["billing"])
    #expect(summary.resealed == 1)
    let seen = try town.read("production", as: "dave")
    #expect(seen.values["billing"] == ["STRIPE": "fake-stripe"])
    #expect(seen.findings == [])
  }

  @Test("Where the leaver made the newest key, whoever was handed it replaces it")
  func leaversKey() throws {
    var town = try team()
    try town.changeTeam(as: "alice") { try $0.grant(Self.key("dave"), access: .read) }
    try town.change("production", as: "alice") { try $0.prepare("default") }
    try town.changeTeam(as: "alice") { try $0.revoke(Self.key("dave")) }
    // Bob is the one who keeps Dave out, so the newest key is of his making.
    try town.change("production", as: "bob") { try $0.prepare("default") }
    try town.change("production", as: "alice") { $0.countersign(["bob"]) }
    try town.changeTeam(as: "alice") { try $0.removeMember("bob") }
    let environment = try town.open("production", as: "carol").environment
    #expect(environment.roleStandings.first?.isStale == true)
    // Alice's older key is the current one again, and its own lines for readers are gone.
    #expect(environment.roleStandings.first?.madeBy == "alice")
    #expect(environment.keyHolders(of: "default") == ["alice", "carol"])
    try town.change("production", as: "carol") { try $0.prepare("default") }
    let seen = try town.read("production", as: "carol")
    #expect(seen.values["default"] == ["TOKEN": "fake-1"])
    #expect(seen.findings.filter(\.isError) == [])
  }

  @Test("What the leaver writes on another branch is not taken, and stops nothing")
  func concurrent() throws {
    var town = try team()
    try town.change("production", as: "alice") { try $0.prepare("default") }
    try town.set("BOBS", "fake-bob", as: "bob")
    let base = town.folder
    var branch = town
    try branch.set("BOBS", "fake-bob-2", as: "bob")
    try branch.set("TOKEN", "fake-bob-3", as: "bob")
    try branch.change("production", as: "bob") { try $0.prepare("default", isRekeyed: true) }
    try town.remove("bob", as: "alice")
    for file in ["team.keys", "production.sealed"] {
      town.folder.files[file] = LineUnion.merged(
        town.folder.files[file] ?? [], branch.folder.files[file] ?? [],
        bases: [base.files[file] ?? []])
    }
    let merged = try town.read("production", as: "alice")
    #expect(merged.values["default"] == ["TOKEN": "fake-1", "BOBS": "fake-bob"])
    #expect(merged.findings.filter(\.isError) == [])
    #expect(merged.findings.contains { $0.kind == .noRight })
    // Nothing new reaches him, whatever key he had made.
    try town.set("NEW", "fake-new", as: "carol")
    #expect(try town.read("production", as: "bob").values == [:])
    let current = try town.open("production", as: "carol").environment.roleStandings.first
    #expect(current?.madeBy != "bob" && current?.isStale == false)
  }
}

extension Town {
  mutating func set(
    _ name: String, _ value: String, role: String = "default",
    in environment: String = "production",
    as author: String
  ) throws {
    let payload = try text(value)
    try change(environment, as: author) { try $0.set(name, role: role, to: payload) }
  }

  /// Removes a member as the tool does: vouched for, removed, locked out of what the author may
  /// write.
  mutating func remove(
    _ name: String, as author: String, roles: [String]? = nil
  ) throws {
    for environment in folder.environments {
      try change(environment, as: author) { $0.countersign([name]) }
    }
    try changeTeam(as: author) { try $0.removeMember(name) }
    for environment in folder.environments {
      let open = try open(environment, as: author)
      for role in roles ?? open.roles where open.mayWrite(role) {
        try change(environment, as: author) { try $0.prepare(role) }
      }
    }
  }

  func lines(_ file: String) -> [String] {
    String(decoding: folder.files[file] ?? [], as: UTF8.self).split(separator: "\n").map(
      String.init)
  }

  @Test("Whoever first gets a key with its replacement is told of; who had the old one is not")
  func handedOver() throws {
    var town = try Town()
    try town.makeEnvironment("development")
    let value = try town.text("fake-1")
    try town.change("development", as: "alice") { try $0.set("A", role: "default", to: value) }
    for name in ["bob", "carol"] {
      try town.addMember(name)
      let key = GrantKey(member: name, environment: "development", role: "default")
      try town.changeTeam(as: "alice") { try $0.grant(key, access: .read) }
      if name == "bob" { try town.change("development", as: "alice") { try $0.prepare("default") } }
    }
    let summary = try town.change("development", as: "alice") {
      try $0.prepare("default", isRekeyed: true)
    }
    #expect(summary.rekeyed == ["default"])
    #expect(summary.handedOver == ["carol default"])
  }
}
