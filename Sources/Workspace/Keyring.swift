// Where an unlocked identity waits: the kernel keeps it for a time, in memory that is never swapped,
// without a daemon or a socket. See keyrings(7).

internal import CPlatform
internal import Glibc
public import Sealing

/// Why the kernel's keyring could not be used.
public enum KeyringError: Error, Equatable {
  /// The kernel does not offer it here, as under the usual profile of a container; `code` is its
  /// reason.
  case refused(code: Int32)
  /// This user has as many keys as are allowed.
  case quotaExceeded
  /// Something else failed; `code` is the system's reason.
  case failed(code: Int32)
}

/// The seeds of unlocked identities in the kernel's keyring of this user.
///
/// Any process of the same user may read them, also in another session; no other user may.
public struct Keyring: Sendable {
  /// The size of a seed in bytes.
  public static let seedSize = 32

  /// Stands for the keyring of the user that runs this process.
  public init() {}

  /// Keeps a seed for a time, in place of the one that is kept.
  ///
  /// - Parameters:
  ///   - seed: the 32 bytes.
  ///   - fingerprint: the fingerprint of the public key that it gives.
  ///   - seconds: how long, at least one second.
  /// - Throws: why it could not be kept; nothing is kept then that was not before.
  public func store(
    _ seed: Secret, for fingerprint: String, seconds: UInt32
  ) throws(KeyringError) {
    precondition(seed.count == Self.seedSize && seconds > 0)
    let code = seed.withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        buffer.baseAddress.map {
          platform_key_store(Self.description(fingerprint), $0, buffer.count, seconds)
        } ?? EINVAL
      }
    }
    guard code == 0 else { throw KeyringError(code: code) }
  }

  /// Reads a seed.
  ///
  /// - Parameters:
  ///   - fingerprint: the fingerprint of its public key.
  ///   - arena: where it is put.
  /// - Returns: the seed, or nil where none is kept or its time is over.
  /// - Throws: where the keyring cannot be used.
  public func seed(
    for fingerprint: String, in arena: SecureArena
  ) throws(KeyringError) -> Secret? {
    guard let key = try find(fingerprint) else { return nil }
    let seed = arena.allocate(Self.seedSize)
    var count = 0
    let code = seed.withMutableBytes { buffer in
      buffer.baseAddress.map { platform_key_read(key, $0, buffer.count, &count) } ?? EINVAL
    }
    // Its time may have run out since it was found.
    if Self.meansAbsent(code) { return nil }
    guard code == 0 else { throw KeyringError(code: code) }
    // Whatever has another size was put there by somebody else.
    return count == Self.seedSize ? seed : nil
  }

  /// Whether a seed is kept.
  public func holdsSeed(for fingerprint: String) throws(KeyringError) -> Bool {
    try find(fingerprint) != nil
  }

  /// Destroys a seed that is kept.
  ///
  /// - Parameter fingerprint: the fingerprint of its public key.
  /// - Returns: whether there was one.
  /// - Throws: where the keyring cannot be used.
  @discardableResult
  public func removeSeed(for fingerprint: String) throws(KeyringError) -> Bool {
    guard let key = try find(fingerprint) else { return false }
    let code = platform_key_destroy(key)
    if Self.meansAbsent(code) { return false }
    guard code == 0 else { throw KeyringError(code: code) }
    return true
  }

  /// Destroys every seed that is kept, whatever file its identity lies in.
  ///
  /// - Returns: how many there were.
  /// - Throws: where the keyring cannot be used.
  public func removeAllSeeds() throws(KeyringError) -> Int {
    // The kernel allows a user 200 keys, root a million; what is not in here is not ours.
    var serials = [Int32](repeating: 0, count: 4096)
    var count = 0
    let code = platform_key_list(&serials, serials.count, &count)
    guard code == 0 else { throw KeyringError(code: code) }
    var removed = 0
    for serial in serials.prefix(count) where Self.isSeed(serial) {
      let code = platform_key_destroy(serial)
      if Self.meansAbsent(code) { continue }
      guard code == 0 else { throw KeyringError(code: code) }
      removed += 1
    }
    return removed
  }

  private static func isSeed(_ serial: Int32) -> Bool {
    var text = [CChar](repeating: 0, count: 256)
    guard platform_key_describe(serial, &text, text.count) == 0 else { return false }
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let fields = bytes.split(separator: UInt8(ascii: ";"), maxSplits: 4)
    return fields.count == 5 && fields[0].elementsEqual("user".utf8)
      && fields[4].starts(with: description("SHA256:").utf8)
  }

  private func find(_ fingerprint: String) throws(KeyringError) -> Int32? {
    var key: Int32 = 0
    let code = platform_key_find(Self.description(fingerprint), &key)
    if Self.meansAbsent(code) { return nil }
    guard code == 0 else { throw KeyringError(code: code) }
    return key
  }

  private static func description(_ fingerprint: String) -> String { "secrets:\(fingerprint)" }

  private static func meansAbsent(_ code: Int32) -> Bool {
    code == ENOKEY || code == EKEYEXPIRED || code == EKEYREVOKED
  }
}

extension KeyringError {
  init(code: Int32) {
    switch code {
    case EPERM, EACCES, ENOSYS: self = .refused(code: code)
    case EDQUOT: self = .quotaExceeded
    default: self = .failed(code: code)
    }
  }
}
