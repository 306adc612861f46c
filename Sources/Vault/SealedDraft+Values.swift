// format.md §4 and §7, writing: values set, removed, settled, offered and vouched for.

internal import Sealing

/// What a write did to one name.
public struct WrittenValue: Equatable, Sendable {
  /// The secret's name.
  public let name: String
  /// Its role.
  public let role: String
  /// The new revision.
  public let rev: Int
  /// Whether the name is new here, or was removed before.
  public let isNew: Bool
}

extension SealedDraft {
  /// Writes a value, as a new revision after all that is live; one that is not new stays exposed
  /// to whom it was.
  ///
  /// - Parameters:
  ///   - name: the secret's name.
  ///   - role: its role.
  ///   - payload: kind, note and value; not a removal.
  ///   - expires: past which reading warns, Unix seconds.
  /// - Throws: `WriteError`.
  /// - Returns: what was written.
  @discardableResult
  public mutating func set(
    _ name: String, role: String, to payload: Payload, expires: Int64? = nil
  ) throws(WriteError) -> WrittenValue {
    let first = firstEpoch(of: payload, name, role: role)
    return try write(name, role, payload, expires: expires, first: first, answering: [])
  }

  /// Removes a secret; the removal is itself a signed line.
  ///
  /// - Throws: `WriteError`.
  /// - Returns: what was written.
  @discardableResult
  public mutating func remove(_ name: String, role: String) throws(WriteError) -> WrittenValue {
    guard let secret = self.secret(role: role, name: name),
      secret.refused == .conflict || secret.record < 0 || !file.secrets[secret.record].isRemoved
    else { throw .noSuchSecret(name) }
    return try write(name, role, removal, expires: nil, first: nil, answering: [])
  }

  /// Settles a conflict by writing one side again, after all of them (§7).
  ///
  /// - Parameters:
  ///   - name: the secret's name.
  ///   - role: its role.
  ///   - id: the id of the side to keep.
  /// - Throws: `WriteError`.
  /// - Returns: what was written.
  @discardableResult
  public mutating func settle(_ name: String, role: String, keeping id: String)
    throws(WriteError) -> WrittenValue
  {
    guard let secret = self.secret(role: role, name: name), secret.refused != .noRight,
      let index = before.environment.liveRecords(secret)
        .first(where: { file.secrets[$0].id.text == id })
    else { throw .noSuchSecret(name) }
    let payload: Payload
    do throws(OpeningError) {
      payload = try before.open(index, role: role, headroom: 0)
    } catch {
      throw .refused(.secret(role: role, name: name), .damaged)
    }
    let record = file.secrets[index]
    return try write(
      name, role, payload, expires: record.expires, first: file.epochs[Int(record.first)],
      answering: [])
  }

  /// Writes an older value again, as a new revision; it stays exposed to whom it was.
  ///
  /// - Parameter old: the value, as `OpenEnvironment.older` gave it.
  /// - Throws: `WriteError`.
  /// - Returns: what was written.
  @discardableResult
  public mutating func restore(_ old: OlderValue) throws(WriteError) -> WrittenValue {
    try write(
      old.name, old.role, old.payload, expires: old.expires, first: old.first, answering: [])
  }

  /// Accepts a proposal: its value becomes the next revision.
  ///
  /// - Throws: `WriteError`.
  /// - Returns: what was written.
  @discardableResult
  public mutating func accept(_ proposal: OpenProposal) throws(WriteError) -> WrittenValue {
    guard let index = proposalIndex(proposal), let payload = proposal.payload else {
      throw .noSuchSecret(proposal.name)
    }
    let first = file.epochs[Int(file.secrets[index].epoch)]
    return try write(
      proposal.name, proposal.role, payload, expires: nil, first: first, answering: [index])
  }

