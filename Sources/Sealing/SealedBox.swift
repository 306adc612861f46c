// Anonymous public-key encryption: libsodium's sealed boxes
// (https://doc.libsodium.org/public-key_cryptography/sealed_boxes).

internal import CSodium

/// A sealed box cannot be made for the key given.
public enum SealError: Error {
  /// Bit 255 of the key is set: libsodium 1.0.18 makes a box that nobody opens (format.md §11).
  case unusableKey
}

/// Boxes that anyone can make for a key and only its owner opens.
public enum SealedBox {
  /// How many bytes a box is longer than what it holds.
  public static let overhead = 48

  /// Seals content for a key (`crypto_box_seal`).
  ///
  /// Costs about 58 µs.
  ///
  /// - Throws: `SealError.unusableKey` for a key that nobody could open with.
  /// - Returns: the box, 48 bytes longer than the content.
  public static func seal(_ content: Secret, to key: BoxKey) throws(SealError) -> [UInt8] {
    guard key.bytes.withUnsafeBytes({ $0[31] & 0x80 == 0 }) else { throw .unusableKey }
    let count = content.count + overhead
    var failed = false
    let box = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      failed = key.bytes.withUnsafeBytes { key in
        crypto_box_seal(
          UnsafeMutableRawBufferPointer(buffer).octets,
          content.base.assumingMemoryBound(to: UInt8.self),
          UInt64(content.count), key.octets) != 0
      }
      initialized = failed ? 0 : count
    }
    if failed { throw .unusableKey }
    return box
  }

  static func open(_ box: RawSpan, publicKey: Bytes32, secretKey: Secret, in arena: SecureArena)
    -> Secret?
  {
    guard box.byteCount >= overhead else { return nil }
    let content = arena.allocate(box.byteCount - overhead)
    let result = box.withUnsafeBytes { box in
      publicKey.withUnsafeBytes { publicKey in
        crypto_box_seal_open(
          content.base.assumingMemoryBound(to: UInt8.self),
          box.octets, UInt64(box.count),
          publicKey.octets,
          secretKey.base.assumingMemoryBound(to: UInt8.self))
      }
    }
    return result == 0 ? content : nil
  }

  static func publicKey(for secretKey: Secret) -> Bytes32 {
    var publicKey = Bytes32()
    publicKey.withUnsafeMutableBytes { target in
      _ = crypto_scalarmult_base(
        target.octets,
        secretKey.base.assumingMemoryBound(to: UInt8.self))
    }
    return publicKey
  }
}
