// OpenSSH's private key file (PROTOCOL.key of its sources), read strictly and only as far as an
// ed25519 key goes. Its public half lies outside of the encryption, so that also a locked key says
// whose it is.

public import Sealing

/// Why a private key file of OpenSSH gives no identity.
public enum OpenSSHKeyError: Error, Equatable {
  /// There is no `BEGIN … PRIVATE KEY` line.
  case notPrivateKey
  /// A file of another program or age, by what stands between `BEGIN` and the dashes.
  case otherFormat(String)
  /// A key that cannot open anything, by its type's name, such as `ssh-rsa`.
  case otherType(String)
  /// The file is not what it must be.
  case damaged(OpenSSHKeyFault)
}

/// What a private key file was found not to be.
public enum OpenSSHKeyFault: Equatable, Sendable {
  /// Between the first and last line is not padded base64, or one of them is missing.
  case armor
  /// A length or a fixed part is not what it must be.
  case structure
  /// Not exactly one key.
  case keyCount
  /// The public half is no usable key.
  case publicKey
  /// The private half is not that of the public one.
  case mismatch
}

/// An ed25519 key as OpenSSH keeps it.
public struct OpenSSHKey {
  /// The public half.
  public let publicKey: PublicKey
  /// The private half; nil where it has a passphrase.
  public let identity: Identity?

  /// Whether a passphrase is needed, which only `ssh-keygen` can make use of.
  public var isEncrypted: Bool { identity == nil }

  static let begin = "-----BEGIN OPENSSH PRIVATE KEY-----"
  static let end = "-----END OPENSSH PRIVATE KEY-----"
  static let magic = "openssh-key-v1\0"
  static let typeName = "ssh-ed25519"
  // The block size of the cipher `none`.
  static let block = 8

  /// Whether a text begins like a private key file of OpenSSH or OpenSSL.
  public static func isPrivateKey(_ text: Secret) -> Bool { text.hasPrefix("-----BEGIN ") }

  /// Reads a private key file.
  ///
  /// - Parameters:
  ///   - text: the file's bytes.
  ///   - arena: where the seed goes.
  /// - Throws: `OpenSSHKeyError`.
  /// - Returns: the key.
  public static func parse(
    _ text: Secret, in arena: SecureArena
  ) throws(OpenSSHKeyError) -> OpenSSHKey {
    var file = WireReader(try blob(text, in: arena))
    guard file.take(magic.utf8.count)?.is(magic) == true, let cipher = file.string(),
      let kdf = file.string(), let kdfOptions = file.string(), let count = file.number()
    else { throw .damaged(.structure) }
    guard count == 1 else { throw .damaged(.keyCount) }
    guard let publicBlob = file.string(), let section = file.string() else {
      throw .damaged(.structure)
    }
    let publicKey = try readPublic(publicBlob)
    if !cipher.is("none") {
      // What follows may be the cipher's tag.
      return OpenSSHKey(publicKey: publicKey, identity: nil)
    }
    guard kdf.is("none"), kdfOptions.count == 0, file.isAtEnd else { throw .damaged(.structure) }
    let seed = try readPrivate(section, of: publicKey)
    guard let identity = Identity(seed: seed), identity.publicKey == publicKey else {
      throw .damaged(.mismatch)
    }
    return OpenSSHKey(publicKey: publicKey, identity: identity)
  }

  private static func readPublic(_ blob: Secret) throws(OpenSSHKeyError) -> PublicKey {
    var blob = WireReader(blob)
    guard let type = blob.string(), let name = type.typeName else { throw .damaged(.structure) }
    guard name == typeName else { throw .otherType(name) }
    guard let bytes = blob.string(), blob.isAtEnd,
      let bytes = bytes.withBytes({ Bytes32($0) }), case let key = PublicKey(bytes: bytes),
      key.boxKey != nil
    else { throw .damaged(.publicKey) }
    return key
  }

