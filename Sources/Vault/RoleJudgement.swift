// format.md §5.7 and §5.10 for a file's roles: forged records, missing ones, who waits for a key
// and who has one that no grant asks for.

internal import Sealing

struct RoleJudgement {
  private(set) var roles: [String: RoleEpochs] = [:]
  var findings = Findings()
  private let file: SealedFile
  private let team: Team
  private var withoutRight: [RoleRecord] = []

  init(_ file: SealedFile, team: Team, isKnown: Bool, replacedElsewhere: Set<Epoch>) {
    self.file = file
    self.team = team
    let records = file.distinctRoles()
    let states = file.signatureStates(
      records.map { ($0.line, $0.by) }, keys: team.roster.keys(of:), isKnown: isKnown,
      book: team.roster.book)
    var wellSigned: [String: [RoleRecord]] = [:]
    var forged: [String: (RoleRecord, FindingReason)] = [:]
    for (record, state) in zip(records, states) {
      switch state {
      case .bad: forged[record.role] = (record, .badSignature)
      case .unknownSigner: forged[record.role] = (record, .unknownSigner(record.by))
      case .good:
        if !isKnown, Epoch(of: record.publicKey) != record.epoch {
          forged[record.role] = (record, .wrongEpoch)
        } else {
          wellSigned[record.role, default: []].append(record)
        }
      }
    }
    for copies in Dictionary(grouping: records, by: \.epoch).values where copies.count > 1 {
      for record in copies { forged[record.role] = (record, .wrongEpoch) }
    }
    let granted = Dictionary(
      grouping: team.grants.values.filter { $0.key.environment == file.environment }, by: \.key.role
    )
    for name in Set(file.labelsOfRoles() + records.map(\.role) + granted.keys) {
      var role = RoleEpochs(
        role: name, team: team, grants: granted[name] ?? [],
        wellSigned: forged[name] == nil ? wellSigned[name] ?? [] : [],
        replacedElsewhere: replacedElsewhere)
      if let (record, reason) = forged[name] {
        role.refused = .forged
        findings.error(.forged, .role(name), file.name, Int(record.line.number), reason)
      } else if let grant = role.forgedGrantBeneath() {
        let key = GrantKey(member: grant, environment: file.environment, role: name)
        role.refused = .forged
        findings.error(.forged, .role(name), file.name, nil, .restsOn(.grant(key)))
      } else if let missing = role.missingRecord(team: team, environment: file.environment) {
        role.refused = .rollback
        findings.error(
          .rollback, .role(name), file.name, Int(missing.by.line.number),
          .missing(missing.mark, by: missing.by.by))
      }
      roles[name] = role
    }
    warnOfReaders()
  }

  private mutating func warnOfReaders() {
    for role in roles.values.sorted(by: { $0.role < $1.role }) where role.refused == nil {
      if role.current != nil, role.isStale || role.isSplit {
        findings.warn(.stale, .role(role.role), file.name, nil)
      }
      for member in role.pending(file) {
        findings.warn(.pending, .to(member: member, role: role.role), file.name, nil)
      }
      for record in role.records.values where record.at > team.now {
        findings.warn(
          .future, .role(role.role), file.name, Int(record.line.number), .time(record.at))
      }
    }
    for record in file.tos {
      let role = roles[record.role]
      let isAsked = role?.grants[record.member]?.isCurrent ?? false
      // Under a key that nothing is sealed under any more, it is no more than history.
      let isInUse =
        role.map { $0.records[record.epoch] == nil || $0.current == record.epoch } ?? true
      if isInUse && !isAsked || role?.records[record.epoch] == nil && role?.refused == nil {
        findings.warn(
          .unasked, .to(member: record.member, role: record.role), file.name,
          Int(record.line.number),
          role?.records[record.epoch] == nil && role?.refused == nil ? .unknownEpoch : .plain)
      }
    }
  }

  /// Role records without the right, and stale values: said where something rests on them.
  mutating func warnOfRecords(_ values: Values) {
    // By index, since every value of a `run` passes here: epochs in use, and what is current.
    var inUse = IndexMarks()
    var lastEpoch: Int32 = -1
    for secret in values.secrets where secret.record >= 0 {
      let epoch = file.secrets[secret.record].epoch
      if epoch != lastEpoch {
        inUse.insert(Int(epoch))
        lastEpoch = epoch
      }
      for index in secret.rivals { inUse.insert(Int(file.secrets[index].epoch)) }
    }
    let epochsInUse = Set(inUse.indices.map { file.epochs[$0] })
    for role in roles.values.sorted(by: { $0.role < $1.role }) where role.refused == nil {
      for record in role.records.values where !role.counting.contains(record.epoch) {
        let makesStale = record.after.contains { role.live.contains($0) }
        if makesStale || epochsInUse.contains(record.epoch) {
          findings.warn(
            .noRight, .role(role.role), file.name, Int(record.line.number), .signer(record.by))
        }
      }
    }
    let current = file.labels.map { label -> Int32 in
      guard let role = roles[label], role.refused == nil else { return -2 }
      return role.current.flatMap { file.epochs.firstIndex(of: $0) }.map { Int32($0) } ?? -1
    }
    for secret in values.secrets where secret.record >= 0 {
      let record = file.secrets[secret.record]
      let isStale = current[Int(secret.role)] != record.epoch && current[Int(secret.role)] != -2
      let isFuture = record.at > team.now
      let isExpired = record.expires.map { $0 <= team.now } ?? false
      if isStale || isFuture || isExpired { warn(secret, record, isStale: isStale) }
    }
  }

  private mutating func warn(_ secret: SecretState, _ record: SecretRecord, isStale: Bool) {
    let role = file.labels[Int(secret.role)]
    let thing = Thing.secret(role: role, name: file.string(secret.name))
    let line = Int(record.line.number)
    if isStale, roles[role]?.records[file.epochs[Int(record.epoch)]] != nil {
      findings.warn(.stale, thing, file.name, line)
    }
    if record.at > team.now { findings.warn(.future, thing, file.name, line, .time(record.at)) }
    if let expires = record.expires, expires <= team.now {
      findings.warn(.expired, thing, file.name, line, .time(expires))
    }
  }
}

extension RoleEpochs {
  /// Members with a current grant and no `to` line for the current epoch.
  func pending(_ file: SealedFile) -> [String] {
    guard let current else { return [] }
    let served = Set(
      file.tos.filter { $0.role == role && $0.epoch == current }.map(\.member))
    return grants.filter { $0.value.isCurrent && !served.contains($0.key) }.map(\.key).sorted()
  }

  /// The maker of a live epoch whose grant a forged line names.
  func forgedGrantBeneath() -> String? {
    let replaced = Set(records.values.flatMap(\.after))
    return records.values.filter { !replaced.contains($0.epoch) }.map(\.by).sorted()
      .first { grants[$0]?.isForged == true }
  }
}

extension SealedFile {
  /// The role records without exact duplicates.
  func distinctRoles() -> [RoleRecord] {
    var seen: Set<String> = []
    return roles.filter { seen.insert(String(decoding: text($0.line), as: UTF8.self)).inserted }
  }

  /// The roles that secrets name.
  func labelsOfRoles() -> [String] {
    var indices = IndexMarks()
    var last: Int32 = -1
    for record in secrets where record.role != last {
      last = record.role
      indices.insert(Int(last))
    }
    return indices.indices.map { labels[$0] }
  }
}
