// A project's history, one commit after the other: what honest people do is no fault, and what
// nobody had the right to do is one, in the commit that did it and in no other.

import Sealing
import Testing

@testable import Vault

/// Commits of a project, judged as they are made.
private struct Chronicle {
  private var history: History
  private var commits: [(files: [String: HistoryFile], parents: [Int])] = []
  private(set) var faults: [[String]] = []

  init(_ town: Town) throws {
    history = History(of: try #require(town.project), now: Town.start + 1_000_000)
  }

  /// Commits a folder as it stands, on top of the last commit or of others.
  ///
  /// - Returns: what was wrong with that.
  @discardableResult
  mutating func commit(_ folder: VectorFolder, on parents: [Int]? = nil) -> [String] {
    let place = commits.count
    let parents = parents ?? (place == 0 ? [] : [place - 1])
    var files: [String: HistoryFile] = [:]
    for (name, bytes) in folder.files {
      let contents = Base64.encode(Digest.blake2b(16, bytes))
      files[name] = HistoryFile(contents: contents, bytes: bytes)
    }
    commits.append((files, parents))
    let known = commits
    func isBefore(_ one: Int, _ other: Int) -> Bool {
      known[other].parents.contains { $0 == one || isBefore(one, $0) }
    }
    let step = History.Step(
      index: place, files: files, parents: parents.map { known[$0].files })
    let found = history.judge(step) { isBefore($0, place) }
    let said = found.map { fault in
      switch fault {
      case .unreadable(let error): "\(error.file):\(error.line ?? 0) parse"
      case .finding(let finding):
        "\(finding.file ?? "")\(finding.line.map { ":\($0)" } ?? "") \(finding.thing) "
          + "\(finding.kind.rawValue)\(finding.isError ? "" : " warning")"
      }
    }
    faults.append(said)
    return said
  }

  var count: Int { commits.count }
}

@Suite("History")
struct HistoryTests {
  private static let environment = MergeSide.environment
  private static let file = "production.sealed"

  private func town() throws -> (Town, Chronicle) {
    let town = try MergeSide.base()
    var chronicle = try Chronicle(town)
    #expect(chronicle.commit(town.folder) == [])
    return (town, chronicle)
  }

  private func set(_ town: inout Town, _ name: String, _ value: String, as author: String) throws {
    let value = try town.text(value)
    town.now += 60
    try town.change(Self.environment, as: author) { try $0.set(name, role: "default", to: value) }
  }

  /// Bob seals another value of `TOKEN` under the head, id and revision that a line has.
  private func sealOther(_ town: inout Town, under old: String) throws {
    let other = try town.text("fake-other")
    try town.change(Self.environment, as: "bob") { draft throws in
      try draft.prepare("default")
      let (epoch, key) = try #require(draft.ready["default"])
      let head = try #require(old.firstRange(of: " epoch=")).lowerBound
      draft.seal(String(old[..<head]), other, epoch, key, by: "bob")
    }
  }

