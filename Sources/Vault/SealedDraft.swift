// format.md §4 and §5.9, writing: a sealed file being changed. The next writer of a role does
// first what waits: re-keys what is stale, hands the key to who lacks it, re-seals old values.

internal import Sealing

/// What a writer did besides what was asked.
public struct WriteSummary: Equatable, Sendable {
  /// Roles whose key was replaced.
  public var rekeyed: [String] = []
  /// Members who were given a role's key, as `MEMBER ROLE`.
  public var handedOver: [String] = []
  /// How many values were sealed again.
  public var resealed = 0
  /// Values taken over whose writer is over and whom this machine had not seen before.
  public var takenOver: [Entry] = []

  /// Nothing.
  public init() {}
}

/// A sealed file, being changed by one author.
public struct SealedDraft {
  /// The environment before the change, as the author sees it.
  public internal(set) var before: OpenEnvironment
  /// What was done besides.
  public internal(set) var summary = WriteSummary()

  let author: Author
  var draft: Draft
  /// The key that new values of a role are sealed under, made ready by `prepare`.
  var ready: [String: (epoch: Epoch, secret: RoleSecret)] = [:]
  /// The lines that stand in place of records sealed again, by the record's index.
  var resealed: [Int: [UInt8]] = [:]
  /// Index into the environment's secrets, by role and name.
  let places: [Thing: Int]
  let signaturePrefix: [UInt8]
  let valuePrefix: [UInt8]

  static let kinds = ["role", "to", "past", "secret", "proposal", "ext"]

  /// Begins to change an environment's file.
  ///
  /// - Parameters:
  ///   - before: the environment, as the author sees it.
  ///   - author: who writes.
  /// - Throws: `WriteError.refused` where nothing in the file may be used.
  public init(_ before: OpenEnvironment, by author: Author) throws(WriteError) {
    let environment = before.environment
    guard !environment.isStopped else {
      throw .refused(.environment(environment.name), .forged)
    }
    self.before = before
    self.author = author
    let file = environment.file
    signaturePrefix = SignaturePrefix.sealed(file.project, file.environment)
    valuePrefix = SealedText.valuePrefix(project: file.project, environment: file.environment)
    var places: [Thing: Int] = [:]
    for (index, secret) in environment.values.secrets.enumerated() {
      places[.secret(role: file.labels[Int(secret.role)], name: file.string(secret.name))] = index
    }
    self.places = places
    draft = Draft(
      header: "secrets/1 sealed project=\(file.project.text) env=\(file.environment)",
      kinds: Self.kinds, lines: file.lines)
    dropWhatEnded()
  }

  /// A new environment's file, without any line.
  public static func empty(project: ProjectID, environment: String) -> [UInt8] {
    Array("secrets/1 sealed project=\(project.text) env=\(environment)\n".utf8)
  }

  /// The file as it is to be written.
  public var bytes: [UInt8] { draft.bytes }

  /// The file as it is to be written; nil where that is what was read.
  public var change: [UInt8]? {
    let bytes = draft.bytes
    return bytes == file.bytes ? nil : bytes
  }

  var file: SealedFile { before.environment.file }
  var team: Team { before.environment.team }

  func role(_ name: String) -> RoleEpochs? { before.environment.roles[name] }

  func label(_ index: Int32) -> String { file.labels[Int(index)] }

  func secret(role: String, name: String) -> SecretState? {
    places[.secret(role: role, name: name)].map { before.environment.values.secrets[$0] }
  }

  @discardableResult
  mutating func sign(_ text: String) -> [UInt8] {
    let line = author.sign(text, prefix: signaturePrefix)
    draft.add(line)
    return Array(line.utf8)
  }

  // §5.9, §5.10

  /// Makes a role ready to be written: its key replaced if it is stale, handed to who lacks it,
  /// its stale values sealed again.
  ///
  /// - Parameters:
  ///   - name: the role.
  ///   - isRekeyed: replace the key in any case.
  ///   - isLeaked: the old key may be known to someone unknown.
  /// - Throws: `WriteError`.
  public mutating func prepare(_ name: String, isRekeyed: Bool = false, isLeaked: Bool = false)
    throws(WriteError)
  {
    if ready[name] != nil { return }
    guard before.mayWrite(name), let role = role(name) else {
      throw .noWriteGrant(role: name, environment: file.environment)
    }
    if let refused = role.refused { throw .refused(.role(name), refused) }
    try needSealing(in: name)
    // Of a split, what the author cannot open they cannot unite either.
    let isSplit =
      role.isSplit && role.live.allSatisfy { before.secret(role: name, epoch: $0) != nil }
    if let current = role.current, !role.isStale, !isSplit, !isRekeyed, !isLeaked {
      guard let secret = before.secret(role: name, epoch: current) else {
        throw before.isPending(name)
          ? .pending(role: name, whoCan: whoCanWrite(name)) : .refused(.role(name), .damaged)
      }
      ready[name] = (current, secret)
    } else {
      try rekey(name, role, isLeaked: isLeaked)
    }
    handOver(name, role)
    resealStale(name)
  }

