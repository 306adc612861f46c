// Writing OpenSSH's private key file (PROTOCOL.key of its sources), without a passphrase: it is a
// value, and what seals it is the project.

public import Sealing

extension OpenSSHKey {
  // The width at which ssh-keygen breaks the base64.
  private static let columns = 70

  /// Writes a key as `ssh-keygen` does, the newline behind the last line included.
  ///
  /// - Parameters:
  ///   - identity: the key.
  ///   - comment: what stands behind its public line.
  ///   - arena: where the text goes.
  /// - Returns: the file's bytes.
  public static func text(
    of identity: Identity, comment: String, in arena: SecureArena
  ) -> Secret {
    let blob = Base64.encodeSecret(blob(of: identity, comment, in: arena), .standard, in: arena)
    let lineCount = (blob.count + columns - 1) / columns
    var text = SecretWriter(
      begin.utf8.count + 1 + blob.count + lineCount + end.utf8.count + 1, in: arena)
    text.put("\(begin)\n")
    for start in stride(from: 0, to: blob.count, by: columns) {
      text.put(blob.part(start..<min(start + columns, blob.count)))
      text.put("\n")
    }
    text.put("\(end)\n")
    return text.written
  }

  /// The line that others are given.
  public static func publicLine(of key: PublicKey, comment: String) -> String {
    "\(typeName) \(key.openSSH) \(comment)"
  }

  private static func blob(
    of identity: Identity, _ comment: String, in arena: SecureArena
  ) -> Secret {
    let publicKey = identity.publicKey.bytes.array
    let check = Random.bytes(4)
    let publicCount = 4 + typeName.utf8.count + 4 + 32
    let unpadded = 8 + publicCount + 4 + 64 + 4 + comment.utf8.count
    let padding = (block - unpadded % block) % block
    // Two times `none`, no options of it, one key.
    let head = magic.utf8.count + 8 + 8 + 4 + 4
    var file = SecretWriter(head + 4 + publicCount + 4 + unpadded + padding, in: arena)
    file.put(magic)
    file.put(string: "none")
    file.put(string: "none")
    file.put(number: 0)
    file.put(number: 1)
    file.put(number: publicCount)
    file.put(string: typeName)
    file.put(number: publicKey.count)
    file.put(publicKey)
    file.put(number: unpadded + padding)
    file.put(check)
    file.put(check)
    file.put(string: typeName)
    file.put(number: publicKey.count)
    file.put(publicKey)
    file.put(number: 64)
    file.put(identity.seed)
    file.put(publicKey)
    file.put(string: comment)
    file.put((0..<padding).map { UInt8($0 + 1) })
    return file.written
  }
}

/// Fills secret memory from its beginning, in RFC 4251's spelling of numbers and strings.
private struct SecretWriter {
  private let room: Secret
  private var count = 0

  init(_ capacity: Int, in arena: SecureArena) { room = arena.allocate(capacity) }

  /// What was put so far.
  var written: Secret { room.part(0..<count) }

  mutating func put(_ secret: Secret) {
    let start = count
    room.withMutableBytes { target in
      secret.withBytes { bytes in
        bytes.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: target[start..<(start + $0.count)])
            .copyMemory(from: $0)
        }
      }
    }
    count += secret.count
  }

  mutating func put(_ bytes: [UInt8]) {
    let start = count
    room.withMutableBytes { target in
      UnsafeMutableRawBufferPointer(rebasing: target[start..<(start + bytes.count)])
        .copyBytes(from: bytes)
    }
    count += bytes.count
  }

  mutating func put(_ text: String) { put(Array(text.utf8)) }

  mutating func put(number: Int) {
    withUnsafeBytes(of: UInt32(number).bigEndian) { put(Array($0)) }
  }

  mutating func put(string: String) {
    put(number: string.utf8.count)
    put(string)
  }
}
