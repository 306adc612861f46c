// Who may know a value and has no right to it any more, against lists made by hand; and values
// brought back out of the past.

import Sealing
import Testing

@testable import Vault

@Suite("Exposure")
struct ExposureTests {
  private static func key(_ name: String, _ role: String = "default") -> GrantKey {
    GrantKey(member: name, environment: "production", role: role)
  }

  /// By role and name to whom each value is exposed, empty lists left out.
  private func exposed(_ town: Town) throws -> [String: [String]] {
    var exposed: [String: [String]] = [:]
    for entry in try town.open("production", as: "alice").environment.entries
    where !entry.exposed.isEmpty {
      exposed["\(entry.role)/\(entry.name)"] = entry.exposed
    }
    return exposed
  }

  private func town(with names: String...) throws -> Town {
    var town = try Town()
    try town.makeEnvironment("production")
    for name in names {
      try town.addMember(name)
      try town.changeTeam(as: "alice") { try $0.grant(Self.key(name), access: .write) }
    }
    try town.changeTeam(as: "alice") { try $0.grant(Self.key("alice", "hr"), access: .write) }
    return town
  }

  @Test("Over several keys, each value is exposed to those who could read it and cannot now")
  func severalEpochs() throws {
    var town = try town(with: "bob", "carol")
    // The first key: Bob and Carol hold it.
    try town.set("ROTATED", "fake-r", as: "alice")
    try town.set("KEPT", "fake-k", as: "bob")
    try town.set("REMOVED", "fake-x", as: "alice")
    try town.set("SALARY", "fake-s", role: "hr", as: "alice")
    #expect(try exposed(town) == [:])

    // The second: Carol has left.
    try town.remove("carol", as: "alice")
    try town.set("SECOND", "fake-2", as: "bob")
    #expect(
      try exposed(town) == [
        "default/ROTATED": ["carol"], "default/KEPT": ["carol"], "default/REMOVED": ["carol"],
      ])

