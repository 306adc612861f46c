// Ed25519 signatures over what the caller has put together (format.md §4).

internal import CSodium

/// An Ed25519 signature (RFC 8032), 64 bytes, in the base64 of a record's `sig=`.
public enum Signature {
  /// The size in bytes.
  public static let size = 64

  /// Whether the signature holds (`crypto_sign_verify_detached`).
  ///
  /// Costs about 47 µs.
  ///
  /// - Parameters:
  ///   - signature: 64 bytes; any other size is no signature.
  ///   - message: what was signed.
  ///   - key: who signed.
  /// - Returns: whether it holds.
  public static func verify(_ signature: RawSpan, of message: RawSpan, by key: PublicKey) -> Bool {
    guard signature.byteCount == size else { return false }
    return signature.withUnsafeBytes { signature in
      message.withUnsafeBytes { message in
        key.bytes.withUnsafeBytes { key in
          crypto_sign_verify_detached(
            signature.octets,
            message.octets, UInt64(message.count),
            key.octets) == 0
        }
      }
    }
  }
}
