// What somebody tries who may write to the repository, with no key, a member's or a former one's.

import Sealing
import Testing

@testable import Vault

@Suite("Hostile hands")
struct HostileTests {
  private static let place = "production"

  /// alice the root, bob who writes, carol a member without a grant.
  private func town() throws -> Town {
    var town = try Town()
    try town.makeEnvironment(Self.place)
    for name in ["bob", "carol"] { try town.addMember(name) }
    try town.changeTeam(as: "alice") { try $0.grant(Self.key("bob"), access: .write) }
    let value = try town.text("fake-1")
    try town.change(Self.place, as: "alice") { try $0.set("TOKEN", role: "default", to: value) }
    return town
  }

  private static func key(_ member: String) -> GrantKey {
    GrantKey(member: member, environment: place, role: "default")
  }

  private func lines(_ town: Town, _ file: String) -> [String] {
    String(decoding: town.folder.files[file] ?? [], as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  private func put(_ lines: [String], _ file: String, _ town: inout Town) {
    town.folder.files[file] = Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private func signed(_ text: String, as name: String, _ file: String, _ town: Town) -> String {
    guard let project = town.project else { return "" }
    let prefix =
      file == TeamFile.name
      ? SignaturePrefix.team(project) : SignaturePrefix.sealed(project, Self.place)
    return town.author(name).sign(text, prefix: prefix)
  }

  private func set(_ name: String, _ value: String, as author: String, _ town: inout Town) throws {
    let value = try town.text(value)
    try town.change(Self.place, as: author) { try $0.set(name, role: "default", to: value) }
  }

  @Test("A line that stands twice survives the next writer")
  func duplicate() throws {
    var town = try town()
    let offer = try town.text("fake-offer")
    try town.change(Self.place, as: "carol") { try $0.propose("TOKEN", role: "default", offer) }
    let file = lines(town, "production.sealed")
    put(
      file + file.filter { $0.hasPrefix("secret ") || $0.hasPrefix("prop") }, "production.sealed",
      &town)
    var open = try town.open(Self.place, as: "alice")
    #expect(open.inspect().proposals.count == 1)
    try set("OTHER", "fake-2", as: "bob", &town)
    let seen = try town.read(Self.place, as: "alice")
    #expect(seen.values["default"] == ["TOKEN": "fake-1", "OTHER": "fake-2"])
    #expect(lines(town, "production.sealed").filter { $0.hasPrefix("proposal") }.count == 1)
  }

  @Test("A line that hands over a key of which nothing is known goes with the next write")
  func unknownKeys() throws {
    var town = try town()
    let file = lines(town, "production.sealed")
    let epoch = String(repeating: "A", count: 22)
    let to = try #require(file.first { $0.hasPrefix("to alice") })
    let known = try #require(to.split(separator: " ").first { $0.hasPrefix("epoch=") })
    let junk = [
      to.replacing(known, with: "epoch=\(epoch)"),
      to.replacing(known, with: "epoch=\(epoch)").replacing("role=default", with: "role=nope"),
    ]
    let unasked = to.replacing("to alice", with: "to carol")
    put(file + junk + [unasked], "production.sealed", &town)
    let told = try town.read(Self.place, as: "alice").findings.filter { $0.kind == .unasked }
    #expect(Set(told.map(\.reason)) == [.unknownEpoch, .plain])
    #expect(told.count == 3)
    try set("OTHER", "fake-2", as: "alice", &town)
    // The one that may have handed over the key in use stays in sight, until that is replaced.
    let left = try town.read(Self.place, as: "alice").findings
    #expect(left.map(\.kind) == [.unasked])
    #expect(left.map(\.reason) == [.plain])
    try town.change(Self.place, as: "alice") { try $0.prepare("default", isRekeyed: true) }
    #expect(try town.read(Self.place, as: "alice").findings.isEmpty)
  }

  @Test("What a member wrote without the right stays for an admin to vouch for")
  func withoutRight() throws {
    var town = try town()
    try town.change(Self.place, as: "alice") { try $0.prepare("default") }
    var branch = town
    try set("TOKEN", "fake-bob", as: "bob", &branch)
    let bobs = lines(branch, "production.sealed").filter { $0.hasPrefix("secret ") }
    try town.changeTeam(as: "alice") { try $0.revoke(Self.key("bob")) }
    // As a merge leaves it where the line before is gone.
    put(
      lines(town, "production.sealed").filter { !$0.hasPrefix("secret ") } + bobs,
      "production.sealed", &town)
    try set("OTHER", "fake-2", as: "alice", &town)
    #expect(try town.read(Self.place, as: "alice").values["default"] == ["OTHER": "fake-2"])
    try town.change(Self.place, as: "alice") { try $0.vouch("TOKEN", role: "default") }
    let seen = try town.read(Self.place, as: "alice")
    #expect(seen.values["default"] == ["TOKEN": "fake-bob", "OTHER": "fake-2"])
    #expect(seen.findings.filter(\.isError) == [])
  }

  @Test("Both sides of a conflict are vouched for when one side's author leaves")
  func conflictBeforeLeaving() throws {
    var town = try town()
    try town.change(Self.place, as: "alice") { try $0.prepare("default") }
    var branch = town
    try set("TOKEN", "fake-bob", as: "bob", &branch)
    try town.change(Self.place, as: "alice") { try $0.remove("TOKEN", role: "default") }
    town.folder.files["production.sealed"] = RecordText.united(
      town.folder.files["production.sealed"] ?? [], branch.folder.files["production.sealed"] ?? [])
    try town.change(Self.place, as: "alice") { $0.countersign(["bob"], role: "default") }
    try town.changeTeam(as: "alice") { try $0.removeMember("bob") }
    try town.change(Self.place, as: "alice") { try $0.prepare("default") }
    let environment = try town.open(Self.place, as: "alice").environment
    #expect(environment.entries.map(\.refused) == [.conflict])
    let file = environment.file
    #expect(Set(file.secrets.map { file.epochs[Int($0.epoch)] }).count == 1, "both sealed anew")
  }

  @Test("A made-up line of the key chain does not keep a key out of it")
  func madeUpPast() throws {
    var town = try town()
    try town.change(Self.place, as: "alice") { try $0.prepare("default") }
    var branch = town
    try town.change(Self.place, as: "alice") { try $0.prepare("default", isRekeyed: true) }
    try branch.change(Self.place, as: "alice") { try $0.prepare("default", isRekeyed: true) }
    town.folder.files["production.sealed"] = RecordText.united(
      town.folder.files["production.sealed"] ?? [], branch.folder.files["production.sealed"] ?? [])
    let role = try #require(town.open(Self.place, as: "alice").environment.roles["default"])
    let live = role.live
    try #require(live.count == 2)
    let madeUp = [(0, 1), (1, 0)].map {
      "past default epoch=\(live[$0].text) under=\(live[$1].text) box=AAAA"
    }
    put(lines(town, "production.sealed") + madeUp, "production.sealed", &town)
    try town.change(Self.place, as: "alice") { try $0.prepare("default", isRekeyed: true) }
    let open = try town.open(Self.place, as: "bob")
    for epoch in live { #expect(open.secret(role: "default", epoch: epoch) != nil) }
  }

  @Test("A value in another's name is told as taken over when its real writer is over")
  func takenOver() throws {
    var town = try town()
    let until = town.now + 100
    try town.changeTeam(as: "alice") {
      try $0.grant(Self.key("bob"), access: .write, until: until)
    }
    try town.change(Self.place, as: "alice") { try $0.prepare("default") }
    let at = Timestamp.text(town.now)
    let value = try town.text("fake-bob")
    let id = try #require(town.open(Self.place, as: "bob").environment.entries.first).id
    try town.change(Self.place, as: "bob") { draft throws in
      try draft.prepare("default")
      let (epoch, key) = try #require(draft.ready["default"])
      draft.seal(
        "secret TOKEN role=default rev=2 id=AAAAAAAA after=\(id) at=\(at) by=alice", value, epoch,
        key, by: "alice")
    }
    town.now += 200
    let summary = try town.change(Self.place, as: "alice") { try $0.prepare("default") }
    #expect(summary.takenOver.map(\.name) == ["TOKEN"])
  }

  @Test("A root's name with two keys vouches for nothing")
  func rootWithTwoKeys() throws {
    var town = try town()
    let old = try #require(town.identities["alice"])
    let team = lines(town, TeamFile.name)
    let fresh = Identity.generate(in: town.arena)
    let root = signed(
      "root alice key=\(fresh.publicKey.openSSH) rev=2 id=AAAAAAAA at=\(Timestamp.text(town.now))",
      as: "alice", TeamFile.name, town)
    town.identities["alice"] = fresh
    let reissued = team.filter { $0.contains(" by=alice") }.map { line -> String in
      let text = line.firstRange(of: " sig=").map { String(line[..<$0.lowerBound]) } ?? line
      return signed(text, as: "alice", TeamFile.name, town)
    }
    put(
      team.filter { !$0.contains(" by=alice") } + [root] + reissued, TeamFile.name, &town)
    // Whoever has the old key writes in carol's name, and vouches for it.
    town.identities["alice"] = old
    let file = lines(town, "production.sealed")
    let secret = try #require(file.first { $0.hasPrefix("secret ") })
    let text = try #require(secret.firstRange(of: " sig="))
    let vouched = signed(
      secret[..<text.lowerBound].replacing("TOKEN", with: "STOLEN") + " sealed-by=alice",
      as: "alice", "production.sealed", town)
    put(file + [vouched], "production.sealed", &town)
    let entries = try town.open(Self.place, as: "bob").environment.entries
    #expect(entries.first { $0.name == "STOLEN" }?.refused != nil)
  }

  @Test("What a dismissed admin shut out stays shut out when they are removed")
  func removalByDismissedAdmin() throws {
    var town = try town()
    try town.changeTeam(as: "alice") { try $0.appoint("carol") }
    try town.changeTeam(as: "alice") { try $0.dismiss("carol") }
    let bob = try #require(town.identities["bob"]).publicKey.openSSH
    let removal = signed(
      "member bob removed key=\(bob) at=\(Timestamp.text(town.now)) by=carol", as: "carol",
      TeamFile.name, town)
    put(lines(town, TeamFile.name) + [removal], TeamFile.name, &town)
    #expect(try town.reading().team.members["bob"]?.state == .removed)
    try town.changeTeam(as: "alice") { try $0.removeMember("carol") }
    #expect(try town.reading().team.members["bob"]?.state == .removed)
  }

  @Test("An environment is not made to rest on itself")
  func extendsItself() throws {
    var town = try town()
    try town.changeTeam(as: "alice") { draft throws in
      try draft.setEnvironment("staging", isProtected: false, extends: Self.place)
    }
    #expect(throws: WriteError.isExtended(by: "staging")) {
      try town.changeTeam(as: "alice") {
        try $0.setEnvironment(Self.place, isProtected: true, extends: "staging")
      }
    }
  }

  // What a machine remembers

  private func reading(
    _ town: Town, _ memory: RememberedProject, _ branch: RememberedBranch = RememberedBranch(),
    removals: [String] = []
  ) throws -> Reading {
    Reading(
      try TeamFile(town.folder.files["team.keys"] ?? []),
      sealed: [
        try SealedFile(town.folder.files["production.sealed"] ?? [], name: "production.sealed")
      ], now: town.now, trusted: town.project, memory: memory, branch: branch,
      removals: { _ in removals })
  }

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

  @Test("What a removed admin had signed without the right is not signed again by the root")
  func notReissued() throws {
    var town = try town()
    try town.changeTeam(as: "alice") { try $0.appoint("bob") }
    try town.changeTeam(as: "alice") { try $0.appoint("carol") }
    let other = Identity.generate(in: town.arena)
    let planted = ["alice", "carol"].map { name in
      signed(
        "member \(name) key=\(other.publicKey.openSSH) kind=person "
          + "at=\(Timestamp.text(town.now)) by=bob", as: "bob", TeamFile.name, town)
    }
    put(lines(town, TeamFile.name) + planted, TeamFile.name, &town)
    try town.changeTeam(as: "alice") { try $0.removeMember("bob") }
    let team = try reading(town, RememberedProject()).team
    #expect(team.members["alice"]?.state == .current && team.members["carol"]?.state == .current)
    #expect(team.admins == ["carol"])
    #expect(
      lines(town, TeamFile.name).filter { $0.contains(other.publicKey.openSSH) }
        .allSatisfy { $0.contains(" by=bob ") })
  }

  @Test("A value that another had sealed in one's name stays told as such when it is sealed again")
  func sealedInMyName() throws {
    var town = try town()
    let at = Timestamp.text(town.now)
    let value = try town.text("fake-bob")
    let id = try #require(town.open(Self.place, as: "bob").environment.entries.first).id
    try town.change(Self.place, as: "bob") { draft throws in
      try draft.prepare("default")
      let (epoch, key) = try #require(draft.ready["default"])
      draft.seal(
        "secret TOKEN role=default rev=2 id=AAAAAAAA after=\(id) at=\(at) by=alice", value, epoch,
        key, by: "alice")
    }
    try town.change(Self.place, as: "alice") { try $0.prepare("default", isRekeyed: true) }
    let entry = try #require(town.open(Self.place, as: "alice").environment.entries.first)
    #expect(entry.id == "AAAAAAAA" && entry.by == "alice" && entry.sealedBy == "alice")
  }

  @Test(
    "A copy with another box, wherever it sorts, takes no value away and is vouched for by nobody",
    arguments: [true, false], [true, false])
  func copies(isFirst: Bool, isRubbish: Bool) throws {
    var town = try town()
    let old = try #require(lines(town, "production.sealed").first { $0.hasPrefix("secret TOKEN") })
    let head = String(old[..<(try #require(old.firstRange(of: " box="))).lowerBound])
    let other = try town.text("fake-evil")
    var line = ""
    while line == "" || (line < old) != isFirst {
      if isRubbish {
        let box = Base64.encode(Random.bytes(104))
        line = signed("\(head) box=\(box) sealed-by=bob", as: "bob", "production.sealed", town)
      } else {
        var copy = town
        try copy.change(Self.place, as: "bob") { draft throws in
          try draft.prepare("default")
          let (epoch, key) = try #require(draft.ready["default"])
          let start = try #require(head.firstRange(of: " epoch=")).lowerBound
          draft.seal(String(head[..<start]), other, epoch, key, by: "alice")
        }
        line = try #require(
          lines(copy, "production.sealed").first { $0.hasPrefix("secret TOKEN") && $0 != old })
      }
    }
    put(lines(town, "production.sealed") + [line], "production.sealed", &town)
    func value() throws -> String? {
      try town.read(Self.place, as: "alice").values["default"]?["TOKEN"]
    }
    #expect(try value() == (isRubbish ? "fake-1" : nil))
    try town.change(Self.place, as: "alice") { try $0.prepare("default", isRekeyed: true) }
    #expect(try value() == (isRubbish ? "fake-1" : nil))
    try town.change(Self.place, as: "alice") { $0.countersign(["bob"]) }
    try town.changeTeam(as: "alice") { try $0.removeMember("bob") }
    try town.change(Self.place, as: "alice") { try $0.prepare("default") }
    #expect(try value() == "fake-1", "bob's word is over, and alice has vouched for none of it")
    try set("TOKEN", "fake-2", as: "alice", &town)
    #expect(try value() == "fake-2")
  }
}
