// Authenticated encryption of values: XChaCha20-Poly1305 with a random nonce before the ciphertext
// (https://doc.libsodium.org/secret-key_cryptography/aead/chacha20-poly1305/xchacha20-poly1305_construction).

internal import CSodium

/// A 32-byte key for `nonce ‖ ciphertext ‖ tag` boxes.
public struct DataKey {
  /// How many bytes a box is longer than what it holds: 24 of nonce, 16 of tag.
  public static let overhead = 40
  private static let nonceSize = 24

  let key: Secret

  /// Takes a key.
  ///
  /// - Parameter key: 32 bytes.
  public init(_ key: Secret) {
    precondition(key.count == Int(crypto_aead_xchacha20poly1305_ietf_KEYBYTES))
    _ = Sodium.ready
    self.key = key
  }

  /// Makes a new key from random bytes.
  public static func generate(in arena: SecureArena) -> DataKey {
    let key = arena.allocate(Int(crypto_aead_xchacha20poly1305_ietf_KEYBYTES))
    randombytes_buf(key.base, key.count)
    return DataKey(key)
  }

  /// The key's bytes, for sealing it to others.
  public var bytes: Secret { key }

  /// Encrypts content and binds it to `ad`, which is not part of the box.
  ///
  /// - Returns: the box, 40 bytes longer than the content.
  public func seal(_ content: Secret, ad: RawSpan) -> [UInt8] {
    let count = content.count + Self.overhead
    return ad.withUnsafeBytes { ad in
      [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        let box = UnsafeMutableRawBufferPointer(buffer).octets
        randombytes_buf(box, Self.nonceSize)
        crypto_aead_xchacha20poly1305_ietf_encrypt(
          box + Self.nonceSize, nil,
          content.base.assumingMemoryBound(to: UInt8.self), UInt64(content.count),
          ad.octets, UInt64(ad.count), nil,
          box, key.base.assumingMemoryBound(to: UInt8.self))
        initialized = count
      }
    }
  }

  /// Opens a box, straight into guarded memory.
  ///
  /// - Parameters:
  ///   - box: `nonce ‖ ciphertext ‖ tag`.
  ///   - ad: what it was bound to.
  ///   - arena: where the content goes.
  ///   - headroom: spare bytes in front of the content, see `SecureArena.allocate`.
  ///   - tailroom: spare bytes behind it.
  /// - Returns: the content, or nil where key, box and `ad` do not belong together.
  public func open(
    _ box: RawSpan, ad: RawSpan, in arena: SecureArena, headroom: Int = 0, tailroom: Int = 0
  ) -> Secret? {
    guard box.byteCount >= Self.overhead else { return nil }
    let content = arena.allocate(
      box.byteCount - Self.overhead, headroom: headroom, tailroom: tailroom)
    let result = box.withUnsafeBytes { box in
      ad.withUnsafeBytes { ad in
        let bytes = box.octets
        return crypto_aead_xchacha20poly1305_ietf_decrypt(
          content.base.assumingMemoryBound(to: UInt8.self), nil, nil,
          bytes + Self.nonceSize, UInt64(box.count - Self.nonceSize),
          ad.octets, UInt64(ad.count), bytes,
          key.base.assumingMemoryBound(to: UInt8.self))
      }
    }
    return result == 0 ? content : nil
  }
}
