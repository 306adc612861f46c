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

  @Test("A secret under a new name keeps its note and expiry, and stays exposed to whom it was")
  func rename() throws {
    var town = try twoMembers()
    try town.change("production", as: "alice") { try $0.prepare("default") }
    let noted = try Payload(
      kind: .template, note: town.arena.secret("a note"), value: town.arena.secret("fake-${X}"))
    try town.change("production", as: "alice") {
      try $0.set("OLD", role: "default", to: noted, expires: 1_900_000_000)
    }
    try town.changeTeam(as: "alice") { try $0.removeMember("bob") }
    // Alice re-keys and renames in one step: what bob has seen is sealed under a key he never had.
    try town.change("production", as: "alice") { draft in
      let written = try draft.rename("OLD", to: "NEW", role: "default")
      #expect(written.name == "NEW" && written.rev == 1 && written.isNew)
    }
    let entries = try town.open("production", as: "alice").environment.entries
    let new = try #require(entries.first { $0.name == "NEW" })
    #expect(new.exposed == ["bob"] && new.first != nil && new.expires == 1_900_000_000)
    let old = try #require(entries.first { $0.name == "OLD" })
    #expect(old.isRemoved && old.rev == 2)
    var open = try town.open("production", as: "alice")
    let value = try #require(open.inspect().values.first { $0.name == "NEW" })
    #expect(value.payload.kind == .template && value.payload.note.string == "a note")
    #expect(value.payload.value.string == "fake-${X}" && value.payload.templateNames == ["X"])
    #expect(open.findings == [])
  }

  @Test("Nothing is renamed onto what is there, and nothing that is not")
  func renameRefused() throws {
    var town = try twoMembers()
    let other = try town.text("fake-other")
    try town.change("production", as: "alice") { try $0.set("OTHER", role: "default", to: other) }
    try town.change("production", as: "alice") { draft in
      #expect(throws: WriteError.secretExists("OTHER")) {
        try draft.rename("TOKEN", to: "OTHER", role: "default")
      }
      #expect(throws: WriteError.noSuchSecret("NONE")) {
        try draft.rename("NONE", to: "NEW", role: "default")
      }
    }
    try town.change("production", as: "alice") { try $0.remove("OTHER", role: "default") }
    try town.change("production", as: "alice") { draft in
      #expect(throws: WriteError.noSuchSecret("OTHER")) {
        try draft.rename("OTHER", to: "NEW", role: "default")
      }
      // A name that was removed is free, and its history goes on.
      let written = try draft.rename("TOKEN", to: "OTHER", role: "default")
      #expect(written.rev == 3 && written.isNew)
    }
    let values = try town.read("production", as: "alice").values
    #expect(values == ["default": ["OTHER": "fake-1"]])
  }

  @Test("A reader cannot rename")
  func renameNeedsWrite() throws {
    var town = try twoMembers()
    try town.addMember("carol")
    try town.changeTeam(as: "alice") {
      try $0.grant(
        GrantKey(member: "carol", environment: "production", role: "default"), access: .read)
    }
    try town.change("production", as: "alice") { try $0.prepare("default") }
    let before = town.folder.files["production.sealed"]
    #expect(throws: WriteError.noWriteGrant(role: "default", environment: "production")) {
      try town.change("production", as: "carol") {
        try $0.rename("TOKEN", to: "NEW", role: "default")
      }
    }
    #expect(town.folder.files["production.sealed"] == before)
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

  @Test("However much stands there without the right, what counted is replaced by the next write")
  func crowd() throws {
    let live = try #require(RecordID("zzzzzzzz"))
    let older = try #require(RecordID("00000000"))
    let strays = try (10...40).map { try #require(RecordID("------\($0)")) }
    let after = RecordID.afterField([(live, [older])], strays: strays).split(separator: ",")
    #expect(after.count == 14)
    #expect(after.first == "zzzzzzzz" && after.last == "00000000")
    let history = try (10...40).map { try #require(RecordID("000000\($0)")) }
    let full = RecordID.afterField([(live, history)], strays: strays).split(separator: ",")
    #expect(full.count == 15, "a full one says that all lesser revisions are replaced")
    #expect(RecordID.afterField([(live, [older])]) == "zzzzzzzz,00000000")
  }
}
