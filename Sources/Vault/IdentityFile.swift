// The file that a private key is kept in (format.md §8), with a passphrase or without.

public import Sealing

/// An identity file as read: locked where it has a passphrase.
public struct IdentityFile {
  /// The key that the identity is known by.
  public let publicKey: PublicKey
  /// The project that the identity carries trust in.
  public let trust: ProjectTrust?
  private let content: Content

  private enum Content {
    case plain(Identity)
    case sealed(cost: PassphraseCost, salt: [UInt8], box: [UInt8], context: [UInt8])
  }

  /// Whether a passphrase is needed.
  public var isLocked: Bool { identity == nil }

  /// The identity of a file without a passphrase.
  public var identity: Identity? {
    if case .plain(let identity) = content { identity } else { nil }
  }

  /// Opens the file with its passphrase (`crypto_pwhash`; half a second).
  ///
  /// - Parameters:
  ///   - passphrase: the bytes as typed.
  ///   - arena: where the seed goes.
  /// - Throws: `IdentityError`: `notOpened` for a wrong passphrase as for a changed file.
  /// - Returns: the identity.
  public func unlock(
    passphrase: Secret, in arena: SecureArena
  ) throws(IdentityError) -> Identity {
    switch content {
    case .plain(let identity):
      return identity
    case .sealed(let cost, let salt, let box, let context):
      let key = try Self.key(passphrase, salt: salt, cost: cost, in: arena)
      guard let seed = key.open(box.span.bytes, ad: context.span.bytes, in: arena) else {
        throw .notOpened
      }
      guard let identity = unlock(seed: seed) else { throw .damaged(line: 2, .seedOfAnotherKey) }
      return identity
    }
  }

  /// Opens the file with a seed that was kept from an earlier opening; nil where it is another's.
  public func unlock(seed: Secret) -> Identity? {
    guard let identity = Identity(seed: seed), identity.publicKey == publicKey else { return nil }
    return identity
  }

  /// Writes an identity sealed with a passphrase.
  ///
  /// - Parameters:
  ///   - identity: what is sealed.
  ///   - passphrase: the bytes as typed.
  ///   - trust: the project that it is to carry trust in.
  ///   - cost: what Argon2id is to spend; less than `moderate` is for tests.
  ///   - arena: where secrets on the way go.
  /// - Throws: `IdentityError.notEnoughMemory`.
  /// - Returns: the file's bytes.
  public static func seal(
    _ identity: Identity, passphrase: Secret, trust: ProjectTrust?,
    cost: PassphraseCost = .moderate, in arena: SecureArena
  ) throws(IdentityError) -> [UInt8] {
    let salt = Random.bytes(PassphraseKey.saltSize)
    let key = try key(passphrase, salt: salt, cost: cost, in: arena)
    var text = head(identity, trust)
    text +=
      "kdf argon2id13 ops=\(cost.operations) mem=\(cost.memory) salt=\(Base64.encode(salt))\n"
    let box = key.seal(identity.seed, ad: Array(text.utf8).span.bytes)
    return Array((text + "box \(Base64.encode(box))\n").utf8)
  }

  /// Writes an identity without a passphrase; to be kept with mode 0600.
  public static func plain(
    _ identity: Identity, trust: ProjectTrust?, in arena: SecureArena
  ) -> Secret {
    let before = Array((head(identity, trust) + "seed ").utf8)
    let seed = Base64.encodeSecret(identity.seed, in: arena)
    return arena.joined(before, seed, [UInt8(ascii: "\n")])
  }

  private static func head(_ identity: Identity, _ trust: ProjectTrust?) -> String {
    var text = "secrets/1 identity\npublic ssh-ed25519 \(identity.publicKey.openSSH)\n"
    if let trust { text += "trust \(trust.project.text) \(trust.rootKey.openSSH)\n" }
    return text
  }

  private static func key(
    _ passphrase: Secret, salt: [UInt8], cost: PassphraseCost, in arena: SecureArena
  ) throws(IdentityError) -> DataKey {
    do throws(PassphraseError) {
      return try PassphraseKey.derive(passphrase, salt: salt, cost: cost, in: arena)
    } catch {
      switch error {
      case .notEnoughMemory(let bytes): throw .notEnoughMemory(bytes: bytes)
      }
    }
  }
}