  private func line(_ town: Town, _ start: String, in file: String = file) throws -> String {
    let text = String(decoding: town.folder.files[file] ?? [], as: UTF8.self)
    return String(try #require(text.split(separator: "\n").first { $0.hasPrefix(start) }))
  }

  private func replace(
    _ old: String, with new: String, in file: String = file, _ town: inout Town
  ) {
    let text = String(decoding: town.folder.files[file] ?? [], as: UTF8.self)
    town.folder.files[file] = Array(text.replacing(old, with: new).utf8)
  }

  @Test(
    "Whatever a team does with these tools is no fault, on branches and where they are merged",
    arguments: [1, 2, 3] as [UInt64])
  func honest(seed: UInt64) throws {
    var (town, chronicle) = try town()
    var fork = 0
    for round in 0..<12 {
      var sides: [(town: Town, tip: Int)] = []
      for label in ["a", "b"] {
        var side = MergeSide(
          town, label: "\(label)\(round)", seed: seed &* 100 &+ UInt64(round * 2 + sides.count))
        var tip = fork
        for _ in 0..<4 {
          try side.change(times: 1)
          chronicle.commit(side.town.folder, on: [tip])
          tip = chronicle.count - 1
        }
        sides.append((side.town, tip))
      }
      var merged = town
      for name in Set(sides[0].town.folder.files.keys).union(sides[1].town.folder.files.keys) {
        merged.folder.files[name] = LineUnion.merged(
          sides[0].town.folder.files[name] ?? [], sides[1].town.folder.files[name] ?? [],
          bases: [town.folder.files[name] ?? []])
      }
      chronicle.commit(merged.folder, on: sides.map(\.tip))
      merged.now = max(sides[0].town.now, sides[1].town.now)
      merged.identities.merge(sides[0].town.identities) { old, _ in old }
      merged.identities.merge(sides[1].town.identities) { old, _ in old }
      // A merge may leave conflicts, which people settle and this walk does not.
      if try SeenProject(merged).findings.contains(where: \.isError) { continue }
      town = merged
      fork = chronicle.count - 1
    }
    #expect(chronicle.count > 100)
    #expect(chronicle.faults.flatMap { $0 } == [])
  }

  @Test("A forged line is a fault where it came, and not where it stands or goes")
  func forged() throws {
    var (town, chronicle) = try town()
    let good = town.folder
    replace("secret A role=default rev=1", with: "secret A role=default rev=2", &town)
    let faults = chronicle.commit(town.folder)
    #expect(faults.count == 1)
    #expect(faults.first?.hasSuffix("secret default A forged") == true)
    try set(&town, "NEW", "fake", as: "bob")
    #expect(chronicle.commit(town.folder) == [])
    #expect(chronicle.commit(good) != [], "what came since went with it")
    #expect(chronicle.commit(good) == [])
  }

  @Test("A member's line that nobody signed stops readers, and not the judgement of others")
  func forgedMember() throws {
    var (town, chronicle) = try town()
    town.addIdentity("mallory")
    let member = try line(town, "member bob ", in: "team.keys")
    let key = try #require(town.identities["mallory"]?.publicKey.openSSH)
    var fields = member.split(separator: " ").map(String.init)
    fields[1] = "mallory"
    fields[2] = "key=\(key)"
    let good = town
    replace(member, with: "\(member)\n\n\(fields.joined(separator: " "))", in: "team.keys", &town)
    let faults = chronicle.commit(town.folder)
    #expect(faults.count == 1)
    #expect(faults.first?.hasSuffix("member mallory forged") == true)
    // Meanwhile somebody without that commit wrote, and it was merged.
    var other = good
    try set(&other, "NEW", "fake", as: "bob")
    #expect(chronicle.commit(other.folder, on: [0]) == [])
    town.folder.files[Self.file] = other.folder.files[Self.file]
    #expect(chronicle.commit(town.folder, on: [1, 2]) == [])
    #expect(chronicle.commit(other.folder) == [])
  }

  @Test("Who was removed writes no line more, whatever time they put in it")
  func afterRemoval() throws {
    var (town, chronicle) = try town()
    var old = town
    try town.changeTeam(as: "alice") { try $0.removeMember("bob") }
    #expect(chronicle.commit(town.folder) == [])
    try set(&old, "B", "fake-late", as: "bob")
    let late = try line(old, "secret B role=default")
    let before = try line(town, "secret B role=default")
    replace(before, with: late, &town)
    let faults = chronicle.commit(town.folder)
    #expect(faults.count == 1)
    #expect(faults.first?.hasSuffix("secret default B no right") == true)
    // It goes as it came.
    replace(late, with: before, &town)
    #expect(chronicle.commit(town.folder) == [])
  }

  @Test("A grant that has ended bears what was signed before, by the line's own time")
  func ended() throws {
    var (town, chronicle) = try town()
    let key = GrantKey(member: "dora", environment: Self.environment, role: "default")
    let end = town.now + 1000
    try town.changeTeam(as: "alice") { try $0.grant(key, access: .write, until: end) }
    try town.change(Self.environment, as: "alice") { try $0.prepare("default") }
    #expect(chronicle.commit(town.folder) == [])
    try set(&town, "D", "fake-in-time", as: "dora")
    // Committed long after the end, as the history's clock has it.
    #expect(chronicle.commit(town.folder) == [])
    // With a clock that was turned back she signs a later time.
    let value = try town.text("fake-too-late")
    var draft = try SealedDraft(
      town.open(Self.environment, as: "dora"),
      by: Author(
        name: "dora", identity: try #require(town.identities["dora"]), now: end + 1,
        arena: town.arena))
    try draft.set("D", role: "default", to: value)
    town.folder.files[Self.file] = draft.bytes
    let faults = chronicle.commit(town.folder)
    #expect(faults.count == 1)
    #expect(faults.first?.hasSuffix("secret default D no right") == true)
  }

  @Test("A rollback is a fault, and so is an old line that comes back beside the new one")
  func rollback() throws {
    var (town, chronicle) = try town()
    let first = try line(town, "secret A role=default")
    let before = town.folder
    try set(&town, "A", "fake-2", as: "alice")
    #expect(chronicle.commit(town.folder) == [])
    let after = town.folder
    #expect(chronicle.commit(before) == ["production.sealed secret default A rollback"])
    // Whoever mends it is at no fault.
    #expect(chronicle.commit(after) == [])
    // Beside the record that replaces it, it has no say.
    town.folder = after
    let second = try line(town, "secret A role=default")
    replace(second, with: "\(second)\n\n\(first)", &town)
    #expect(chronicle.commit(town.folder) == [])
    // So many revisions on that none names it any more, it has one again.
    town.folder = after
    #expect(chronicle.commit(after) == [])
    for number in 3...20 {
      try set(&town, "A", "fake-\(number)", as: "alice")
      #expect(chronicle.commit(town.folder) == [])
    }
    let last = try line(town, "secret A role=default")
    var stale = town
    replace(last, with: first, &stale)
    #expect(chronicle.commit(stale.folder) == ["production.sealed secret default A rollback"])
  }

  @Test(
    "Lines that are never dropped are missed, by kind",
    arguments: [
      "member bob", "grant bob env=production role=default", "env production", "role default",
      "past default", "to bob", "secret B",
    ])
  func dropped(start: String) throws {
    var (town, chronicle) = try town()
    try town.change(Self.environment, as: "alice") { try $0.prepare("default", isRekeyed: true) }
    #expect(chronicle.commit(town.folder) == [])
    let file =
      ["member", "grant", "env"].contains { start.hasPrefix($0) } ? "team.keys" : Self.file
    replace(try line(town, start, in: file) + "\n", with: "", in: file, &town)
    let faults = chronicle.commit(town.folder)
    #expect(faults.count == 1)
    #expect(faults.first?.hasPrefix(file + " ") == true)
    #expect(faults.first?.hasSuffix(" rollback") == true)
  }

  @Test("A file goes with its environment, and never without")
  func files() throws {
    var (town, chronicle) = try town()
    var without = town.folder
    without.files[Self.file] = nil
    #expect(chronicle.commit(without) == ["production.sealed env production rollback"])
    #expect(chronicle.commit(town.folder) == [])
    without = VectorFolder()
    #expect(chronicle.commit(without) == ["team.keys root rollback"])
    #expect(chronicle.commit(town.folder) == [])
    let old = town.folder
    try town.changeTeam(as: "alice") { try $0.removeEnvironment(Self.environment) }
    town.folder.files[Self.file] = nil
    #expect(chronicle.commit(town.folder) == [])
    town.folder.files[Self.file] = old.files[Self.file]
    #expect(chronicle.commit(town.folder) == ["production.sealed env production no right"])
  }

  @Test("A merge that takes one side only loses the other's lines, and one that adds any is told")
  func merges() throws {
    var (town, chronicle) = try town()
    let start = town
    try set(&town, "A", "fake-ours", as: "alice")
    chronicle.commit(town.folder, on: [0])
    var theirs = start
    theirs.now += 10
    try set(&theirs, "B", "fake-theirs", as: "bob")
    chronicle.commit(theirs.folder, on: [0])
    #expect(
      chronicle.commit(town.folder, on: [1, 2]) == ["production.sealed secret default B rollback"])
    var union = town
    union.folder.files[Self.file] = LineUnion.merged(
      town.folder.files[Self.file] ?? [], theirs.folder.files[Self.file] ?? [],
      bases: [start.folder.files[Self.file] ?? []])
    #expect(chronicle.commit(union.folder, on: [1, 2]) == [])
    let ours = try line(town, "secret A role=default")
    replace(ours, with: ours.replacing("rev=2", with: "rev=3"), &union)
    let faults = chronicle.commit(union.folder, on: [1, 2])
    #expect(faults.count == 1)
    #expect(faults.first?.hasSuffix("secret default A forged") == true)
  }