  private static func readPrivate(
    _ section: Secret, of publicKey: PublicKey
  ) throws(OpenSSHKeyError) -> Secret {
    var reader = WireReader(section)
    guard section.count % block == 0, let check = reader.number(), check == reader.number(),
      reader.string()?.is(typeName) == true, let first = reader.string(),
      let pair = reader.string(), pair.count == 64, reader.string() != nil
    else { throw .damaged(.structure) }
    let padding = reader.rest
    guard padding.count < block,
      padding.withBytes({
        $0.withUnsafeBytes { $0.elementsEqual((0..<$0.count).map { UInt8($0 + 1) }) }
      })
    else { throw .damaged(.structure) }
    for half in [first, pair.part(32..<64)] {
      guard half.withBytes({ Bytes32($0) }) == publicKey.bytes else { throw .damaged(.mismatch) }
    }
    return pair.part(0..<32)
  }

  /// What the base64 between the first and the last line stands for.
  private static func blob(
    _ text: Secret, in arena: SecureArena
  ) throws(OpenSSHKeyError) -> Secret {
    guard isPrivateKey(text) else { throw .notPrivateKey }
    guard text.hasPrefix(begin) else { throw otherFormat(text) }
    let characters = arena.allocate(text.count)
    var count = 0
    characters.withMutableBytes { target in
      text.withBytes { bytes in
        bytes.withUnsafeBytes { source in
          // Line ends of either kind are passed over, as OpenSSH does.
          for byte in source where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") {
            target[count] = byte
            count += 1
          }
        }
      }
    }
    let whole = characters.part(0..<count)
    guard whole.hasSuffix(end), count >= begin.utf8.count + end.utf8.count else {
      throw .damaged(.armor)
    }
    let body = whole.part(begin.utf8.count..<(count - end.utf8.count))
    let padding = body.hasSuffix("==") ? 2 : body.hasSuffix("=") ? 1 : 0
    let size = body.count / 4 * 3 - padding
    guard size > 0,
      let blob = body.withBytes({ Base64.decodeSecret($0, .standard, count: size, in: arena) })
    else { throw .damaged(.armor) }
    return blob
  }

  private static func otherFormat(_ text: Secret) -> OpenSSHKeyError {
    let label = text.withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        let label = buffer.dropFirst("-----BEGIN ".utf8.count).prefix { $0 != UInt8(ascii: "-") }
        return label.count <= 40 && label.allSatisfy { (0x20...0x7e).contains($0) }
          ? String(decoding: label, as: UTF8.self) : ""
      }
    }
    switch label {
    case "RSA PRIVATE KEY": return .otherType("ssh-rsa")
    case "DSA PRIVATE KEY": return .otherType("ssh-dss")
    case "EC PRIVATE KEY": return .otherType("ecdsa")
    default: return label.hasSuffix("PRIVATE KEY") ? .otherFormat(label) : .notPrivateKey
    }
  }
}

/// Reads RFC 4251's numbers and strings out of a secret, each length checked before it is used.
private struct WireReader {
  private(set) var rest: Secret

  init(_ bytes: Secret) { rest = bytes }

  var isAtEnd: Bool { rest.count == 0 }

  mutating func take(_ count: Int) -> Secret? {
    guard count <= rest.count else { return nil }
    let taken = rest.part(0..<count)
    rest = rest.part(count..<rest.count)
    return taken
  }

  mutating func number() -> UInt32? {
    take(4)?.withBytes {
      UInt32(bigEndian: $0.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
    }
  }

  mutating func string() -> Secret? {
    guard let count = number() else { return nil }
    return take(Int(count))
  }
}

extension Secret {
  fileprivate func hasPrefix(_ text: String) -> Bool {
    count >= text.utf8.count && part(0..<text.utf8.count).is(text)
  }

  fileprivate func hasSuffix(_ text: String) -> Bool {
    count >= text.utf8.count && part((count - text.utf8.count)..<count).is(text)
  }

  fileprivate func `is`(_ text: String) -> Bool {
    withBytes { bytes in bytes.withUnsafeBytes { $0.elementsEqual(text.utf8) } }
  }

  /// The name of a key type, which is public and printable.
  fileprivate var typeName: String? {
    withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        (1...64).contains(buffer.count) && buffer.allSatisfy { (0x21...0x7e).contains($0) }
          ? String(decoding: buffer, as: UTF8.self) : nil
      }
    }
  }
}
