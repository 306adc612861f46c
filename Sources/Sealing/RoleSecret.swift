// A role's secret of one epoch and what follows from it (format.md §3): the key pair for
// proposals, and the data key for values.

internal import CSodium

/// The 32 bytes `S` that every reader of a role holds.
public struct RoleSecret {
  /// `S` itself.
  public let bytes: Secret
  /// `R`: the role's public key, to which proposals are sealed.
  public let publicKey: BoxKey
  private let secretKey: Secret
  /// `K`: the key of the role's values.
  public let dataKey: DataKey

  /// Derives everything from `S` (`crypto_box_seed_keypair`, `crypto_generichash`).
  ///
  /// - Parameter bytes: 32 bytes; nil comes back for any other size.
  public init?(_ bytes: Secret) {
    guard bytes.count == Int(crypto_box_SEEDBYTES) else { return nil }
    let secretKey = bytes.arena.allocate(Int(crypto_box_SECRETKEYBYTES))
    var publicBytes = Bytes32()
    publicBytes.withUnsafeMutableBytes { target in
      _ = crypto_box_seed_keypair(
        target.octets,
        secretKey.base.assumingMemoryBound(to: UInt8.self),
        bytes.base.assumingMemoryBound(to: UInt8.self))
    }
    let label = Array("secrets/1 data key".utf8)
    let key = bytes.arena.allocate(Int(crypto_aead_xchacha20poly1305_ietf_KEYBYTES))
    crypto_generichash(
      key.base.assumingMemoryBound(to: UInt8.self), key.count, label, UInt64(label.count),
      bytes.base.assumingMemoryBound(to: UInt8.self), bytes.count)
    self.bytes = bytes
    self.publicKey = BoxKey(bytes: publicBytes)
    self.secretKey = secretKey
    self.dataKey = DataKey(key)
  }

  /// Makes a new one from random bytes.
  public static func generate(in arena: SecureArena) -> RoleSecret {
    let bytes = arena.allocate(Int(crypto_box_SEEDBYTES))
    randombytes_buf(bytes.base, bytes.count)
    guard let secret = RoleSecret(bytes) else { preconditionFailure("32 bytes") }
    return secret
  }

  /// Opens a proposal's box, sealed to the role's public key; nil where it does not open.
  public func open(_ box: RawSpan, in arena: SecureArena) -> Secret? {
    SealedBox.open(box, publicKey: publicKey.bytes, secretKey: secretKey, in: arena)
  }
}