  @Test("What is no grammar is told by line, and the rest is judged all the same")
  func grammar() throws {
    var (town, chronicle) = try town()
    let good = town.folder
    let first = try line(town, "secret A role=default")
    replace(first, with: "<<<<<<< HEAD\n\(first)\n=======", &town)
    let faults = chronicle.commit(town.folder)
    #expect(faults.count == 2)
    #expect(faults.allSatisfy { $0.hasSuffix("parse") })
    #expect(chronicle.commit(good) == [])
    var other = good
    other.files[Self.file] = (good.files[Self.file] ?? []).dropLast(1) + []
    #expect(chronicle.commit(other).map { $0.hasSuffix("parse") } == [true])
    #expect(chronicle.commit(good) == [])
    other.files[Self.file] = Array(
      String(decoding: good.files[Self.file] ?? [], as: UTF8.self)
        .replacing("env=production\n", with: "env=staging\n").utf8)
    #expect(chronicle.commit(other) == ["production.sealed:1 root forged"])
  }

  @Test("A record that keeps its id and says something else is forged, however well it is signed")
  func sameID() throws {
    var (town, chronicle) = try town()
    let before = town
    let first = try line(town, "secret C ")
    try set(&town, "C", "fake-2", as: "carol")
    let second = try line(town, "secret C ")
    let id = { (line: String) in
      String(line.split(separator: " ").first { $0.hasPrefix("id=") } ?? "")
    }
    // Carol signs a new time under the old id.
    let text = first.replacing(
      String(first.split(separator: " ").first { $0.hasPrefix("at=") } ?? ""),
      with:
        "at=\(Timestamp.text(town.now))")
    let signed = text.split(separator: " ").dropLast().joined(separator: " ")
    let project = try #require(town.project)
    let forged = town.author("carol").sign(
      signed, prefix: SignaturePrefix.sealed(project, Self.environment))
    #expect(id(forged) == id(first) && id(second) != id(first))
    var changed = before
    replace(first, with: forged, &changed)
    let faults = chronicle.commit(changed.folder)
    #expect(faults.count == 1)
    #expect(faults.first?.hasSuffix("secret default C forged") == true)
  }

