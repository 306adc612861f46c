// A member's public key in its two spellings for people (format.md §3): OpenSSH's line and
// fingerprint, and the speakable form for the telephone.

internal import CSodium

/// An Ed25519 public key (RFC 8032), 32 bytes.
public struct PublicKey: Hashable, Sendable {
  /// The 32 bytes.
  public let bytes: Bytes32

  /// Takes 32 bytes as they are; whether they are a usable key is told by `boxKey`.
  public init(bytes: Bytes32) { self.bytes = bytes }

  /// What stands before the 32 bytes in OpenSSH's blob: two lengths and the type (RFC 8709 §4).
  static let blobPrefix: [UInt8] =
    [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32]

  /// Reads the base64 part of an `ssh-ed25519 …` line; nil where it is anything else.
  ///
  /// - Parameter text: 68 characters.
  public init?(openSSH text: RawSpan) {
    guard text.byteCount == 68, let blob = Base64.decode(text, .standard),
      blob.count == Self.blobPrefix.count + 32, blob.starts(with: Self.blobPrefix),
      let bytes = Bytes32(Array(blob.suffix(32)))
    else { return nil }
    self.bytes = bytes
  }

  /// Reads the base64 part of an `ssh-ed25519 …` line; nil where it is anything else.
  public init?(openSSH text: String) { self.init(openSSH: Array(text.utf8).span.bytes) }

  /// The base64 part of the `ssh-ed25519 …` line, 68 characters.
  public var openSSH: String { Base64.encode(blob, .standard) }

  /// OpenSSH's fingerprint, `SHA256:` and 43 characters.
  public var fingerprint: String {
    var text = Base64.encode(Digest.sha256(blob), .standard)
    while text.hasSuffix("=") { text.removeLast() }
    return "SHA256:" + text
  }

  /// The first 80 bits of the fingerprint as five proquints, to read out (format.md §3).
  public var speakable: String {
    let consonants = Array("bdfghjklmnprstvz")
    let vowels = Array("aiou")
    let hash = Digest.sha256(blob)
    return (0..<5).map { word in
      let bits = Int(hash[2 * word]) << 8 | Int(hash[2 * word + 1])
      return String([
        consonants[bits >> 12 & 15], vowels[bits >> 10 & 3], consonants[bits >> 6 & 15],
        vowels[bits >> 4 & 3], consonants[bits & 15],
      ])
    }.joined(separator: "-")
  }

  /// The X25519 key to seal to (`crypto_sign_ed25519_pk_to_curve25519`).
  ///
  /// Nil for a key of small order or one that does not convert, which `format.md` §3 calls forged.
  /// Costs about 43 µs.
  public var boxKey: BoxKey? {
    var converted = Bytes32()
    let result = converted.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes { source in
        crypto_sign_ed25519_pk_to_curve25519(
          target.octets,
          source.octets)
      }
    }
    return result == 0 ? BoxKey(bytes: converted) : nil
  }

  private var blob: [UInt8] { Self.blobPrefix + bytes.array }
}

/// An X25519 public key to seal to, 32 bytes: a converted member's key, or a role's.
public struct BoxKey: Hashable, Sendable {
  /// The 32 bytes.
  public let bytes: Bytes32

  /// Takes 32 bytes as they are.
  public init(bytes: Bytes32) { self.bytes = bytes }
}