  /// Whether anything may be sealed in a role at all (§5.7, §6).
  func needSealing(in name: String) throws(WriteError) {
    if before.environment.rolesWithoutSealing.contains(name) {
      throw .refused(.role(name), .forged)
    }
    if team.barred.contains(where: { $0.concerns(role: name, environment: file.environment) }) {
      throw .refused(.role(name), .rollback)
    }
  }

  /// Members other than the author who hold the role's current key and may write.
  func whoCanWrite(_ name: String) -> [String] {
    guard role(name)?.current != nil else { return [] }
    return before.environment.keyHolders(of: name).filter { $0 != author.name }
  }

  /// Adds the `to` lines that current grants ask for.
  private mutating func handOver(_ name: String, _ role: RoleEpochs) {
    guard let (epoch, secret) = ready[name] else { return }
    let isNew = epoch != role.current
    let had = Set(
      file.tos.filter { $0.role == name && $0.epoch == role.current }.map(\.member))
    for (member, grant) in role.grants.sorted(by: { $0.key < $1.key })
    where grant.isCurrent && (isNew || !had.contains(member)) {
      guard let key = team.members[member]?.key.boxKey,
        let line = toLine(member, key, name, epoch, secret)
      else { continue }
      draft.add(line)
      // Whoever had the key before a re-key is not told of; whoever first has it then is.
      if !had.contains(member), role.current != nil, member != author.name {
        summary.handedOver.append("\(member) \(name)")
      }
    }
  }

  private func toLine(
    _ member: String, _ key: BoxKey, _ role: String, _ epoch: Epoch, _ secret: RoleSecret
  ) -> String? {
    let prefix = SealedText.toPrefix(
      project: file.project, environment: file.environment, role: role, epoch: epoch)
    let content = author.arena.allocate(prefix.count + secret.bytes.count)
    content.withMutableBytes { target in
      target.copyBytes(from: prefix)
      secret.bytes.withBytes { bytes in
        bytes.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: target[prefix.count...]).copyMemory(from: $0)
        }
      }
    }
    guard let box = try? SealedBox.seal(content, to: key) else { return nil }
    return "to \(member) role=\(role) epoch=\(epoch.text) box=\(Base64.encode(box))"
  }

  /// Seals the role's live values under the ready epoch where they are not.
  private mutating func resealStale(_ name: String) {
    guard let (epoch, _) = ready[name] else { return }
    for secret in before.environment.values.secrets
    where label(secret.role) == name && (secret.refused == nil || secret.refused == .conflict)
      && !before.isDoubtful(secret)
    {
      for index in before.environment.liveRecords(secret)
      where file.epochs[Int(file.secrets[index].epoch)] != epoch {
        reseal(index, in: name)
      }
    }
  }

  private mutating func reseal(_ index: Int, in name: String) {
    let record = file.secrets[index]
    guard let payload = try? before.open(index, role: name, headroom: 0),
      let (epoch, key) = ready[name]
    else { return }
    let role = role(name)
    let by = label(record.by)
    var head = "secret \(file.string(record.name))"
    if record.isRemoved { head += " removed" }
    head += " role=\(name) rev=\(record.rev) id=\(record.id.text)"
    head += " after=\(file.string(record.after)) at=\(Timestamp.text(record.at)) by=\(by)"
    if let expires = record.expires { head += " expires=\(Timestamp.text(expires))" }
    let first = file.epochs[Int(record.first)]
    if !record.isRemoved, first != epoch { head += " first=\(first.text)" }
    draft.remove(file.text(record.line))
    resealed[index] = seal(
      head, payload, epoch, key, by: by, isVouched: record.sealedBy >= 0)
    summary.resealed += 1
    // Whoever signs it may put any name in `by`.
    let signer = label(record.signer)
    if !record.isRemoved, signer != team.root, role?.grants[signer]?.isCurrent != true,
      let secret = secret(role: name, name: file.string(record.name))
    {
      summary.takenOver.append(before.environment.entry(secret))
    }
  }

  /// Seals a payload and signs its line, in the name of `by`.
  @discardableResult
  mutating func seal(
    _ head: String, _ payload: Payload, _ epoch: Epoch, _ key: RoleSecret, by: String,
    isVouched: Bool = false
  ) -> [UInt8] {
    let bound = "\(head) epoch=\(epoch.text)"
    let padded = payload.padded(in: author.arena)
    let ad = valuePrefix + Array(bound.utf8)
    let box = key.dataKey.seal(padded, ad: ad.span.bytes)
    // What another had sealed in the author's name does not become the author's own by that.
    let sealer = by == author.name && !isVouched ? "" : " sealed-by=\(author.name)"
    padded.wipe()
    return sign("\(bound) box=\(Base64.encode(box))\(sealer)")
  }
}

extension SealedFile {
  /// The texts of all lines but the header.
  var lines: [ArraySlice<UInt8>] {
    let all: [[RecordLine]] = [
      roles.map(\.line), tos.map(\.line), pasts.map(\.line), secrets.map(\.line), extensions,
    ]
    return all.joined().map { text($0) }
  }
}

extension Thing {
  /// Whether what bars this thing from being written bars a role with it (§6).
  func concerns(role: String, environment: String) -> Bool {
    switch self {
    case .grant(let key): key.role == role && key.environment == environment
    case .member, .admin: true
    default: false
    }
  }
}