  @Test("Another value under the revision of an old one is told, though its signer may write")
  func sameRevision() throws {
    var (town, chronicle) = try town()
    try set(&town, "TOKEN", "fake-1", as: "bob")
    #expect(chronicle.commit(town.folder) == [])
    let old = try line(town, "secret TOKEN ")
    try sealOther(&town, under: old)
    replace(old + "\n", with: "", &town)
    #expect(try line(town, "secret TOKEN ") != old)
    let faults = chronicle.commit(town.folder)
    #expect(faults.count == 1)
    #expect(faults.first?.hasSuffix(" secret default TOKEN forged") == true)
  }

  @Test("Boxes that were handed over and are others now are told: nobody signs them")
  func otherBoxes() throws {
    var (town, chronicle) = try town()
    try town.change(Self.environment, as: "alice") { try $0.prepare("default", isRekeyed: true) }
    #expect(chronicle.commit(town.folder) == [])
    for start in ["to bob role=default", "past default"] {
      let old = try line(town, start)
      let box = try #require(old.firstRange(of: " box=")).upperBound
      let other = old[..<box] + "AAAA" + old[box...].dropFirst(4)
      replace(old, with: String(other), &town)
      let faults = chronicle.commit(town.folder)
      #expect(faults.count == 1 && faults.first?.hasSuffix(" damaged") == true, "\(faults)")
    }
  }

  @Test("What comes beside a line with another box is told before the older one goes")
  func besides() throws {
    var (town, chronicle) = try town()
    try set(&town, "TOKEN", "fake-1", as: "bob")
    #expect(chronicle.commit(town.folder) == [])
    let old = try line(town, "secret TOKEN ")
    try sealOther(&town, under: old)
    let faults = chronicle.commit(town.folder)
    #expect(faults.count == 1)
    #expect(faults.first?.hasSuffix(" secret default TOKEN conflict warning") == true)
    // Whoever can open both is told which it is, whatever is written meanwhile.
    for _ in 0..<2 {
      var open = try town.open(Self.environment, as: "alice")
      _ = open.inspect()
      #expect(
        open.findings.contains {
          $0.isError && $0.reason == .copiesDiffer
            && $0.thing == .secret(role: "default", name: "TOKEN")
        })
      try set(&town, "OTHER", "fake-3", as: "alice")
    }
    try set(&town, "TOKEN", "fake-4", as: "alice")
    #expect(try town.read(Self.environment, as: "bob").values["default"]?["TOKEN"] == "fake-4")
    let to = try line(town, "to bob role=default")
    let box = try #require(to.firstRange(of: " box=")).upperBound
    _ = chronicle.commit(town.folder)
    replace(to, with: "\(to)\n\(to[..<box])AAAA\(to[box...].dropFirst(4))", &town)
    #expect(chronicle.commit(town.folder).first?.hasSuffix(" damaged warning") == true)
  }

  @Test("A value that a re-key puts in another's place is told to whoever can open both")
  func sealedAsAnother() throws {
    var (town, _) = try town()
    try set(&town, "TOKEN", "fake-1", as: "alice")
    let before = try town.open(Self.environment, as: "carol")
    let old = try line(town, "secret TOKEN ")
    let other = try town.text("fake-other")
    try town.change(Self.environment, as: "bob") { draft throws in
      try draft.prepare("default", isRekeyed: true)
    }
    let honest = try town.open(Self.environment, as: "carol")
    #expect(honest.replacedValues(since: before) == [])
    let resealed = try line(town, "secret TOKEN ")
    #expect(resealed != old)
    try town.change(Self.environment, as: "bob") { draft throws in
      try draft.prepare("default")
      let (epoch, key) = try #require(draft.ready["default"])
      let head = try #require(resealed.firstRange(of: " epoch=")).lowerBound
      draft.seal(String(resealed[..<head]), other, epoch, key, by: "alice")
    }
    replace(resealed + "\n", with: "", &town)
    let after = try town.open(Self.environment, as: "carol")
    #expect(
      after.replacedValues(since: before).map(\.thing) == [.secret(role: "default", name: "TOKEN")])
  }
}
