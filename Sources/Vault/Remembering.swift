// format.md §6: what a reading leaves behind, and how it is found again.

internal import Sealing

extension Reading {
  /// What tells the contents of each environment, with this team.keys, from others, by name: of
  /// `contentHash`.
  public var contentHashes: [String: String] {
    environments.mapValues {
      Reading.contentHash(team: team.file.bytes, sealed: $0.file.bytes)
    }
  }

  /// The environments that this reading can tell of, by name: those that it has read, and removed
  /// ones.
  public var covered: Set<String> {
    Set(environments.filter { !$0.value.isStopped }.keys)
      .union(team.environments.filter { $0.value == .removed }.keys)
  }

  /// What to remember of the project after this reading.
  ///
  /// - Parameters:
  ///   - memory: what was remembered before.
  ///   - contents: `contentHashes`, where they are at hand.
  ///   - isAccepted: whether what disagrees with the files is given up (`verify --accept`).
  /// - Returns: the new memory.
  public func remembered(
    _ memory: RememberedProject, contents: [String: String]? = nil, isAccepted: Bool = false
  ) -> RememberedProject {
    var next = isAccepted ? accepting(memory) : memory
    next.project = team.file.project
    for (index, root) in team.roots.enumerated() { next.roots[Int32(index) + 1] = root.key }
    for member in team.members.values where member.state == .current || member.state == .removed {
      next.names[member.name] = RememberedProject.Name(key: member.key, kind: member.kind)
    }
    next.replacedEpochs = next.replacedEpochs.filter {
      next.publishedEpochs.contains($0.value) || !forgotten.contains($0.value.text)
    }
    for environment in environments.values {
      for role in environment.roles.values where role.refused == nil {
        for epoch in role.counting {
          // The first that was seen stays: what is only here may be given up again.
          for old in role.records[epoch]?.after ?? [] where next.replacedEpochs[old] == nil {
            next.replacedEpochs[old] = epoch
          }
        }
      }
    }
    next.records = records(next.records)
    let contents = contents ?? contentHashes
    for (name, environment) in environments
    where environment.isSoundlySigned && team.hasOneKeyForEachName {
      guard let content = contents[name] else { continue }
      next.goodContents.removeAll { $0 == content }
      next.goodContents.append(content)
    }
    next.goodContents = next.goodContents.suffix(32)
    return next
  }

  /// The memory without what `verify --accept` has listed, and with all of the rest.
  private func accepting(_ memory: RememberedProject) -> RememberedProject {
    var next = memory
    next.roots = KnownRoots()
    for member in team.members.values where member.state != .noRight {
      next.names[member.name] = nil
    }
    let listed = Set(
      memory.recordsInForce(besides: team.file, at: team.now) { _ in true }.map(\.text))
    next.records.removeAll { listed.contains($0.text) }
    return next
  }

  private func records(_ known: [RememberedRecord]) -> [RememberedRecord] {
    let (inForce, successors) = team.lasting
    let published = Set(known.filter(\.isPublished).map(\.text))
    var records = inForce.map { record in
      var record = record
      record.isPublished = published.contains(record.text)
      return record
    }
    // What others have seen replaced is so, also where what replaced it is replaced by now.
    let named = Set(
      known.filter(\.isPublished).compactMap { TeamRecord(remembered: $0.text) }
        .flatMap { record in record.after.map { "\(record.thing) \($0.text)" } })
    let texts = Set(inForce.map(\.text))
    for record in known where !texts.contains(record.text) {
      guard let parsed = TeamRecord(remembered: record.text) else { continue }
      if parsed.kind == .grant, named.contains("\(parsed.thing) \(parsed.id.text)") { continue }
      let successors = successors(parsed)
      if record.isPublished, parsed.kind == .grant {
        // What replaces it here may be given up again, until others have seen that, too.
        if successors.contains(where: published.contains) { continue }
      } else if !successors.isEmpty {
        continue
      }
      let isForgotten = forgotten.contains(parsed.publicationMark(record.text))
      if record.isPublished || !isForgotten { records.append(record) }
    }
    return records
  }

  /// What to remember of the branch after this reading.
  ///
  /// - Parameters:
  ///   - branch: what was remembered before.
  ///   - contents: `contentHashes`.
  /// - Returns: the new memory.
  public func remembered(
    _ branch: RememberedBranch, contents: [String: String]
  ) -> RememberedBranch {
    var next = branch
    next.team = team.liveRecords
    next.contents[RememberedBranch.teamKey] = RememberedBranch.teamHash(team.file.bytes)
    for (name, environment) in environments where !environment.isStopped {
      next.environments[name] = environment.liveRecords
      for (epoch, hash) in environment.roleTextHashes { next.roleTexts[epoch.text] = hash.text }
      next.contents[name] = contents[name]
    }
    for (name, state) in team.environments where state == .removed {
      next.environments[name] = nil
      next.contents[name] = nil
    }
    return next
  }
}

extension Team {
  /// Whether each name stands for one key, whoever has a right to give it one.
  ///
  /// Only then does a signature found good once stay so however the members are judged.
  var hasOneKeyForEachName: Bool {
    file.keysByName().allSatisfy { name, keys in
      keys.count == 1 && roster.keys(of: name).allSatisfy { $0 == keys[0] }
    }
  }

