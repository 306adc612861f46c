// format.md §4 and §7 for one reader: an environment's values, as far as their key reaches.

public import Sealing

/// A value that a reader was given.
public struct OpenValue {
  /// The secret's name.
  public let name: String
  /// Its role.
  public let role: String
  /// Kind, note and value.
  public let payload: Payload
  /// §7: another live record of this name cannot be opened: readable, not to be run with.
  public let isOneSide: Bool
  let record: Int
}

/// An environment as one reader sees it.
public struct OpenEnvironment {
  /// The environment, judged.
  public let environment: Environment
  /// The reader's key.
  public let reader: PublicKey
  /// The reader's current names; none for a key that is no member's.
  public let names: [String]
  /// What is wrong, or worth saying, beyond what `environment` has.
  public var findings: [Finding] { found.list }

  private var found = Findings()
  private let keys: [String: RoleKeys]
  private let arena: SecureArena
  private let latest: Latest
  var ahead = OpenedAhead()

  /// What opening one value leaves for the next.
  private final class Latest {
    /// The key, by the indices of its role and epoch.
    var key: (role: Int32, epoch: Int32, secret: RoleSecret)?
    var opener: BoxOpener

    init(_ opener: BoxOpener) { self.opener = opener }
  }

  /// Prepares to open values; opens nothing yet.
  ///
  /// - Parameters:
  ///   - environment: the environment, judged.
  ///   - identity: the reader's key.
  ///   - arena: where keys and values go.
  public init(_ environment: Environment, as identity: Identity, in arena: SecureArena) {
    self.environment = environment
    self.arena = arena
    reader = identity.publicKey
    let file = environment.file
    latest = Latest(
      BoxOpener(
        prefix: SealedText.valuePrefix(project: file.project, environment: file.environment)))
    let names = environment.team.currentNames(of: identity.publicKey)
    self.names = names
    var keys: [String: RoleKeys] = [:]
    for role in environment.roles.values
    where role.refused == nil && names.contains(where: { role.grants[$0]?.isCurrent == true }) {
      keys[role.role] = RoleKeys(
        environment, role: role, names: names, identity: identity, arena: arena)
    }
    self.keys = keys
  }

  /// The roles that the reader has a current grant for, sorted.
  public var roles: [String] { environment.roles.keys.filter(mayRead).sorted() }

  /// Whether the reader has a current grant for a role.
  public func mayRead(_ role: String) -> Bool {
    names.contains { environment.roles[role]?.grants[$0]?.isCurrent == true }
  }

  /// Whether the reader has a current grant to write in a role.
  public func mayWrite(_ role: String) -> Bool {
    names.contains {
      guard let grant = environment.roles[role]?.grants[$0] else { return false }
      return grant.isCurrent && grant.access == .write
    }
  }

  /// Whether the reader has a grant and waits for a key.
  public func isPending(_ role: String) -> Bool { keys[role]?.isPending ?? false }

  /// The secret of a role's epoch; nil where the reader cannot reach it.
  func secret(role: String, epoch: Epoch) -> RoleSecret? { keys[role]?.secret(epoch) }

  /// Where the `past` lines of a role lead that open: from each epoch to older ones.
  func openPasts(role: String) -> [Epoch: [Epoch]] {
    keys[role]?.expand()
    return keys[role]?.openPasts ?? [:]
  }

  /// Opens the value of a secret.
  ///
  /// - Parameters:
  ///   - secret: the secret; it must not be removed.
  ///   - name: its name, where that is known already.
  ///   - headroom: spare bytes to keep in front of the value, see `SecureArena.allocate`.
  /// - Throws: `OpeningError`; findings are added for what is damaged.
  /// - Returns: the value.
  mutating func open(_ secret: SecretState, name: String? = nil, headroom: Int = 0)
    throws(OpeningError) -> OpenValue
  {
    let file = environment.file
    let role = file.labels[Int(secret.role)]
    if let refused = secret.refused { throw .refused(refused) }
    let name = name ?? file.string(secret.name)
    let content = ahead.take(secret.record)
    guard content != nil || keys[role] != nil else {
      guard mayRead(role), let refused = environment.roles[role]?.refused else { throw .noAccess }
      throw .refused(refused)
    }
    if secret.rivals.isEmpty {
      do throws(OpeningError) {
        let payload =
          if let content {
            try payload(content, of: file.secrets[secret.record])
          } else {
            try open(secret.record, role: role, headroom: headroom)
          }
        if secret.group.count > 1 { try requireSame(secret, payload, name: name, role: role) }
        return OpenValue(
          name: name, role: role, payload: payload, isOneSide: false, record: secret.record)
      } catch {
        if error == .refused(.damaged) {
          if let value = copy(of: secret, name: name, role: role) { return value }
          addDamage(.secret(role: role, name: name), secret.record)
        }
        throw error
      }
    }
    return try openRivals(secret, name: name, role: role, headroom: headroom)
  }

