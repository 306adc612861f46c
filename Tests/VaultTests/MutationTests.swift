// Sound files with a few bytes changed, and files as large and as odd as the limits allow: never a
// crash, never another value, never an hour's work.

import Foundation
import Sealing
import Testing

@testable import Vault

@Suite("Changed bytes")
struct MutationTests {
  private static let likely = Array("ABCZabcz0189-_,:=.+/ \n".utf8)

  private static func change(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    let byte =
      generator.once(in: 4)
      ? UInt8.random(in: 0...255, using: &generator)
      : likely.randomElement(using: &generator) ?? 0
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: bytes.insert(byte, at: place)
    case 1: bytes.remove(at: place)
    default: bytes[place] = byte
    }
  }

  @Test(
    "A changed byte gives nobody another value",
    arguments: [
      "smallest", "one-of-each-kind", "countersigned-beside-original", "exposed-then-rotated",
      "re-keyed-twice", "root-handed-on-written", "proposal-replaced", "admin-dismissed",
    ])
  func bytes(vector: String) throws {
    let expected = try Vectors.expectation("valid/\(vector)")
    let folder = try VectorFolder("valid/\(vector)/secrets")
    let view = try #require((expected["views"] as? [Vectors.Expectation])?.first)
    let environment = try #require(view["env"] as? String)
    let seed = try Vectors.bytes(view["seed"])
    let now = try Vectors.time(view["now"])
    let trusted = (expected["project"] as? String).flatMap { ProjectID(text: $0) }
    func read(_ folder: VectorFolder) -> VectorReading {
      VectorReading(
        folder, environment: environment, seed: seed, now: now, trusted: trusted, rootKey: nil)
    }
    let sound = read(folder).readable
    let files = ["team.keys", "\(environment).sealed"]
    for round in 0..<300 {
      var generator = SeededGenerator(seed: UInt64(round))
      var changed = folder
      let name = files[round % 2]
      var bytes = try #require(changed.files[name])
      for _ in 0...Int.random(in: 0...1, using: &generator) { Self.change(&bytes, &generator) }
      changed.files[name] = bytes
      for (role, values) in read(changed).readable {
        for (name, value) in values {
          #expect(sound[role]?[name] == value, "\(vector), round \(round): \(role) \(name)")
        }
      }
    }
  }

  @Test("Bytes that pass for known and were never read strictly do no worse than be refused")
  func known() {
    let head = "project=UHg9Qkl9HmS09fRsRyf0Ug"
    let times = "at=2026-01-02T03:04:05Z by=alice"
    let sig = String(repeating: "A", count: 86)
    let epoch = String(repeating: "A", count: 22)
    for after in ["A", "AB", "AAAAAAAA,", "AAAAAAAA,A"] {
      let team =
        "secrets/1 team \(head)\nadmin bob rev=1 id=AAAAAAAA after=\(after) \(times) sig=\(sig)\n"
      let file = try? TeamFile(Array(team.utf8), isKnown: true)
      #expect(file?.records.allSatisfy(\.after.isEmpty) ?? true)
      let sealed =
        "secrets/1 sealed \(head) env=a\nsecret A role=default rev=1 id=AAAAAAAA after=\(after) "
        + "\(times) epoch=\(epoch) box=AAAA sig=\(sig)\n"
      let values = try? SealedFile(Array(sealed.utf8), name: "a.sealed", isKnown: true)
      #expect(values?.secrets.allSatisfy { values?.after($0).isEmpty == true } ?? true)
    }
  }

  @Test("A changed memory is read as far as it reads")
  func memory() throws {
    let folder = try VectorFolder("valid/admin-dismissed/secrets")
    let team = try TeamFile(folder.files["team.keys"] ?? [])
    let sealed = try folder.environments.map {
      try SealedFile(folder.files["\($0).sealed"] ?? [], name: "\($0).sealed")
    }
    let reading = Reading(team, sealed: sealed, now: Town.start)
    let project = reading.remembered(RememberedProject()).text
    let branch = reading.remembered(RememberedBranch(), contents: [:]).recordsText
    for round in 0..<1000 {
      var generator = SeededGenerator(seed: UInt64(round))
      var (changedProject, changedBranch) = (project, branch)
      for _ in 0..<3 {
        Self.change(&changedProject, &generator)
        Self.change(&changedBranch, &generator)
      }
      var records = RememberedBranch()
      records.add(records: changedBranch)
      let again = Reading(
        team, sealed: sealed, now: Town.start, memory: RememberedProject(changedProject),
        branch: records)
      #expect(again.team.roots.count <= reading.team.roots.count)
    }
  }
}

