// What somebody tries who may write to the repository, with no key, a member's or a former one's.

import Sealing
import Testing

@testable import Vault

@Suite("Hostile hands")
struct HostileTests: HostileHands {
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

  @Test("A root's lines stay the root's, however many keys others give to the name")
  func manyKeysForRoot() throws {
    var town = try town()
    let fakes = (0..<9).map { _ in
      let key = Identity.generate(in: town.arena).publicKey.openSSH
      return signed(
        "member alice key=\(key) kind=person at=\(Timestamp.text(town.now)) by=carol",
        as: "carol", TeamFile.name, town)
    }
    let file = lines(town, TeamFile.name)
    put([file[0]] + fakes + file.dropFirst(), TeamFile.name, &town)
    let seen = try town.read(Self.place, as: "alice")
    #expect(seen.values["default"] == ["TOKEN": "fake-1"])
    #expect(seen.findings.allSatisfy { $0.kind == .noRight && !$0.isError })
    #expect(Set(seen.findings.map(\.reason)) == [.namesake("carol")])
  }

  @Test("What is granted to nobody takes no key away, and is no admin's to settle")
  func grantedToNobody() throws {
    var town = try town()
    let line = signed(
      "grant nobody env=production role=default access=read until=never rev=1 id=AAAAAAAA after=- "
        + "at=\(Timestamp.text(town.now)) by=carol", as: "carol", TeamFile.name, town)
    put(lines(town, TeamFile.name) + [line], TeamFile.name, &town)
    let reading = try town.reading()
    #expect(reading.team.disputedGrants == [])
    #expect(reading.team.findings.map(\.reason) == [.toNobody("carol")])
    #expect(reading.environments[Self.place]?.roleStandings.map(\.isStale) == [false])
  }

  @Test("A role's record that names what never was is told with its maker and its line")
  func namesNothing() throws {
    var town = try town()
    let key = RoleSecret.generate(in: town.arena)
    let bound =
      "role default epoch=\(Epoch(of: key.publicKey).text) "
      + "public=\(Base64.encode(key.publicKey.bytes.array)) without=-"
    let missing = Epoch(of: RoleSecret.generate(in: town.arena).publicKey).text
    let line = signed(
      "\(bound) after=\(missing) at=\(Timestamp.text(town.now)) by=bob", as: "bob",
      "production.sealed", town)
    put(lines(town, "production.sealed") + [line], "production.sealed", &town)
    let told = try town.read(Self.place, as: "alice").findings.first { $0.isError }
    #expect(told?.reason == .missing(missing, by: "bob"))
    #expect(told?.line != nil)
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

  @Test("A line of history that gives an old value's id to another value contradicts it")
  func slippedIn() throws {
    let town = try town()
    let old = try town.open(Self.place, as: "alice").environment
    let present = try town.open(Self.place, as: "alice")
    let value = try #require(try present.older("TOKEN", role: "default", in: old))
    let good = try #require(lines(town, "production.sealed").first { $0.hasPrefix("secret TOKEN") })
    let start = String(good[..<(try #require(good.firstRange(of: " epoch="))).lowerBound])
    func copy(_ text: String, of start: String, signedBy signer: String = "bob") throws -> [UInt8] {
      var copy = town
      let payload = try town.text(text)
      try copy.change(Self.place, as: "bob") { draft throws in
        try draft.prepare("default")
        let (epoch, key) = try #require(draft.ready["default"])
        draft.seal(start, payload, epoch, key, by: "alice")
      }
      let line = try #require(
        lines(copy, "production.sealed").first { $0.hasPrefix("secret TOKEN") && $0 != good })
      if signer == "bob" { return Array(line.utf8) }
      let text = line[..<(try #require(line.firstRange(of: " sig="))).lowerBound]
      return Array(signed(String(text), as: signer, "production.sealed", town).utf8)
    }
    #expect(present.contradicts(try copy("fake-evil", of: start), value))
    #expect(!present.contradicts(Array(good.utf8), value))
    #expect(!present.contradicts(try copy("fake-1", of: start), value))
    let unsigned = try copy("fake-evil", of: start, signedBy: "carol")
    #expect(!present.contradicts(unsigned, value))
    let other = start.replacing("id=\(value.entry.id)", with: "id=AAAAAAAA")
    #expect(!present.contradicts(try copy("fake-2", of: other), value))
    #expect(!present.contradicts(Array("secret TOKEN".utf8), value))
    // What copies have in common is all but how they are sealed.
    let record = try #require(old.olderRecord(Array(good.utf8)))
    #expect(old.olderRecord(try copy("fake-evil", of: start))?.isCopy(of: record) == true)
    let longer = start.replacing("after=-", with: "after=AAAAAAAA")
    #expect(old.olderRecord(try copy("fake-1", of: longer))?.isCopy(of: record) == false)
    #expect(old.olderRecord(unsigned) == nil)
  }

  @Test("A secret's lines are found in a file that is not read")
  func secretLines() {
    let text = """
      secrets/1 sealed project=P env=production

      secret TOKEN role=default rev=12 id=A box=B
      secret TOKEN2 role=default rev=1
      secret TOKEN removed role=default rev=3
      secret TOKEN role=billing rev=4
      secret OTHER role=default rev=5
      secret TOKEN role=default rev=6
      """
    let lines = SecretLines.find("TOKEN", role: "default", in: Array(text.utf8))
    #expect(lines.count == 3)
    #expect(lines.first == Array("secret TOKEN role=default rev=12 id=A box=B".utf8))
    #expect(lines.last == Array("secret TOKEN role=default rev=6".utf8))
    #expect(SecretLines.find("TOKEN", role: "default", in: []) == [])
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
