// A whole reading: team.keys and the sealed files that are asked for, judged together, and held
// against what this machine remembers (format.md §6).

public import Sealing

/// A project's files, judged at one time.
public struct Reading {
  /// The team.
  public private(set) var team: Team
  /// The environments that were asked for, by name.
  public private(set) var environments: [String: Environment] = [:]
  /// Whether memory and files disagree: nothing new may be remembered.
  public private(set) var isRolledBack = false
  /// What was missing and had never been published, to be forgotten.
  private(set) var forgotten: Set<String> = []

  /// Whether something that is remembered is missing, and this clone's remotes never held it.
  public var isForgetting: Bool { !forgotten.isEmpty }

  /// Whether anything is wrong that stops what needs it, as far as is seen without opening values.
  public var hasErrors: Bool {
    team.findings.contains(where: \.isError)
      || environments.values.contains { $0.findings.contains(where: \.isError) }
  }

  /// What tells the contents of team.keys and a sealed file: BLAKE2b, 32 bytes in base64.
  public static func contentHash(team: [UInt8], sealed: [UInt8]) -> String {
    let digest = Digest(32)
    // The first length fixes where one file ends and the other begins.
    let length = UInt64(team.count)
    let prefix = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    digest.update(prefix.span.bytes)
    digest.update(team.span.bytes)
    digest.update(sealed.span.bytes)
    return Base64.encode(digest.finish())
  }

  /// Judges the files.
  ///
  /// - Parameters:
  ///   - teamFile: team.keys.
  ///   - sealed: the sealed files that are asked for.
  ///   - now: the reader's clock, Unix seconds.
  ///   - trusted: the project that is trusted; nil judges without.
  ///   - rootKey: a key that must be in the chain of roots; nil for any.
  ///   - known: names of environments whose very contents, with this team.keys, were found good.
  ///   - memory: what this machine remembers of the project.
  ///   - branch: and of this branch; nil where branches do not matter (an old revision).
  ///   - isAbsent: whether an environment's file was looked for and is not there.
  ///   - wasPublished: whether a remote-tracking branch ever held a text; asked only for what is
  ///     missing.
  ///   - removals: lines that removed an environment at some time of this branch's history; asked
  ///     only where something of it is missing.
  public init(
    _ teamFile: TeamFile, sealed: [SealedFile], now: Int64, trusted: ProjectID? = nil,
    rootKey: PublicKey? = nil, known: Set<String> = [],
    memory: RememberedProject = RememberedProject(),
    branch: RememberedBranch? = nil, isAbsent: (String) -> Bool = { _ in false },
    wasPublished: (String) -> Bool = { _ in true }, removals: (String) -> [String] = { _ in [] }
  ) {
    team = Team(
      teamFile, now: now, trusted: trusted, rootKey: rootKey, isKnown: !known.isEmpty,
      memory: memory, wasPublished: wasPublished)
    for file in sealed {
      let name = SealedFile.environment(of: file.name)
      environments[name] = Environment(
        file, name: name, team: team, isKnown: known.contains(name),
        replacedElsewhere: memory.replacedEpochs(in: file, wasPublished: wasPublished))
    }
    guard !team.isStopped else { return }
    if let branch {
      compare(branch, wasPublished, removals)
      for name in branch.environments.keys.sorted() where isAbsent(name) {
        compareAbsent(name, branch, wasPublished)
      }
    }
    compareKeys(memory)
    // Nothing is written, and no key handed over, by a team that memory speaks against.
    for name in environments.keys { environments[name]?.team = team }
  }

