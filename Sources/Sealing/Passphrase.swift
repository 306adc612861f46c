// A key from a passphrase: Argon2id through `crypto_pwhash`
// (https://doc.libsodium.org/password_hashing/default_phf).

internal import CSodium

/// What Argon2id is told to spend.
public struct PassphraseCost: Equatable, Sendable {
  /// Passes over the memory.
  public var operations: UInt64
  /// Memory in bytes.
  public var memory: Int

  /// Takes both numbers as they are; `PassphraseKey` checks them.
  public init(operations: UInt64, memory: Int) {
    self.operations = operations
    self.memory = memory
  }

  /// libsodium's MODERATE limits, the least that we write (format.md §8).
  public static var moderate: PassphraseCost {
    PassphraseCost(
      operations: UInt64(crypto_pwhash_OPSLIMIT_MODERATE),
      memory: Int(crypto_pwhash_MEMLIMIT_MODERATE))
  }

  /// Within what a reader accepts: 1 to 16 passes, 8 KiB to 1 GiB.
  public var isAcceptable: Bool {
    operations >= 1 && operations <= 16 && memory >= Int(crypto_pwhash_MEMLIMIT_MIN)
      && memory <= 1 << 30
  }
}

/// Stretching failed, which is not the same as a wrong passphrase (format.md §11).
public enum PassphraseError: Error {
  /// The system did not give the memory that the cost asks for.
  case notEnoughMemory(bytes: Int)
}

/// Keys made from passphrases.
public enum PassphraseKey {
  /// The salt's size in bytes.
  public static let saltSize = 16

  /// Stretches a passphrase into a key.
  ///
  /// - Parameters:
  ///   - passphrase: the bytes as typed.
  ///   - salt: 16 bytes.
  ///   - cost: must be acceptable.
  ///   - arena: where the key goes.
  /// - Throws: `PassphraseError.notEnoughMemory`.
  /// - Returns: the key.
  public static func derive(
    _ passphrase: Secret, salt: [UInt8], cost: PassphraseCost, in arena: SecureArena
  ) throws(PassphraseError) -> DataKey {
    precondition(salt.count == saltSize && cost.isAcceptable)
    _ = Sodium.ready
    let key = arena.allocate(Int(crypto_aead_xchacha20poly1305_ietf_KEYBYTES))
    let result = crypto_pwhash(
      key.base.assumingMemoryBound(to: UInt8.self), UInt64(key.count),
      passphrase.base.assumingMemoryBound(to: CChar.self), UInt64(passphrase.count), salt,
      cost.operations, cost.memory, crypto_pwhash_ALG_ARGON2ID13)
    guard result == 0 else { throw .notEnoughMemory(bytes: cost.memory) }
    return DataKey(key)
  }
}
