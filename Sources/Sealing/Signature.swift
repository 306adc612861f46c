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

/// A text with its signature and the keys that may have made it.
public struct SignedText: Sendable {
  let prefix: [UInt8]
  let text: ArraySlice<UInt8>
  let signature: ArraySlice<UInt8>
  let keys: [PublicKey]

  /// Puts together what is to be verified.
  ///
  /// - Parameters:
  ///   - prefix: what was signed before the text.
  ///   - text: the text itself.
  ///   - signature: 86 characters of `b64`.
  ///   - keys: who may have signed it.
  public init(
    prefix: [UInt8], text: ArraySlice<UInt8>, signature: ArraySlice<UInt8>, keys: [PublicKey]
  ) {
    self.prefix = prefix
    self.text = text
    self.signature = signature
    self.keys = keys
  }

  /// The key for which the signature holds; nil where there is none.
  func verifiedKey() -> PublicKey? {
    guard let signature = Base64.decode(signature.span.bytes) else { return nil }
    let message = prefix + text
    return keys.first {
      Signature.verify(signature.span.bytes, of: message.span.bytes, by: $0)
    }
  }
}

extension Signature {
  /// Verifies many signatures, spread over the processor's cores.
  ///
  /// - Returns: for each text the key that signed it, or nil.
  public static func verify(_ texts: [SignedText]) -> [PublicKey?] {
    _ = Sodium.ready
    var keys = [PublicKey?](repeating: nil, count: texts.count)
    keys.withUnsafeMutableBufferPointer { target in
      nonisolated(unsafe) let target = target
      Parallel.forEach(texts.count, atLeast: 16) { range in
        for index in range { target[index] = texts[index].verifiedKey() }
      }
    }
    return keys
  }
}