    // The third: Bob has left too.
    try town.remove("bob", as: "alice")
    try town.set("THIRD", "fake-3", as: "alice")
    #expect(
      try exposed(town) == [
        "default/ROTATED": ["bob", "carol"], "default/KEPT": ["bob", "carol"],
        "default/REMOVED": ["bob", "carol"], "default/SECOND": ["bob"],
      ])

    // Rotated is a new value; the same one again is none.
    try town.set("ROTATED", "fake-new", as: "alice")
    try town.set("KEPT", "fake-k", as: "alice")
    try town.change("production", as: "alice") { try $0.remove("REMOVED", role: "default") }
    #expect(
      try exposed(town) == ["default/KEPT": ["bob", "carol"], "default/SECOND": ["bob"]])
  }

  @Test("Who was let in later is exposed to what was there all the same; who had no grant, to none")
  func lateAndNever() throws {
    var town = try town(with: "bob")
    try town.set("EARLY", "fake-1", as: "alice")
    try town.addMember("carol")
    try town.addMember("dave")
    try town.changeTeam(as: "alice") { try $0.grant(Self.key("carol"), access: .read) }
    try town.change("production", as: "alice") { try $0.prepare("default") }
    try town.set("LATE", "fake-2", as: "alice")
    try town.remove("dave", as: "alice")
    #expect(try exposed(town) == [:])
    try town.remove("carol", as: "alice")
    #expect(try exposed(town) == ["default/EARLY": ["carol"], "default/LATE": ["carol"]])
  }

  @Test("A grant that ended by its time exposes what it gave, once the key is replaced")
  func timed() throws {
    var town = try town(with: "bob")
    try town.addMember("carol")
    try town.changeTeam(as: "alice") {
      try $0.grant(Self.key("carol"), access: .read, until: Town.start + 60)
    }
    try town.set("DURING", "fake-1", as: "alice")
    town.now += 120
    // Nobody has replaced the key yet, and it shows already.
    #expect(try exposed(town) == ["default/DURING": ["carol"]])
    try town.changeTeam(as: "alice") { try $0.revoke(Self.key("carol")) }
    try town.change("production", as: "alice") { try $0.prepare("default") }
    try town.set("AFTER", "fake-2", as: "alice")
    #expect(try exposed(town) == ["default/DURING": ["carol"]])
  }

  @Test("Who leaves a role that the remover cannot read is told of all the same")
  func closedRole() throws {
    var town = try town(with: "bob")
    try town.addMember("carol")
    try town.changeTeam(as: "alice") { draft in
      try draft.grant(Self.key("bob", "billing"), access: .write)
      try draft.grant(Self.key("carol", "billing"), access: .write)
    }
    try town.set("STRIPE", "fake-1", role: "billing", as: "bob")
    try town.remove("bob", as: "alice", roles: ["default"])
    #expect(try exposed(town) == ["billing/STRIPE": ["bob"]])
    try town.set("NEW", "fake-2", role: "billing", as: "carol")
    #expect(try exposed(town) == ["billing/STRIPE": ["bob"]])
  }

  @Test("After a leak everything is exposed to someone unknown, until it is rotated")
  func leak() throws {
    var town = try town(with: "bob")
    try town.set("OLD", "fake-1", as: "alice")
    try town.set("SALARY", "fake-2", role: "hr", as: "alice")
    let summary = try town.change("production", as: "alice") {
      try $0.prepare("default", isLeaked: true)
    }
    #expect(summary.rekeyed == ["default"])
    try town.set("NEW", "fake-3", as: "bob")
    #expect(try exposed(town) == ["default/OLD": ["*"]])
    try town.set("OLD", "fake-4", as: "bob")
    #expect(try exposed(town) == [:])
    // A second leak is another one.
    try town.change("production", as: "bob") { try $0.prepare("default", isLeaked: true) }
    #expect(try exposed(town) == ["default/OLD": ["*"], "default/NEW": ["*"]])
  }

  @Test("A re-key for no reason exposes nothing and shuts nobody out")
  func rekey() throws {
    var town = try town(with: "bob")
    try town.set("OLD", "fake-1", as: "alice")
    let before = try town.open("production", as: "bob").environment.roleStandings.first?.epoch
    try town.change("production", as: "alice") { try $0.prepare("default", isRekeyed: true) }
    let environment = try town.open("production", as: "bob").environment
    #expect(environment.roleStandings.first?.epoch != before)
    #expect(try exposed(town) == [:])
    let seen = try town.read("production", as: "bob")
    #expect(seen.values["default"] == ["OLD": "fake-1"])
    #expect(seen.findings == [])
  }

  @Test("An old value opens with today's keys, also to who came later, and keeps its exposure")
  func restore() throws {
    var town = try town(with: "bob")
    try town.set("TOKEN", "fake-1", as: "bob")
    let old = try #require(try town.reading().environments["production"])
    try town.remove("bob", as: "alice")
    try town.set("TOKEN", "fake-2", as: "alice")
    try town.addMember("erin")
    try town.changeTeam(as: "alice") { try $0.grant(Self.key("erin"), access: .write) }
    try town.change("production", as: "alice") { try $0.prepare("default") }
    #expect(try exposed(town) == [:])

    let present = try town.open("production", as: "erin")
    let value = try #require(try present.older("TOKEN", role: "default", in: old))
    #expect(value.payload.value.string == "fake-1")
    #expect(value.entry.by == "bob" && value.entry.rev == 1)
    try town.change("production", as: "erin") { draft in
      #expect(!draft.holds(value))
      let written = try draft.restore(value)
      #expect(written.rev == 3)
    }
    #expect(try town.read("production", as: "alice").values["default"] == ["TOKEN": "fake-1"])
    #expect(try exposed(town) == ["default/TOKEN": ["bob"]])
    try town.change("production", as: "erin") { #expect($0.holds(value)) }
    #expect(throws: OpeningError.noAccess) {
      _ = try town.open("production", as: "bob").older("TOKEN", role: "default", in: old)
    }
    #expect(try present.older("NOBODY", role: "default", in: old) == nil)
  }

  @Test("An old value of another project, or by another key of the name, is not taken")
  func restoreForeign() throws {
    var town = try town(with: "bob")
    try town.set("TOKEN", "fake-1", as: "bob")
    var other = try self.town(with: "bob")
    try other.set("TOKEN", "fake-2", as: "bob")
    let old = try #require(try other.reading().environments["production"])
    #expect(throws: OpeningError.refused(.forged)) {
      _ = try town.open("production", as: "alice").older("TOKEN", role: "default", in: old)
    }
  }
}
