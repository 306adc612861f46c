// Identities (format.md §8) and OpenSSH's keys. No mutation finds the seed of a public key or the
// check of a string: where only these are wrong they are put right, and the rest is read.

import Sealing

@testable import Vault
@testable import Workspace

enum IdentityPromises {
  /// An identity file without a passphrase is written again as it was, but for empty lines.
  static func file(_ text: [UInt8]) {
    let arena = SecureArena(capacity: 1 << 12)
    if isWritten(text, in: arena) == .seedOfAnotherKey, let mended = withKeyOfSeed(text, in: arena)
    {
      promise(isWritten(mended, in: arena) != .seedOfAnotherKey, "a seed does not give its key")
    }
    if let file = try? IdentityFile.parse(arena.copy(text.span.bytes), mode: 0o644, in: arena) {
      promise(file.isLocked, "a seed that others can read is taken")
    }
  }

  /// Reads a file and writes it again; gives what is wrong with it.
  private static func isWritten(_ text: [UInt8], in arena: SecureArena) -> IdentityFault? {
    do throws(IdentityError) {
      let file = try IdentityFile.parse(arena.copy(text.span.bytes), mode: 0o600, in: arena)
      guard let identity = file.identity else { return nil }
      let again = IdentityFile.plain(identity, trust: file.trust, in: arena)
      let lines = text.split(separator: 0x0a).flatMap { $0 + [0x0a] }
      promise(again.publicBytes == lines, "an identity is written otherwise")
      return nil
    } catch {
      guard case .damaged(let line, let fault) = error else { return nil }
      Lines(text).hold(line: line, column: 1, "\(fault)")
      return fault
    }
  }

  private static func withKeyOfSeed(_ text: [UInt8], in arena: SecureArena) -> [UInt8]? {
    let lines = text.split(separator: 0x0a)
    guard
      let line = lines.first(where: { $0.starts(with: "seed ".utf8) }),
      let seed = Base64.decode(String(decoding: line.dropFirst(5), as: UTF8.self)),
      let identity = Identity(seed: arena.copy(seed.span.bytes))
    else { return nil }
    return lines.flatMap { line in
      let isPublic = line.starts(with: "public ".utf8)
      return
        (isPublic
        ? Array("public ssh-ed25519 \(identity.publicKey.openSSH)".utf8) : Array(line)) + [0x0a]
    }
  }

  /// A string that is read is written as it was, but for the white space around it.
  static func string(_ text: [UInt8]) {
    let arena = SecureArena(capacity: 1 << 12)
    if isRendered(text, in: arena) == .check, let mended = withCheck(text) {
      promise(isRendered(mended, in: arena) != .check, "the check is no check")
    }
  }

  private static func isRendered(_ text: [UInt8], in arena: SecureArena) -> IdentityFault? {
    do throws(IdentityError) {
      let (identity, trust) = try IdentityString.parse(arena.copy(text.span.bytes), in: arena)
      let again = IdentityString.render(identity, trust: trust, in: arena)
      promise(again.publicBytes == trimmed(text), "an identity is written otherwise")
      return nil
    } catch {
      guard case .damagedString(let fault) = error else { fatalError("another error: \(error)") }
      return fault
    }
  }

  private static func withCheck(_ text: [UInt8]) -> [UInt8]? {
    let prefix = Array("SECRETS-KEY-1-".utf8)
    let characters = String(decoding: trimmed(text).dropFirst(prefix.count), as: UTF8.self)
    guard let bytes = Base64.decode(characters), bytes.count > 4 else { return nil }
    let content = Array(bytes.dropLast(4))
    let check = Digest.blake2b(16, prefix + content).prefix(4)
    return prefix + Array(Base64.encode(content + check).utf8)
  }

  private static func trimmed(_ text: [UInt8]) -> [UInt8] {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (9...13).contains($0) }
    return Array(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }

  /// A key that is read is the same when written by us.
  static func openSSH(_ text: [UInt8]) {
    let arena = SecureArena(capacity: 1 << 12)
    if let key = try? OpenSSHKey.parse(arena.copy(text.span.bytes), in: arena),
      let identity = key.identity
    {
      let written = OpenSSHKey.text(of: identity, comment: "a@b", in: arena)
      let again = try? OpenSSHKey.parse(written, in: arena)
      promise(
        again?.publicKey == key.publicKey
          && again?.identity?.seed.hasSameBytes(as: identity.seed) == true,
        "a key is written otherwise")
    }
    let line = String(decoding: text, as: UTF8.self)
    if let key = try? OpenSSHPublicKey.parse(line) {
      let again = OpenSSHKey.publicLine(of: key.key, comment: key.comment)
      promise((try? OpenSSHPublicKey.parse(again)) == key, "a public key is written otherwise")
    }
  }
}
