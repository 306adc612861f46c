// A member's private key: a 32-byte seed and the two key pairs that follow from it (format.md §3).

internal import CSodium

/// An Ed25519 identity: it signs records, and opens what is sealed to its public key.
public struct Identity {
  /// The 32-byte seed, from which everything else follows.
  public let seed: Secret
  /// The key that others know it by.
  public let publicKey: PublicKey
  private let signKey: Secret

  /// Makes the keys that follow from a seed (`crypto_sign_seed_keypair`).
  ///
  /// - Parameter seed: 32 bytes; nil comes back for any other size.
  public init?(seed: Secret) {
    guard seed.count == Int(crypto_sign_SEEDBYTES) else { return nil }
    let signKey = seed.arena.allocate(Int(crypto_sign_SECRETKEYBYTES))
    var publicBytes = Bytes32()
    publicBytes.withUnsafeMutableBytes { target in
      _ = crypto_sign_seed_keypair(
        target.octets,
        signKey.base.assumingMemoryBound(to: UInt8.self),
        seed.base.assumingMemoryBound(to: UInt8.self))
    }
    self.seed = seed
    self.publicKey = PublicKey(bytes: publicBytes)
    self.signKey = signKey
  }

  /// Makes a new identity from random bytes.
  public static func generate(in arena: SecureArena) -> Identity {
    let seed = arena.allocate(Int(crypto_sign_SEEDBYTES))
    randombytes_buf(seed.base, seed.count)
    guard let identity = Identity(seed: seed) else { preconditionFailure("a seed of 32 bytes") }
    return identity
  }

  /// Signs a message (`crypto_sign_detached`).
  ///
  /// - Returns: 64 bytes.
  public func sign(_ message: RawSpan) -> [UInt8] {
    message.withUnsafeBytes { message in
      [UInt8](unsafeUninitializedCapacity: Signature.size) { buffer, initialized in
        crypto_sign_detached(
          UnsafeMutableRawBufferPointer(buffer).octets, nil, message.octets,
          UInt64(message.count), signKey.base.assumingMemoryBound(to: UInt8.self))
        initialized = Signature.size
      }
    }
  }

  /// Opens a box that was sealed to this identity's public key (`crypto_box_seal_open`).
  ///
  /// - Parameters:
  ///   - box: 48 bytes more than what it holds.
  ///   - arena: where the content goes.
  /// - Returns: the content, or nil where the box was not made for this key or was changed.
  public func open(_ box: RawSpan, in arena: SecureArena) -> Secret? {
    let pair = boxPair
    return SealedBox.open(box, publicKey: pair.publicKey, secretKey: pair.secretKey, in: arena)
  }

  /// The X25519 pair, made when it is needed: converting the public half is dear.
  private var boxPair: (publicKey: Bytes32, secretKey: Secret) {
    let secretKey = seed.arena.allocate(Int(crypto_box_SECRETKEYBYTES))
    crypto_sign_ed25519_sk_to_curve25519(
      secretKey.base.assumingMemoryBound(to: UInt8.self),
      signKey.base.assumingMemoryBound(to: UInt8.self))
    // The same key as converting the Ed25519 public key gives, in a third of the time.
    return (SealedBox.publicKey(for: secretKey), secretKey)
  }
}
