// BLAKE2b and SHA-256.

internal import CSodium

/// BLAKE2b over public bytes that come in parts (`crypto_generichash`).
public final class Digest {
  private let state: UnsafeMutableRawPointer
  private let count: Int

  /// Begins a hash.
  ///
  /// - Parameter count: the size of the hash, 16 to 64 bytes.
  public init(_ count: Int) {
    _ = Sodium.ready
    self.count = count
    state = .allocate(byteCount: crypto_generichash_statebytes(), alignment: 64)
    crypto_generichash_init(OpaquePointer(state), nil, 0, count)
  }

  deinit { state.deallocate() }

  /// Adds bytes.
  public func update(_ bytes: RawSpan) {
    bytes.withUnsafeBytes {
      _ = crypto_generichash_update(OpaquePointer(state), $0.octets, UInt64($0.count))
    }
  }

  /// Ends the hash and gives it back; to be called once.
  public func finish() -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: count)
    crypto_generichash_final(OpaquePointer(state), &hash, count)
    return hash
  }

  /// The BLAKE2b of a whole.
  ///
  /// - Parameters:
  ///   - count: the size of the hash, 16 to 64 bytes.
  ///   - bytes: what is hashed.
  /// - Returns: the hash.
  public static func blake2b(_ count: Int, _ bytes: [UInt8]) -> [UInt8] {
    let digest = Digest(count)
    digest.update(bytes.span.bytes)
    return digest.finish()
  }

  /// The BLAKE2b of secret bytes, which are copied nowhere on the way.
  ///
  /// - Parameters:
  ///   - count: the size of the hash, 16 to 64 bytes.
  ///   - secret: what is hashed.
  /// - Returns: the hash, taken as public.
  public static func blake2b(_ count: Int, of secret: Secret) -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: count)
    crypto_generichash(
      &hash, count, secret.base.assumingMemoryBound(to: UInt8.self), UInt64(secret.count), nil, 0)
    return hash
  }

  /// SHA-256, for OpenSSH's fingerprints only.
  static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    crypto_hash_sha256(&hash, bytes, UInt64(bytes.count))
    return hash
  }
}