  // §7: a copy that says something else is forged, however well it is signed; one that does not open
  // under a key that the other opens by is told.
  private mutating func requireSame(
    _ secret: SecretState, _ payload: Payload, name: String, role: String
  ) throws(OpeningError) {
    let file = environment.file
    let thing = Thing.secret(role: role, name: name)
    for index in environment.copies(of: secret) {
      let line = Int(file.secrets[index].line.number)
      if let other = try? open(index, role: role, headroom: 0) {
        if other.hasSameBytes(as: payload) { continue }
        add(.forged, thing, line, .copiesDiffer, isError: true)
        throw .refused(.forged)
      } else if file.secrets[index].epoch == file.secrets[secret.record].epoch {
        add(.damaged, thing, line, .box, isError: false)
      }
    }
  }

  /// A copy that opens, where the line that comes first does not: whoever may write could otherwise
  /// put rubbish before a value.
  private mutating func copy(
    of secret: SecretState, name: String, role: String
  ) -> OpenValue? {
    let copies = environment.copies(of: secret)
    let file = environment.file
    for index in copies {
      guard let payload = try? open(index, role: role, headroom: 0),
        copies.allSatisfy({ other in
          (try? open(other, role: role, headroom: 0)).map { $0.hasSameBytes(as: payload) } ?? true
        })
      else { continue }
      add(
        .damaged, .secret(role: role, name: name),
        Int(file.secrets[secret.record].line.number), .box, isError: false)
      return OpenValue(
        name: name, role: role, payload: payload, isOneSide: false, record: index)
    }
    return nil
  }

  // §7: several live records are one value if they open to the same.
  private mutating func openRivals(
    _ secret: SecretState, name: String, role: String, headroom: Int
  ) throws(OpeningError) -> OpenValue {
    var payloads: [(record: Int, payload: Payload)] = []
    var failure: OpeningError?
    for index in [secret.record] + secret.rivals {
      do throws(OpeningError) {
        payloads.append((index, try open(index, role: role, headroom: headroom)))
      } catch {
        failure = failure ?? error
      }
    }
    let thing = Thing.secret(role: role, name: name)
    guard let first = payloads.first else {
      let failure = failure ?? .refused(.damaged)
      if failure == .refused(.damaged) { addDamage(thing, secret.record) }
      throw failure
    }
    if payloads.contains(where: { !$0.payload.hasSameBytes(as: first.payload) }) {
      let sides = ([secret.record] + secret.rivals).map {
        environment.values.authorship(environment.file.secrets[$0])
      }
      add(.conflict, thing, nil, .sides(sides), isError: true)
      throw .refused(.conflict)
    }
    if failure != nil { add(.conflict, thing, nil, .plain, isError: false) }
    return OpenValue(
      name: name, role: role, payload: first.payload, isOneSide: failure != nil,
      record: first.record)
  }

  /// Opens one record.
  func open(_ index: Int, role: String, headroom: Int) throws(OpeningError) -> Payload {
    let record = environment.file.secrets[index]
    return try payload(content(of: record, role: role, headroom: headroom), of: record)
  }

  private func payload(
    _ content: Secret?, of record: SecretRecord
  ) throws(OpeningError) -> Payload {
    guard let content, let payload = try? Payload.parse(content),
      (payload.kind == .removed) == record.isRemoved || record.isProposal
    else { throw .refused(.damaged) }
    return payload
  }

