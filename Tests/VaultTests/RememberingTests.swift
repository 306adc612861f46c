// What a machine remembers, and how somebody may try to talk it out of that.

import Sealing
import Testing

@testable import Vault

@Suite("Remembering")
struct RememberingTests: HostileHands {
  @Test("What was there before an environment was removed and made again is not missed")
  func madeAgain() throws {
    var town = try town()
    try set("TOKEN", "fake-old", as: "alice", &town)
    let before = try reading(town, RememberedProject())
    let memory = before.remembered(RememberedProject())
    let branch = before.remembered(RememberedBranch(), contents: [:])
    let first = try #require(before.team.liveEnvironments[Self.place]?.first?.id.text)
    try town.changeTeam(as: "alice") { try $0.removeEnvironment(Self.place) }
    let removal = try #require(
      lines(town, TeamFile.name).first { $0.hasPrefix("env production removed") })
    let id = try #require(removal.split(separator: " ").first { $0.hasPrefix("id=") })
    town.folder.files["production.sealed"] = nil
    try town.makeEnvironment(Self.place)
    try set("TOKEN", "fake-new", as: "alice", &town)
    #expect(try !reading(town, memory, branch, removals: [removal]).isRolledBack)
    // Only by a line that had the right, and that stands between what is known and what is there.
    let text = "env production removed rev=2 \(id) after=\(first) at=\(Timestamp.text(town.now))"
    let strays = [
      signed("\(text) by=carol", as: "carol", TeamFile.name, town),
      signed("\(text) by=alice", as: "carol", TeamFile.name, town),
      signed(
        "\(text.replacing(id, with: "id=AAAAAAAA")) by=alice", as: "alice", TeamFile.name, town),
      signed(
        "\(text.replacing("after=\(first)", with: "after=-")) by=alice", as: "alice",
        TeamFile.name, town), "env production", "",
    ]
    #expect(try reading(town, memory, branch, removals: strays).isRolledBack)
    #expect(try reading(town, memory, branch).isRolledBack)
    // What is known of the new one is missed, whatever was removed before.
    let again = try reading(town, memory, branch, removals: [removal])
    let known = again.remembered(branch, contents: [:])
    town.folder.files["production.sealed"] = SealedDraft.empty(
      project: try #require(town.project), environment: Self.place)
    #expect(
      try reading(town, again.remembered(memory), known, removals: [removal]).isRolledBack)
  }

  @Test("A revocation is not hidden by a line of another's with its id")
  func hiddenRevocation() throws {
    var town = try town()
    let before = lines(town, TeamFile.name).filter { $0.hasPrefix("grant bob") }
    try town.changeTeam(as: "alice") { try $0.revoke(Self.key("bob")) }
    let memory = try reading(town, RememberedProject()).remembered(RememberedProject())
    let team = lines(town, TeamFile.name)
    let revocation = try #require(team.first { $0.hasPrefix("grant bob") })
    let id = try #require(revocation.split(separator: " ").first { $0.hasPrefix("id=") })
    let cover = signed(
      "grant bob env=production role=default access=read until=never rev=2 \(id) after=- "
        + "at=\(Timestamp.text(town.now)) by=carol", as: "carol", TeamFile.name, town)
    put(team.filter { $0 != revocation } + before + [cover], TeamFile.name, &town)
    let seen = try reading(town, memory)
    let grant = seen.environments[Self.place]?.grants.first { $0.key == Self.key("bob") }
    #expect(grant?.isCurrent == false)
  }

  @Test("A removal is not hidden by another's removal without the right")
  func hiddenRemoval() throws {
    var town = try town()
    try town.changeTeam(as: "alice") { try $0.removeMember("bob") }
    let memory = try reading(town, RememberedProject()).remembered(RememberedProject())
    let team = lines(town, TeamFile.name)
    let removal = try #require(team.first { $0.hasPrefix("member bob removed") })
    let text = try #require(removal.firstRange(of: " by="))
    let cover = signed(
      removal[..<text.lowerBound] + " by=carol", as: "carol", TeamFile.name, town)
    put(team.filter { $0 != removal } + [cover], TeamFile.name, &town)
    #expect(try town.reading().team.members["bob"]?.state == .current)
    #expect(try reading(town, memory).team.members["bob"]?.state == .removed)
  }

  @Test("Nothing that a mere member signs about an admin is remembered")
  func poisonedMemory() throws {
    var town = try town()
    let line = signed(
      "admin bob removed rev=1 id=AAAAAAAA after=- at=\(Timestamp.text(town.now)) by=carol",
      as: "carol", TeamFile.name, town)
    let clean = town
    put(lines(town, TeamFile.name) + [line], TeamFile.name, &town)
    let memory = try reading(town, RememberedProject()).remembered(RememberedProject())
    #expect(memory.records.allSatisfy { !$0.text.hasPrefix("admin") })
    #expect(try reading(clean, memory).team.barred == [])
  }

  @Test("An older value is not covered up by strangers who call each other members")
  func strangers() throws {
    var town = try town()
    let old = town.folder
    try set("TOKEN", "fake-new", as: "alice", &town)
    let before = try reading(town, RememberedProject())
    let memory = before.remembered(RememberedProject())
    let branch = before.remembered(RememberedBranch(), contents: [:])
    let newest = try #require(before.environments[Self.place]?.entries.first?.id)
    town.folder = old
    town.addIdentity("x")
    town.addIdentity("y")
    let made = [("x", "y"), ("y", "x")].map { name, signer in
      signed(
        "member \(name) key=\(town.identities[name]?.publicKey.openSSH ?? "") kind=person "
          + "at=\(Timestamp.text(town.now)) by=\(signer)", as: signer, TeamFile.name, town)
    }
    put(lines(town, TeamFile.name) + made, TeamFile.name, &town)
    let epoch = try #require(before.environments[Self.place]?.roles["default"]?.current)
    let cover = signed(
      "secret TOKEN role=default rev=3 id=BBBBBBBB after=\(newest) "
        + "at=\(Timestamp.text(town.now)) by=x epoch=\(epoch.text) box=AAAA", as: "x",
      "production.sealed", town)
    put(lines(town, "production.sealed") + [cover], "production.sealed", &town)
    let seen = try reading(town, memory, branch)
    #expect(seen.isRolledBack)
    #expect(seen.environments[Self.place]?.entries.first?.refused == .rollback)
  }

  @Test("No key is handed to a name whose key is not the remembered one")
  func otherKey() throws {
    var town = try town()
    let memory = try reading(town, RememberedProject()).remembered(RememberedProject())
    let team = lines(town, TeamFile.name).filter { !$0.hasPrefix("member carol") }
    town.identities["carol"] = Identity.generate(in: town.arena)
    put(team, TeamFile.name, &town)
    try town.addMember("carol")
    try town.changeTeam(as: "alice") { try $0.grant(Self.key("carol"), access: .read) }
    let seen = try reading(town, memory)
    let environment = try #require(seen.environments[Self.place])
    let alice = try #require(town.identities["alice"])
    var draft = try SealedDraft(
      OpenEnvironment(environment, as: alice, in: town.arena), by: town.author("alice"))
    #expect(throws: WriteError.refused(.role("default"), .rollback)) {
      try draft.prepare("default")
    }
  }

  @Test("Contents are not remembered as good while a name has two keys")
  func twoKeys() throws {
    var town = try town()
    let other = Identity.generate(in: town.arena)
    let line = signed(
      "member bob key=\(other.publicKey.openSSH) kind=person at=\(Timestamp.text(town.now)) "
        + "by=carol", as: "carol", TeamFile.name, town)
    #expect(
      try reading(town, RememberedProject()).remembered(RememberedProject()).goodContents != [])
    put(lines(town, TeamFile.name) + [line], TeamFile.name, &town)
    #expect(
      try reading(town, RememberedProject()).remembered(RememberedProject()).goodContents == [])
  }

  @Test(
    "A newer line is not covered up by a member who has no right to it",
    arguments: ["after", "id", "full"])
  func coveredUp(by means: String) throws {
    var town = try town()
    let old = town.folder
    try set("TOKEN", "fake-new", as: "alice", &town)
    try town.changeTeam(as: "alice") { try $0.grant(Self.key("bob"), access: .read) }
    let before = try reading(town, RememberedProject())
    let memory = before.remembered(RememberedProject())
    let branch = before.remembered(RememberedBranch(), contents: [:])
    let value = try #require(before.environments[Self.place]?.entries.first?.id)
    let grant = try #require(before.team.grants[Self.key("bob")]?.live.first?.id.text)
    town.folder = old
    func cover(_ newest: String) -> String {
      switch means {
      case "after": "rev=9 id=BBBBBBBB after=\(newest)"
      case "id": "rev=9 id=\(newest) after=-"
      default:
        "rev=2147483647 id=BBBBBBBB after="
          + (10...25).map { "CCCCCC\($0)" }.joined(separator: ",")
      }
    }
    let at = "at=\(Timestamp.text(town.now)) by=carol"
    let epoch = try #require(before.environments[Self.place]?.roles["default"]?.current)
    put(
      lines(town, TeamFile.name) + [
        signed(
          "grant bob env=production role=default access=write until=never \(cover(grant)) \(at)",
          as: "carol", TeamFile.name, town)
      ], TeamFile.name, &town)
    put(
      lines(town, "production.sealed") + [
        signed(
          "secret TOKEN role=default \(cover(value)) \(at) epoch=\(epoch.text) box=AAAA",
          as: "carol", "production.sealed", town)
      ], "production.sealed", &town)
    let seen = try reading(town, memory, branch)
    #expect(seen.isRolledBack)
    #expect(seen.team.barred.contains(.grant(Self.key("bob"))))
    #expect(seen.environments[Self.place]?.entries.first?.refused == .rollback)
    // What comes out of memory's own text says the same.
    var read = RememberedBranch()
    read.add(records: branch.recordsText)
    #expect(try reading(town, memory, read).isRolledBack)
  }

  @Test("A line with another's id is told by both lines; what it stands beside is not missed")
  func idOfAnother() throws {
    var town = try town()
    let before = try reading(town, RememberedProject())
    let memory = before.remembered(RememberedProject())
    let branch = before.remembered(RememberedBranch(), contents: [:])
    let grant = try #require(before.team.grants[Self.key("bob")]?.live.first?.id.text)
    let line = signed(
      "grant bob env=production role=default removed rev=1 id=\(grant) after=- "
        + "at=\(Timestamp.text(town.now)) by=carol", as: "carol", TeamFile.name, town)
    put(lines(town, TeamFile.name) + [line], TeamFile.name, &town)
    let seen = try reading(town, memory, branch)
    let told = seen.team.findings.filter { $0.thing == .grant(Self.key("bob")) }
    #expect(told.count == 2)
    let numbers = told.compactMap(\.line)
    #expect(told.map(\.reason) == numbers.reversed().map { .idTwice(line: $0) })
    #expect(told.allSatisfy { $0.kind == .forged })
    // Nothing is learnt from it either.
    #expect(seen.isRolledBack)
    #expect(throws: WriteError.refused(.grant(Self.key("bob")), .forged)) {
      try town.changeTeam(as: "alice") { try $0.revoke(Self.key("bob")) }
    }
  }

  @Test("A stranger's good lines do not become the member's who gets that name")
  func namesake() throws {
    var town = try town()
    town.addIdentity("frank")
    let stranger = try #require(town.identities["frank"])
    let line = signed(
      "member frank key=\(stranger.publicKey.openSSH) kind=person at=\(Timestamp.text(town.now)) "
        + "by=carol", as: "carol", TeamFile.name, town)
    put(lines(town, TeamFile.name) + [line], TeamFile.name, &town)
    let before = try reading(town, RememberedProject()).team
    #expect(before.isSoundlySigned)
    town.identities["frank"] = Identity.generate(in: town.arena)
    let planted = town
    try town.addMember("frank")
    #expect(try !before.keysStay(in: TeamFile(town.folder.files[TeamFile.name] ?? [])))
    town = planted
    try town.addMember("erin")
    #expect(try before.keysStay(in: TeamFile(town.folder.files[TeamFile.name] ?? [])))
  }

  // What is forgotten, and what is not

  /// What a machine remembers that has read a state and seen it published.
  private func published(
    _ town: Town, _ memory: RememberedProject = RememberedProject()
  ) throws -> RememberedProject {
    let next = try reading(town, memory).remembered(memory)
    return next.publishing(Set(next.unpublished))
  }

  /// Takes bob's grant away, and replaces the key.
  ///
  /// - Returns: what a machine remembers that has seen it published.
  private func revokingBob(_ town: inout Town) throws -> RememberedProject {
    try town.changeTeam(as: "alice") { try $0.revoke(Self.key("bob")) }
    try town.change(Self.place, as: "alice") { try $0.prepare("default", isRekeyed: true) }
    return try published(town)
  }

  private func isCurrent(_ member: String, _ reading: Reading) -> Bool? {
    reading.environments[Self.place]?.grants.first { $0.key == Self.key(member) }?.isCurrent
  }

  @Test("A clone that never fetched it does not make the machine forget a published revocation")
  func revocationInAnotherClone() throws {
    var town = try town()
    let old = town.folder
    try town.changeTeam(as: "alice") { try $0.revoke(Self.key("bob")) }
    try town.change(Self.place, as: "alice") { try $0.prepare("default") }
    let before = try reading(town, RememberedProject())
    var memory = try published(town)
    let branch = before.remembered(RememberedBranch(), contents: [:])
    town.folder = old
    for _ in 0..<2 {
      let seen = try reading(town, memory, branch) { _ in false }
      #expect(isCurrent("bob", seen) == false)
      #expect(seen.environments[Self.place]?.roleStandings.map(\.isStale) == [true])
      memory = seen.remembered(memory)
    }
  }

  @Test("What is given up again here does not make the machine forget what others have seen")
  func givenUp() throws {
    var town = try town()
    let old = town.folder
    var memory = try revokingBob(&town)
    // On an older branch, a new key and the grant once more; none of it leaves the machine.
    town.folder = old
    town.folder.files["team.keys"] = try byMemory(&town, memory) {
      try $0.grant(Self.key("bob"), access: .read)
    }
    try town.change(Self.place, as: "alice") { try $0.prepare("default", isRekeyed: true) }
    #expect(try isCurrent("bob", reading(town, memory)) == true)
    memory = try reading(town, memory).remembered(memory)
    town.folder = old
    let seen = try reading(town, memory) { _ in false }
    #expect(isCurrent("bob", seen) == false)
    #expect(seen.environments[Self.place]?.roleStandings.map(\.isStale) == [true])
  }

  @Test("A grant that was given again, and published, holds wherever the revocation was seen")
  func givenAgain() throws {
    var town = try town()
    let old = town.folder
    try town.changeTeam(as: "alice") { try $0.revoke(Self.key("bob")) }
    var memory = try published(town)
    try town.changeTeam(as: "alice") { try $0.grant(Self.key("bob"), access: .read) }
    memory = try published(town, memory)
    memory = try published(town, memory)
    town.folder = old
    #expect(try isCurrent("bob", reading(town, memory)) == true)
  }

  @Test("Revisions at their maximum are told apart by what they name, and are no rollback")
  func revisionsAtTheirEnd() throws {
    var marks = Marks()
    let others = (10...25).map { "CCCCCC\($0)" }
    marks.add("BBBBBBBB", others, Int32.max, by: "bob", counts: true)
    #expect(marks.account(for: "AAAAAAAA", rev: Int32.max, by: "bob"))
    var early = Marks()
    early.add("BBBBBBBB", others, 17, by: "bob", counts: true)
    #expect(!early.account(for: "AAAAAAAA", rev: 17, by: "bob"))
  }

  @Test("A grant that comes and goes for as long as anybody likes is what it is now, to everybody")
  func manyRounds() throws {
    var town = try town()
    var near = try published(town)
    try town.changeTeam(as: "alice") { try $0.revoke(Self.key("bob")) }
    try town.change(Self.place, as: "alice") { try $0.prepare("default") }
    // One machine sees the first of these steps and the last, another one every step.
    let far = try published(town)
    for round in 0..<12 {
      if round > 0 {
        town.folder.files["team.keys"] = try byMemory(&town, near) {
          try $0.revoke(Self.key("bob"))
        }
        try town.change(Self.place, as: "alice") { try $0.prepare("default") }
        near = try published(town, published(town, near))
      }
      town.folder.files["team.keys"] = try byMemory(&town, near) {
        try $0.grant(Self.key("bob"), access: .read)
      }
      let seen = try reading(town, near)
      #expect(seen.team.findings.filter(\.isError) == [])
      #expect(seen.environments[Self.place]?.findings.filter(\.isError) == [])
      #expect(isCurrent("bob", seen) == true, "round \(round)")
      near = try published(town, published(town, near))
    }
    #expect(try isCurrent("bob", reading(town, far)) == true)
    #expect(lines(town, TeamFile.name).count { $0.hasPrefix("grant bob") } == 1)
  }

  @Test("What a branch kept that another had removed is missed, though the removal is in history")
  func kept() throws {
    var town = try town()
    let old = town.folder.files["production.sealed"]
    try set("TOKEN", "fake-new", as: "alice", &town)
    let before = try reading(town, RememberedProject())
    let branch = before.remembered(RememberedBranch(), contents: [:])
    let first = try #require(before.team.liveEnvironments[Self.place]?.first?.id.text)
    let at = "at=\(Timestamp.text(town.now)) by=alice"
    func env(_ text: String) -> String {
      signed("env production \(text) \(at)", as: "alice", TeamFile.name, town)
    }
    let removal = env("removed rev=2 id=RRRRRRRR after=\(first)")
    let others = lines(town, TeamFile.name).filter { !$0.hasPrefix("env production") }
    for order in ["MMMMMMMM,RRRRRRRR", "RRRRRRRR,MMMMMMMM"] {
      let kept = env("protected=no extends=- rev=3 id=KKKKKKKK after=\(order),\(first)")
      put(others + [kept], TeamFile.name, &town)
      town.folder.files["production.sealed"] = old
      let memory = before.remembered(RememberedProject())
      let seen = try reading(town, memory, branch, removals: [removal])
      #expect(seen.isRolledBack, "\(order)")
    }
  }

  @Test("Taking what is listed forgets that and nothing else")
  func accepted() throws {
    var town = try town()
    let old = town.folder
    let memory = try revokingBob(&town)
    town.folder = old
    try set("GONE", "fake-1", as: "alice", &town)
    let branch = try reading(town, memory).remembered(RememberedBranch(), contents: [:])
    town.folder = old
    let seen = try reading(town, memory, branch)
    let taken = seen.remembered(memory, isAccepted: true)
    let after = try reading(town, taken, seen.remembered(RememberedBranch(), contents: [:]))
    #expect(!after.isRolledBack)
    // The revocation was in force by memory alone, and so it was listed; the new key was not.
    #expect(isCurrent("bob", after) == true)
    #expect(after.environments[Self.place]?.roleStandings.map(\.isStale) == [true])
  }

  /// Changes team.keys as who remembers something does.
  private func byMemory(
    _ town: inout Town, _ memory: RememberedProject, _ change: (inout TeamDraft) throws -> Void
  ) throws -> [UInt8] {
    let reading = try reading(town, memory)
    var draft = try TeamDraft(reading.team, by: town.author("alice"), in: reading.environments)
    try change(&draft)
    return draft.bytes
  }
}
