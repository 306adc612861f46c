// What writers leave in the files, as the next reader finds it.

import Sealing
import Testing

@testable import Vault

@Suite("Writing")
struct WritingTests {
  func twoMembers() throws -> Town {
    var town = try Town()
    try town.makeEnvironment("production")
    let value = try town.text("fake-1")
    try town.change("production", as: "alice") { try $0.set("TOKEN", role: "default", to: value) }
    try town.addMember("bob")
    try town.changeTeam(as: "alice") {
      try $0.grant(
        GrantKey(member: "bob", environment: "production", role: "default"), access: .write)
    }
    return town
  }

  @Test("Who is granted a role reads it once a writer has handed the key over")
  func handOver() throws {
    var town = try twoMembers()
    #expect(try town.read("production", as: "bob").values == [:])
    let summary = try town.change("production", as: "alice") { try $0.prepare("default") }
    #expect(summary.handedOver == ["bob default"])
    let seen = try town.read("production", as: "bob")
    #expect(seen.values == ["default": ["TOKEN": "fake-1"]])
    #expect(seen.findings == [])
  }

  @Test("Setting one of several values changes one line")
  func oneLine() throws {
    var town = try twoMembers()
    let other = try town.text("fake-other")
    try town.change("production", as: "alice") { try $0.set("OTHER", role: "default", to: other) }
    let before = Set((town.folder.files["production.sealed"] ?? []).split(separator: 10))
    let value = try town.text("fake-2")
    try town.change("production", as: "alice") { try $0.set("TOKEN", role: "default", to: value) }
    let after = Set((town.folder.files["production.sealed"] ?? []).split(separator: 10))
    #expect(before.subtracting(after).count == 1)
    #expect(after.subtracting(before).count == 1)
    #expect(try town.read("production", as: "alice").values["default"]?["TOKEN"] == "fake-2")
  }

  @Test("After a removal everything is sealed anew, and the leaver's values are vouched for")
  func removal() throws {
    var town = try twoMembers()
    try town.change("production", as: "alice") { try $0.prepare("default") }
    let bobs = try town.text("fake-bob")
    try town.change("production", as: "bob") { try $0.set("BOBS", role: "default", to: bobs) }
    try town.change("production", as: "alice") { $0.countersign(["bob"], role: "default") }
    try town.changeTeam(as: "alice") { try $0.removeMember("bob") }
    let summary = try town.change("production", as: "alice") { try $0.prepare("default") }
    #expect(summary.rekeyed == ["default"])
    let seen = try town.read("production", as: "alice")
    #expect(seen.values == ["default": ["TOKEN": "fake-1", "BOBS": "fake-bob"]])
    #expect(seen.findings.filter(\.isError) == [])
    let entries = try town.open("production", as: "alice").environment.entries
    #expect(entries.map(\.exposed) == [["bob"], ["bob"]])
    #expect(try town.read("production", as: "bob").values == [:])
  }
}