  /// What a record's box holds, without its padding; nil where it does not open.
  private func content(of record: SecretRecord, role: String, headroom: Int)
    throws(OpeningError) -> Secret?
  {
    let file = environment.file
    let secret = try key(of: record, role: role)
    guard record.isProposal else {
      return file.bytes.withUnsafeBytes {
        latest.opener.open(
          record.place(headroom: headroom), in: $0, with: secret.dataKey, arena: arena)
      }
    }
    guard let box = Base64.decode(file.bytes[record.box.range].span.bytes) else { return nil }
    let bound =
      SealedText.proposalPrefix(project: file.project, environment: file.environment)
      + file.bound(record) + [10]
    guard let opened = secret.open(box.span.bytes, in: arena), opened.count > bound.count,
      opened.part(0..<bound.count).withBytes({ $0.holds(bound) })
    else { return nil }
    return Padding.unpad(opened.part(bound.count..<opened.count))
  }

  /// Opens a record of an older state of the file.
  func open(_ record: SecretRecord, of old: SealedFile, role: String) throws(OpeningError)
    -> Payload
  {
    guard let keys = keys[role] else { throw .noAccess }
    guard let secret = keys.secret(old.epochs[Int(record.epoch)]) else {
      throw keys.isPending ? .pending : .refused(.damaged)
    }
    var opener = BoxOpener(
      prefix: SealedText.valuePrefix(project: old.project, environment: old.environment))
    let content = old.bytes.withUnsafeBytes {
      opener.open(record.place(headroom: 0), in: $0, with: secret.dataKey, arena: arena)
    }
    return try payload(content, of: record)
  }

  /// The role's secret that a record is sealed under; mostly the one of the record before.
  func key(of record: SecretRecord, role: String) throws(OpeningError) -> RoleSecret {
    if let key = latest.key, key.role == record.role, key.epoch == record.epoch {
      return key.secret
    }
    let epoch = environment.file.epochs[Int(record.epoch)]
    guard let keys = keys[role] else { throw .noAccess }
    guard environment.roles[role]?.records[epoch] != nil else { throw .refused(.damaged) }
    guard let secret = keys.secret(epoch) else {
      throw keys.isPending ? .pending : .refused(.damaged)
    }
    latest.key = (record.role, record.epoch, secret)
    return secret
  }

  private mutating func addDamage(_ thing: Thing, _ index: Int) {
    let record = environment.file.secrets[index]
    let epoch = environment.file.epochs[Int(record.epoch)]
    let role = environment.file.labels[Int(record.role)]
    let reason: FindingReason =
      environment.roles[role]?.records[epoch] == nil
      ? .unknownEpoch : keys[role]?.secret(epoch) == nil ? .brokenChain : .box
    add(.damaged, thing, Int(record.line.number), reason, isError: true)
  }

  /// Tries every `to` and `past` line, and says which do not open.
  mutating func tryAllKeys() {
    for keys in keys.values {
      keys.tryAll()
      for (thing, line) in keys.broken {
        // Of several lines any that opens will do; where none does, nothing else helps.
        let isError = if case .to = thing { !keys.isPending && !keys.hasCurrent } else { false }
        add(.damaged, thing, line, .box, isError: isError)
      }
    }
  }

  /// Room in the arena, for what is put together from values.
  func makeRoom(_ count: Int, headroom: Int) -> Secret {
    arena.allocate(count, headroom: headroom, tailroom: 1)
  }

  mutating func addRefusal(_ kind: FindingClass, _ secret: SecretState, _ entry: Entry) {
    let line =
      secret.record >= 0 ? Int(environment.file.secrets[secret.record].line.number) : nil
    if secret.record >= 0 {
      let epoch = environment.file.epochs[Int(environment.file.secrets[secret.record].epoch)]
      // Of a role with a forged line no record is taken; that none names the key says nothing then.
      if let role = environment.roles[entry.role], role.refused != .forged,
        role.records[epoch] == nil
      {
        addDamage(.secret(role: entry.role, name: entry.name), secret.record)
      }
    }
    add(
      kind, .secret(role: entry.role, name: entry.name), line, .restsOn(.role(entry.role)),
      isError: true)
  }

  mutating func warn(_ kind: FindingClass, _ thing: Thing, _ line: Int?, _ reason: FindingReason) {
    add(kind, thing, line, reason, isError: false)
  }

  private mutating func add(
    _ kind: FindingClass, _ thing: Thing, _ line: Int?, _ reason: FindingReason, isError: Bool
  ) {
    found.add(
      Finding(
        kind: kind, isError: isError, thing: thing, file: environment.file.name, line: line,
        reason: reason))
  }
}

extension Payload {
  func hasSameBytes(as other: Payload) -> Bool {
    kind == other.kind && note.hasSameBytes(as: other.note) && value.hasSameBytes(as: other.value)
  }
}
