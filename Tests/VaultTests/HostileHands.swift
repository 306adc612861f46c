// A project with a member who has no grant, and the means to change it behind everybody's back.

import Testing

@testable import Vault

/// What tests of hostile hands begin with.
protocol HostileHands {}

extension HostileHands {
  static var place: String { "production" }

  /// alice the root, bob who writes, carol a member without a grant.
  func town() throws -> Town {
    var town = try Town()
    try town.makeEnvironment(Self.place)
    for name in ["bob", "carol"] { try town.addMember(name) }
    try town.changeTeam(as: "alice") { try $0.grant(Self.key("bob"), access: .write) }
    let value = try town.text("fake-1")
    try town.change(Self.place, as: "alice") { try $0.set("TOKEN", role: "default", to: value) }
    return town
  }

  static func key(_ member: String) -> GrantKey {
    GrantKey(member: member, environment: place, role: "default")
  }

  func lines(_ town: Town, _ file: String) -> [String] {
    String(decoding: town.folder.files[file] ?? [], as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  func put(_ lines: [String], _ file: String, _ town: inout Town) {
    town.folder.files[file] = Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  func signed(_ text: String, as name: String, _ file: String, _ town: Town) -> String {
    guard let project = town.project else { return "" }
    let prefix =
      file == TeamFile.name
      ? SignaturePrefix.team(project) : SignaturePrefix.sealed(project, Self.place)
    return town.author(name).sign(text, prefix: prefix)
  }

  func set(_ name: String, _ value: String, as author: String, _ town: inout Town) throws {
    let value = try town.text(value)
    try town.change(Self.place, as: author) { try $0.set(name, role: "default", to: value) }
  }

  func reading(
    _ town: Town, _ memory: RememberedProject, _ branch: RememberedBranch = RememberedBranch(),
    removals: [String] = [], wasPublished: (String) -> Bool = { _ in true }
  ) throws -> Reading {
    Reading(
      try TeamFile(town.folder.files["team.keys"] ?? []),
      sealed: [
        try SealedFile(town.folder.files["production.sealed"] ?? [], name: "production.sealed")
      ], now: town.now, trusted: town.project, memory: memory, branch: branch,
      wasPublished: wasPublished, removals: { _ in removals })
  }
}