@Suite("Large and odd files")
struct LargeFileTests {
  /// A project of alice's whose file holds more lines, none of them signed.
  private func environment(_ lines: [String], team: [String] = []) throws -> OpenEnvironment {
    var town = try Town()
    try town.makeEnvironment("production")
    let value = try town.text("fake-1")
    try town.change("production", as: "alice") { try $0.set("TOKEN", role: "default", to: value) }
    for (name, more) in [("production.sealed", lines), (TeamFile.name, team)] {
      town.folder.files[name, default: []] += Array(more.map { $0 + "\n" }.joined().utf8)
    }
    return try town.open("production", as: "alice")
  }

  private static let sig = String(repeating: "A", count: 86)
  private static let epoch = String(repeating: "A", count: 22)
  private static let count = 20_000

  private func secret(_ name: String, _ role: String, _ by: String) -> String {
    "secret \(name) role=\(role) rev=1 id=AAAAAAAA after=- at=2026-01-02T03:04:05Z by=\(by) "
      + "epoch=\(Self.epoch) box=AAAA sig=\(Self.sig)"
  }

  @Test("As many roles and writers as lines are judged", .timeLimit(.minutes(3)))
  func labels() throws {
    var open = try environment((0..<Self.count).map { secret("A", "r\($0)", "m\($0)") })
    #expect(open.inspect().values.map(\.name) == ["TOKEN"])
  }

  @Test("As many forged names as lines are judged, and written around", .timeLimit(.minutes(3)))
  func names() throws {
    let town = try Town()
    let open = try environment((0..<Self.count).map { secret("A\($0)", "default", "alice") })
    #expect(open.environment.entries.count { $0.refused == .forged } == Self.count)
    let identity = try #require(town.identities["alice"])
    let author = Author(name: "alice", identity: identity, now: Town.start, arena: town.arena)
    let draft = try SealedDraft(open, by: author)
    #expect(draft.bytes.count > Self.count)
  }

  @Test("Lines that hand over a key and do not are all tried", .timeLimit(.minutes(3)))
  func handovers() throws {
    let line = "to alice role=default epoch=\(Self.epoch) box="
    var open = try environment(
      (0..<Self.count).map { "\(line)\(Base64.encode([UInt8($0 % 256)]))" })
    #expect(open.inspect().values.map(\.name) == ["TOKEN"])
  }

  @Test("A name with a thousand keys does not make a thousand trials of each line")
  func keys() throws {
    var town = try Town()
    try town.makeEnvironment("production")
    let key = try #require(town.identities["alice"]).publicKey.openSSH
    let members = (0..<500).map { number -> String in
      let other = Identity.generate(in: town.arena).publicKey.openSSH
      return "member bob key=\(number == 0 ? key : other) kind=person at=2026-01-02T03:04:05Z "
        + "by=alice sig=\(Self.sig)"
    }
    town.folder.files[TeamFile.name, default: []] += Array(
      members.map { $0 + "\n" }.joined().utf8)
    let team = try TeamFile(town.folder.files[TeamFile.name] ?? [])
    #expect(team.keysByName()["bob"]?.count == 8)
    #expect(Team(team, now: town.now).isStopped)
  }
}