extension IdentityFile {
  /// Reads an identity file, strictly.
  ///
  /// - Parameters:
  ///   - text: the file's bytes.
  ///   - mode: the file's permission bits; they matter where there is no passphrase.
  ///   - arena: where a seed goes.
  /// - Throws: `IdentityError` with the line and its fault.
  /// - Returns: the file, locked or not.
  public static func parse(
    _ text: Secret, mode: UInt16, in arena: SecureArena
  ) throws(IdentityError) -> IdentityFile {
    var lines = IdentityLines(text)
    try lines.readHeader()
    let line = try lines.next(.publicLine)
    guard line.fields.count == 3, line.fields[0].is("public"), line.fields[1].is("ssh-ed25519"),
      let publicKey = line.fields[2].withBytes({ PublicKey(openSSH: $0) })
    else { throw .damaged(line: line.number, .publicLine) }

    var rest = try lines.next(.seedOrKdfLine)
    var trust: ProjectTrust?
    if rest.fields[0].is("trust") {
      trust = try readTrust(rest)
      rest = try lines.next(.seedOrKdfLine)
    }
    let content =
      if rest.fields[0].is("seed") {
        try readSeed(rest, of: publicKey, mode: mode, in: arena)
      } else {
        try readLock(rest, box: &lines)
      }
    try lines.end()
    return IdentityFile(publicKey: publicKey, trust: trust, content: content)
  }

  private static func readTrust(_ line: IdentityLines.Line) throws(IdentityError) -> ProjectTrust {
    guard line.fields.count == 3, let project = line.fields[1].withBytes({ ProjectID($0) }),
      let rootKey = line.fields[2].withBytes({ PublicKey(openSSH: $0) }), rootKey.boxKey != nil
    else { throw .damaged(line: line.number, .trust) }
    return ProjectTrust(project: project, rootKey: rootKey)
  }

  private static func readSeed(
    _ line: IdentityLines.Line, of publicKey: PublicKey, mode: UInt16, in arena: SecureArena
  ) throws(IdentityError) -> Content {
    guard mode & 0o077 == 0 else { throw .openToOthers(mode: mode) }
    guard line.fields.count == 2,
      let seed = line.fields[1].withBytes({ Base64.decodeSecret($0, count: 32, in: arena) }),
      let identity = Identity(seed: seed)
    else { throw .damaged(line: line.number, .seed) }
    guard identity.publicKey == publicKey else {
      throw .damaged(line: line.number, .seedOfAnotherKey)
    }
    return .plain(identity)
  }

  private static func readLock(
    _ kdf: IdentityLines.Line, box lines: inout IdentityLines
  ) throws(IdentityError) -> Content {
    guard kdf.fields.count == 5, kdf.fields[0].is("kdf"), kdf.fields[1].is("argon2id13"),
      let operations = kdf.fields[2].after("ops="), let memory = kdf.fields[3].after("mem="),
      let salt = kdf.fields[4].after("salt=")?.base64Decoded, salt.count == PassphraseKey.saltSize
    else { throw .damaged(line: kdf.number, .seedOrKdfLine) }
    guard let operations = operations.number, let memory = memory.number,
      case let cost = PassphraseCost(operations: UInt64(operations), memory: memory),
      cost.isAcceptable
    else { throw .damaged(line: kdf.number, .cost) }

    let line = try lines.next(.boxLine)
    guard line.fields.count == 2, line.fields[0].is("box"), let box = line.fields[1].base64Decoded,
      box.count == 32 + DataKey.overhead
    else { throw .damaged(line: line.number, .boxLine) }
    return .sealed(cost: cost, salt: salt, box: box, context: line.before.publicBytes)
  }
}

extension SecureArena {
  /// Puts a secret between public bytes.
  func joined(_ before: [UInt8], _ secret: Secret, _ after: [UInt8]) -> Secret {
    let whole = allocate(before.count + secret.count + after.count)
    whole.withMutableBytes { target in
      target.copyBytes(from: before)
      secret.withBytes { bytes in
        bytes.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: target[before.count...]).copyBytes(from: $0)
        }
      }
      UnsafeMutableRawBufferPointer(rebasing: target[(before.count + secret.count)...])
        .copyBytes(from: after)
    }
    return whole
  }
}