  /// Whether each name stands for one key, and for the same in a file that is to follow.
  ///
  /// Who was a stranger by that name may have signed lines that are good by the stranger's key, and
  /// would be taken for the member's.
  public func keysStay(in next: TeamFile) -> Bool {
    let keys = file.keysByName()
    return hasOneKeyForEachName
      && next.keysByName().allSatisfy { name, own in own.count == 1 && keys[name] ?? own == own }
  }

  /// Whether a name was only ever called a member by who had no right to.
  func isStranger(_ name: String) -> Bool { roster.isStranger(name) }

  /// The live records that count, in the order of things.
  var liveRecords: [LiveRecords] {
    var live: [LiveRecords] = []
    var counting: [String: [TeamRecord]] = [:]
    for (index, record) in file.records.enumerated() {
      switch record.kind {
      case .env where roster.isByRootOrAdmin(index):
        counting["\(record.thing)", default: []].append(record)
      case .admin where roster.isWellSigned(index) && record.by == root:
        counting["\(record.thing)", default: []].append(record)
      default: break
      }
    }
    for grant in grants.values { counting["\(Thing.grant(grant.key))"] = grant.counting }
    for (thing, records) in counting {
      let records = Liveness.live(records).filter { !$0.isRemembered }
        .map { LiveRecords.Record(id: $0.id.text, rev: $0.rev, signer: $0.signer) }
      if !records.isEmpty { live.append(LiveRecords(thing: thing, records: records)) }
    }
    for member in members.values where member.state != .noRight {
      let record = LiveRecords.Record(id: "-", rev: 0)
      live.append(LiveRecords(thing: "\(Thing.member(member.name))", records: [record]))
    }
    return live.sorted { $0.thing < $1.thing }
  }

  /// The records that last beyond this branch, and the texts of those that replace one for good.
  var lasting: ([RememberedRecord], (TeamRecord) -> [String]) {
    var inForce: [RememberedRecord] = []
    for (index, record) in file.records.enumerated() {
      guard Team.counts(index, record, roster), case .good(let key)? = roster.state(index) else {
        continue
      }
      let isLive = grants[record.grantKey]?.live.contains { $0.id == record.id } ?? false
      let lasts =
        record.kind == .grant && isLive
        || (record.kind == .member || record.kind == .admin) && record.isRemoved
      if lasts {
        inForce.append(
          RememberedRecord(
            text: String(decoding: file.text(record.line), as: UTF8.self), signerKey: key))
      }
    }
    let admins = Dictionary(
      grouping: file.records.indices.filter {
        file.records[$0].kind == .admin && roster.isWellSigned($0) && file.records[$0].by == root
      }.map { file.records[$0] }, by: \.name)
    return (
      inForce,
      { old in
        let live: [TeamRecord] =
          switch old.kind {
          case .grant: grants[old.grantKey]?.live.filter { !$0.isRemembered } ?? []
          case .admin: Liveness.live(admins[old.name] ?? [])
          default: []
          }
        return live.filter { $0.replacesForGood(old) }
          .map { String(decoding: file.text($0.line), as: UTF8.self) }
      }
    )
  }
}

extension Environment {
  /// The live records that count, in no order.
  var liveRecords: [LiveRecords] {
    var live: [LiveRecords] = []
    for role in roles.values.sorted(by: { $0.role < $1.role })
    where role.refused == nil && !role.live.isEmpty {
      live.append(
        LiveRecords(
          thing: "\(Thing.role(role.role))",
          records: role.live.map {
            LiveRecords.Record(id: $0.text, rev: 0, signer: role.records[$0]?.by)
          }))
    }
    for secret in values.secrets where secret.record >= 0 {
      let thing = Thing.secret(
        role: file.labels[Int(secret.role)], name: file.string(secret.name))
      let records = ([secret.record] + secret.rivals).map { index in
        let record = file.secrets[index]
        return LiveRecords.Record(
          id: record.id.text, rev: record.rev, signer: file.labels[Int(record.signer)])
      }
      live.append(LiveRecords(thing: thing.description, records: records))
    }
    return live
  }

  /// A hash of each counting role record's text.
  var roleTextHashes: [Epoch: (text: String, role: String, line: Int)] {
    var hashes: [Epoch: (text: String, role: String, line: Int)] = [:]
    for role in roles.values {
      for epoch in role.counting {
        guard let record = role.records[epoch] else { continue }
        let hash = Digest.blake2b(16, Array(file.text(record.line)))
        hashes[epoch] = (Base64.encode(hash), role.role, Int(record.line.number))
      }
    }
    return hashes
  }
}

extension Thing {
  /// Reads what `description` wrote, of the things that are remembered.
  init?(remembered text: String) {
    let words = text.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("member", 2): self = .member(words[1])
    case ("admin", 2): self = .admin(words[1])
    case ("env", 2): self = .environment(words[1])
    case ("role", 2): self = .role(words[1])
    case ("grant", 4):
      self = .grant(GrantKey(member: words[1], environment: words[2], role: words[3]))
    case ("secret", 3): self = .secret(role: words[1], name: words[2])
    default: return nil
    }
  }
}