  /// Rejects a proposal: the old value is written again, or a removal where there was none.
  ///
  /// - Throws: `WriteError`.
  /// - Returns: what was written.
  @discardableResult
  public mutating func reject(_ proposal: OpenProposal) throws(WriteError) -> WrittenValue {
    guard let index = proposalIndex(proposal) else { throw .noSuchSecret(proposal.name) }
    guard let secret = self.secret(role: proposal.role, name: proposal.name),
      secret.refused == nil, !file.secrets[secret.record].isRemoved
    else {
      return try write(
        proposal.name, proposal.role, removal, expires: nil, first: nil, answering: [index])
    }
    let record = file.secrets[secret.record]
    guard let payload = try? before.open(secret.record, role: proposal.role, headroom: 0) else {
      throw .refused(.secret(role: proposal.role, name: proposal.name), .damaged)
    }
    return try write(
      proposal.name, proposal.role, payload, expires: record.expires,
      first: file.epochs[Int(record.first)], answering: [index])
  }

  /// Offers a value without being able to read one.
  ///
  /// - Throws: `WriteError`.
  public mutating func propose(_ name: String, role roleName: String, _ payload: Payload)
    throws(WriteError)
  {
    guard team.members[author.name]?.state == .current else { throw .notMember }
    guard let role = role(roleName), let current = role.current, let record = role.records[current]
    else { throw .noSuchRole(roleName) }
    try needSealing(in: roleName)
    guard role.refused == nil, !role.isStale else {
      throw .cannotRekey(role: roleName, whoCan: whoCanWrite(roleName))
    }
    let own = before.environment.values.proposals.filter {
      let proposal = file.secrets[$0]
      return label(proposal.by) == author.name && label(proposal.role) == roleName
        && file.string(proposal.name) == name
    }
    let after = RecordID.afterField(
      own.map { (file.secrets[$0].id, file.after(file.secrets[$0])) })
    for index in own { draft.remove(file.text(file.secrets[index].line)) }
    let bound =
      "proposal \(name) role=\(roleName) id=\(RecordID.random().text) after=\(after) "
      + "at=\(Timestamp.text(author.now)) by=\(author.name) epoch=\(current.text)"
    let prefix =
      SealedText.proposalPrefix(project: file.project, environment: file.environment)
      + Array("\(bound)\n".utf8)
    let padded = payload.padded(in: author.arena)
    let content = author.arena.allocate(prefix.count + padded.count)
    content.withMutableBytes { target in
      target.copyBytes(from: prefix)
      padded.withBytes { bytes in
        bytes.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: target[prefix.count...]).copyMemory(from: $0)
        }
      }
    }
    defer { content.wipe() }
    guard let box = try? SealedBox.seal(content, to: record.publicKey) else {
      throw .refused(.role(roleName), .damaged)
    }
    sign("\(bound) box=\(Base64.encode(box))")
  }

  /// Vouches for what members wrote whose right to it ends with this very step (§5.6).
  ///
  /// To be done while they still have it: the file is judged against the changed team afterwards.
  ///
  /// - Parameters:
  ///   - members: whose right ends or is lessened.
  ///   - role: the role; nil for every one, where they vouched for others too.
  /// - Returns: the values that the author vouches for now.
  @discardableResult
  public mutating func countersign(_ members: Set<String>, role: String? = nil) -> [Entry] {
    var vouched: [Entry] = []
    for secret in before.environment.values.secrets
    where (role == nil || label(secret.role) == role)
      && (secret.refused == nil || secret.refused == .conflict) && !before.isDoubtful(secret)
    {
      let records = before.environment.liveRecords(secret)
        .filter { members.contains(label(file.secrets[$0].signer)) }
      for index in records { addSealedBy(index) }
      if records.contains(where: { !file.secrets[$0].isRemoved }) {
        vouched.append(before.environment.entry(secret))
      }
    }
    return vouched
  }

  /// Vouches for a value whose signer has no right to it any more, and nothing else stands.
  ///
  /// - Parameters:
  ///   - name: the secret's name.
  ///   - role: its role.
  /// - Throws: `WriteError.needsAdmin`; `noSuchSecret` where there is nothing to vouch for.
  public mutating func vouch(_ name: String, role: String) throws(WriteError) {
    guard team.root == author.name || team.admins.contains(author.name) else { throw .needsAdmin }
    guard let secret = secret(role: role, name: name), secret.refused == .noRight else {
      throw .noSuchSecret(name)
    }
    for index in before.environment.liveRecords(secret) { addSealedBy(index) }
  }

  private mutating func addSealedBy(_ index: Int) {
    let record = file.secrets[index]
    guard draft.keeps(file.text(record.line)) else { return }
    let signed = String(decoding: file.signed(record.line), as: UTF8.self)
    let text =
      record.sealedBy >= 0
      ? String(signed.prefix(upTo: signed.range(ofLast: " sealed-by=") ?? signed.endIndex))
      : signed
    draft.remove(file.text(record.line))
    sign("\(text) sealed-by=\(author.name)")
  }

  var removal: Payload {
    let empty = author.arena.allocate(0)
    guard let removal = try? Payload(kind: .removed, note: empty, value: empty) else {
      preconditionFailure("an empty removal is a payload")
    }
    return removal
  }

  private func proposalIndex(_ proposal: OpenProposal) -> Int? {
    before.environment.values.proposals.first {
      let record = file.secrets[$0]
      return record.id.text == proposal.id && label(record.by) == proposal.by
        && label(record.role) == proposal.role && file.string(record.name) == proposal.name
    }
  }

  mutating func write(
    _ name: String, _ role: String, _ payload: Payload, expires: Int64?, first: Epoch?,
    answering: [Int]
  ) throws(WriteError) -> WrittenValue {
    let thing = Thing.secret(role: role, name: name)
    try prepare(role)
    guard let (epoch, key) = ready[role] else { throw .noSuchRole(role) }
    let secret = self.secret(role: role, name: name)
    if let refused = secret?.refused, refused == .forged || refused == .rollback {
      throw .refused(thing, refused)
    }
    let live = secret.map { before.environment.liveRecords($0) } ?? []
    let strays = secret.map(withoutRight) ?? []
    let replaced = live.map { file.secrets[$0] }
    let after = RecordID.afterField(
      replaced.map { ($0.id, file.after($0)) } + answering.map { (file.secrets[$0].id, []) },
      strays: strays.map { file.secrets[$0].id }.sorted())
    let rev = nextRevision(replaced.map(\.rev))
    drop(live + strays)
    for index in answering { draft.remove(file.text(file.secrets[index].line)) }
    var head = "secret \(name)"
    if payload.kind == .removed { head += " removed" }
    head += " role=\(role) rev=\(rev) id=\(RecordID.random().text) after=\(after)"
    head += " at=\(Timestamp.text(author.now)) by=\(author.name)"
    if payload.kind != .removed {
      if let expires { head += " expires=\(Timestamp.text(expires))" }
      if let first, first != epoch { head += " first=\(first.text)" }
    }
    seal(head, payload, epoch, key, by: author.name)
    let wasThere = live.contains { !file.secrets[$0].isRemoved }
    return WrittenValue(name: name, role: role, rev: Int(rev), isNew: !wasThere)
  }

  /// Indices of what stands beside a value that counts without the right to it: writing the name
  /// again says that this was seen, and no reader needs to be warned of it any more.
  private func withoutRight(_ secret: SecretState) -> [Int] {
    let values = before.environment.values
    guard secret.refused == nil, values.records(of: secret).count > 1 else { return [] }
    let live = Set(before.environment.liveRecords(secret))
    let replaced = values.replaced(by: values.records(of: secret).filter(values.counts))
    return values.records(of: secret).filter { index in
      !live.contains(index) && !file.secrets[index].isProposal && values.isWellSigned(index)
        && !values.counts(index) && !replaced.contains(file.secrets[index].id)
    }
  }

  /// Drops the lines that the new one replaces, and what stands in their place.
  private mutating func drop(_ live: [Int]) {
    for index in live {
      draft.remove(file.text(file.secrets[index].line))
      if let line = resealed.removeValue(forKey: index) { draft.remove(line[...]) }
    }
  }
}

extension Environment {
  /// Indices of the records that are live, in conflict or not.
  func liveRecords(_ secret: SecretState) -> [Int] { values.liveRecords(secret) }
}

extension StringProtocol {
  /// Where the last occurrence of a text begins.
  fileprivate func range(ofLast text: String) -> Index? {
    var index = endIndex
    while index > startIndex {
      index = self.index(before: index)
      if self[index...].hasPrefix(text) { return index }
    }
    return nil
  }
}