  // What counted once and is not there.
  private mutating func compare(
    _ branch: RememberedBranch, _ wasPublished: (String) -> Bool, _ removals: (String) -> [String]
  ) {
    var findings: [Finding] = []
    let present = team.marks
    for live in branch.team.sorted(by: { $0.thing < $1.thing }) {
      guard let about = Thing(remembered: live.thing), !isOfRemovedEnvironment(about) else {
        continue
      }
      report(live, about, present[live.thing] ?? Marks(), nil, wasPublished, &findings)
    }
    team.add(findings)
    for case .grant(let key) in findings.filter(\.isError).map(\.thing) {
      environments[key.environment]?.refuseWhatRests(on: key)
    }
    for (name, things) in branch.environments {
      guard let environment = environments[name], !environment.isStopped else { continue }
      var findings: [Finding] = []
      let present = environment.marks
      let isWhole = things.allSatisfy { live in
        live.records.allSatisfy {
          present[live.thing]?.account(for: $0.id, rev: $0.rev, by: $0.signer) ?? false
        }
      }
      let known = branch.team.filter { $0.thing == "\(Thing.environment(name))" }
        .flatMap { $0.records.map(\.id) }
      let isNew = !isWhole && team.wasRemovedMeanwhile(name, since: known, by: removals(name))
      for live in isNew ? [] : things.sorted(by: { $0.thing < $1.thing }) {
        guard let about = Thing(remembered: live.thing) else { continue }
        report(
          live, about, present[live.thing] ?? Marks(), environment.file.name, wasPublished,
          &findings)
      }
      for (epoch, hash) in environment.roleTextHashes {
        guard let known = branch.roleTexts[epoch.text], known != hash.text else { continue }
        isRolledBack = true
        findings.append(
          Finding(
            kind: .rollback, isError: true, thing: .role(hash.role), file: environment.file.name,
            line: hash.line, reason: .remembered(epoch.text)))
      }
      environments[name]?.add(findings)
    }
  }

  // A file that is gone as a whole: told once, and not for each of its lines.
  private mutating func compareAbsent(
    _ name: String, _ branch: RememberedBranch, _ wasPublished: (String) -> Bool
  ) {
    guard environments[name] == nil, case .live = team.environments[name] else { return }
    // Its role's key came with the file, so that the first lines tell whether it was published.
    let ids = (branch.environments[name] ?? []).prefix(4).flatMap { $0.records.map(\.id) }
    guard let id = ids.first else { return }
    let isPublished = ids.contains(where: wasPublished)
    if isPublished { isRolledBack = true } else { forgotten.formUnion(ids) }
    team.add([
      Finding(
        kind: isPublished ? .rollback : .note, isError: isPublished, thing: .environment(name),
        file: SealedFile.name(of: name), line: nil, reason: .remembered(id))
    ])
  }

  private mutating func report(
    _ live: LiveRecords, _ thing: Thing, _ marks: Marks, _ file: String?,
    _ wasPublished: (String) -> Bool, _ findings: inout [Finding]
  ) {
    for record in live.records.sorted(by: { $0.id < $1.id })
    where !marks.account(for: record.id, rev: record.rev, by: record.signer) {
      let id = record.id
      // It may be there, under a forged line that stops the thing: that is told, and nothing learnt.
      if isForged(thing, file) {
        isRolledBack = true
        continue
      }
      let isPublished = wasPublished(id)
      if isPublished { isRolledBack = true } else { forgotten.insert(id) }
      findings.append(
        Finding(
          kind: isPublished ? .rollback : .note, isError: isPublished, thing: thing, file: file,
          line: nil, reason: .remembered(id)))
    }
  }

  private func isForged(_ thing: Thing, _ file: String?) -> Bool {
    let findings = file.map { environments[SealedFile.environment(of: $0)]?.findings ?? [] }
    return (findings ?? team.findings).contains {
      $0.isError && $0.kind == .forged && $0.thing == thing
    }
  }

  /// A removed environment's records are not missed.
  private func isOfRemovedEnvironment(_ thing: Thing) -> Bool {
    guard case .grant(let key) = thing else { return false }
    return team.environments[key.environment] == .removed
  }

  // A name with another key than the one remembered.
  private mutating func compareKeys(_ memory: RememberedProject) {
    var findings: [Finding] = []
    for member in team.members.values where member.state != .noRight {
      guard let known = memory.names[member.name] else { continue }
      let isOtherKind = known.kind != nil && member.kind != nil && known.kind != member.kind
      guard known.key != member.key || isOtherKind else { continue }
      // Two branches gave the name to different keys: both are here, and neither is used.
      let isUnused = member.state == .conflict || member.state == .removed
      if isUnused, team.roster.keys(of: member.name).contains(known.key) { continue }
      isRolledBack = true
      findings.append(
        Finding(
          kind: .rollback, isError: true, thing: .member(member.name), file: TeamFile.name,
          line: nil, reason: .remembered(known.key.fingerprint)))
    }
    for (revision, key) in memory.roots.all {
      let index = Int(revision) - 1
      guard !team.roots.indices.contains(index) || team.roots[index].key != key else { continue }
      isRolledBack = true
      findings.append(
        Finding(
          kind: .rollback, isError: true, thing: .root, file: TeamFile.name, line: nil,
          reason: .remembered(key.fingerprint)))
    }
    team.add(findings)
  }
}
