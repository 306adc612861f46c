// Which value a program is given: by name, over a base, out of roles.

import Sealing
import Testing
import Vault

@testable import Commands

@Suite("The values of an environment over its base")
struct LayersTests {
  private func layers(
    _ town: Town, _ names: [String], roles: [String] = [], as name: String = "alice"
  ) throws -> Layers {
    try Layers(
      names.map(town.environment), as: town.identity(name), roles: roles, in: town.arena)
  }

  private func texts(_ values: [LayeredValue]) -> [String] {
    values.map { "\($0.environment) \($0.name)=\($0.text.text)" }
  }

  @Test("Names come sorted, from whatever role")
  func sorted() throws {
    var town = try Town()
    try town.grant("alice", "development", role: "billing")
    try town.set("development", ["B": "fake-b", "D": "fake-d"])
    try town.set("development", role: "billing", ["A": "fake-a", "C": "fake-c"])
    var layers = try layers(town, ["development"])
    #expect(layers.names == ["A", "B", "C", "D"])
    #expect(
      texts(try layers.values()) == [
        "development A=fake-a", "development B=fake-b", "development C=fake-c",
        "development D=fake-d",
      ])
  }

  @Test("An environment's own value lies over its base's, and what was removed lets it through")
  func base() throws {
    var town = try Town()
    try town.makeEnvironment("staging", extends: "development")
    try town.set("development", ["A": "fake-base", "B": "fake-base", "C": "fake-base"])
    try town.set("staging", ["B": "fake-own", "C": "fake-own", "D": "fake-own"])
    try town.change("staging") { try $0.remove("C", role: "default") }
    var layers = try layers(town, ["development", "staging"])
    #expect(layers.names == ["A", "B", "C", "D"])
    #expect(
      texts(try layers.values()) == [
        "development A=fake-base", "staging B=fake-own", "development C=fake-base",
        "staging D=fake-own",
      ])
  }

  @Test("A name in two roles stops, and both are named; a chosen role goes on")
  func twoRoles() throws {
    var town = try Town()
    try town.grant("alice", "development", role: "billing")
    try town.set("development", ["A": "fake-1", "B": "fake-2"])
    try town.set("development", role: "billing", ["A": "fake-3"])
    var all = try layers(town, ["development"])
    let refusal = #expect(throws: Refusal.self) { try all.values() }
    #expect(refusal?.message == "`A` is in the roles `billing` and `default` of development")
    all.keep { $0 != "A" }
    #expect(texts(try all.values()) == ["development B=fake-2"])
    var chosen = try layers(town, ["development"], roles: ["billing"])
    #expect(texts(try chosen.values()) == ["development A=fake-3"])
  }

  @Test("A name in two roles of the base is no matter where the environment has its own")
  func coveredConflict() throws {
    var town = try Town()
    try town.grant("alice", "development", role: "billing")
    try town.set("development", ["A": "fake-1"])
    try town.set("development", role: "billing", ["A": "fake-2"])
    try town.makeEnvironment("staging", extends: "development")
    try town.set("staging", ["A": "fake-own"])
    var layers = try layers(town, ["development", "staging"])
    #expect(texts(try layers.values()) == ["staging A=fake-own"])
  }

  @Test("A closed role is left out; asking for it says how many secrets it has and whom to ask")
  func closedRole() throws {
    var town = try Town()
    try town.grant("alice", "development", role: "billing")
    try town.add("bob")
    try town.grant("bob", "development", access: .read)
    try town.set("development", ["A": "fake-1"])
    try town.set("development", role: "billing", ["B": "fake-2", "C": "fake-3"])
    var open = try layers(town, ["development"], as: "bob")
    #expect(texts(try open.values()) == ["development A=fake-1"])
    let closed = #expect(throws: Refusal.self) {
      _ = try layers(town, ["development"], roles: ["billing"], as: "bob")
    }
    #expect(
      closed
        == Refusal(
          "you have no grant for the role `billing` of development (2 secrets)",
          hint: "ask an admin to run: secrets grant bob development/billing", .cannotDecrypt))
    let missing = #expect(throws: Refusal.self) {
      _ = try layers(town, ["development"], roles: ["bililng"], as: "bob")
    }
    #expect(missing?.hint == "did you mean `billing`? secrets list -e development")
  }

  @Test("Whoever may open nothing of an environment is not given its base instead")
  func nothingOpen() throws {
    var town = try Town()
    try town.makeEnvironment("staging", extends: "development")
    try town.add("bob")
    try town.grant("bob", "development")
    let refusal = #expect(throws: Refusal.self) {
      _ = try layers(town, ["development", "staging"], as: "bob")
    }
    #expect(refusal?.message == "you have no grant for any role of staging")
  }

  @Test("A grant whose key was not handed over stops, and says who can")
  func pending() throws {
    var town = try Town()
    try town.set("development", ["A": "fake-1"])
    try town.add("bob")
    try town.grant("bob", "development")
    var layers = try layers(town, ["development"], as: "bob")
    let refusal = #expect(throws: Refusal.self) { try layers.values() }
    #expect(refusal?.status == .cannotDecrypt)
    #expect(refusal?.hint == "ask alice to run `secrets resolve` and push")
  }

  @Test("A template is expanded from its own role, or given as it stands")
  func templates() throws {
    var town = try Town()
    try town.set("development", ["HOST": "fake.example"])
    try town.set("development", ["URL": "https://${HOST}/$$"], kind: .template)
    var expanded = try layers(town, ["development"])
    expanded.keep { $0 == "URL" }
    #expect(texts(try expanded.values()) == ["development URL=https://fake.example/$"])
    var raw = try layers(town, ["development"])
    raw.keep { $0 == "URL" }
    #expect(texts(try raw.values(isExpanded: false)) == ["development URL=https://${HOST}/$$"])
  }

  @Test("A value has room before it for its name, also an expanded one")
  func headroom() throws {
    var town = try Town()
    try town.set("development", ["HOST": "fake.example"])
    try town.set("development", ["URL": "${HOST}"], kind: .template)
    var layers = try layers(town, ["development"])
    var strings: [String] = []
    try layers.forEachValue(
      headroom: { $0.utf8.count + 1 },
      { value in
        let name = Array(value.name.utf8)
        strings.append(String(cString: value.text.environmentString(named: name.span.bytes)))
      })
    #expect(strings == ["HOST=fake.example", "URL=fake.example"])
  }
}
