// The one string that carries an identity in `$SECRETS_IDENTITY` or on paper (format.md §8).

public import Sealing

/// `SECRETS-KEY-1-…`: a seed, and the project that it carries trust in.
public enum IdentityString {
  private static let prefix = "SECRETS-KEY-1-"
  private static let seed = 0..<32
  private static let project = 32..<48
  private static let rootKey = 48..<80
  private static let size = 84

  /// Reads the string, ignoring white space around it.
  ///
  /// - Parameters:
  ///   - text: the string's bytes.
  ///   - arena: where the seed goes.
  ///   - isSound: whether a key was found to be a usable one before: testing it costs 43 µs.
  /// - Throws: `IdentityError.damagedString`.
  /// - Returns: the identity, and the trust that it carries.
  public static func parse(
    _ text: Secret, in arena: SecureArena, isSound: (PublicKey) -> Bool = { _ in false }
  ) throws(IdentityError) -> (identity: Identity, trust: ProjectTrust?) {
    let trimmed = text.withoutSpaceAround
    let start = prefix.utf8.count
    guard trimmed.hasPrefix(prefix) else {
      throw .damagedString(trimmed.hasPrefix("SECRETS-KEY-") ? .newerVersion : .notAnIdentity)
    }
    let characters = trimmed.part(start..<trimmed.count)
    let expected = (size * 8 + 5) / 6
    guard characters.count >= expected else { throw .damagedString(.cutShort) }
    guard characters.count == expected else { throw .damagedString(.tooMuch) }
    let decoded = characters.withBytes { Base64.decodeSecret($0, count: size, in: arena) }
    guard let decoded else { throw .damagedString(.characters) }
    let check = check(of: decoded.part(0..<rootKey.upperBound), in: arena)
    guard decoded.part(rootKey.upperBound..<size).publicBytes == check else {
      throw .damagedString(.check)
    }
    guard let identity = Identity(seed: decoded.part(seed)) else { throw .damagedString(.cutShort) }
    let trust = try trust(
      decoded.part(project).publicBytes, decoded.part(rootKey).publicBytes, isSound)
    return (identity, trust)
  }

  /// Writes the string.
  public static func render(
    _ identity: Identity, trust: ProjectTrust?, in arena: SecureArena
  ) -> Secret {
    let none = [UInt8](repeating: 0, count: project.count + rootKey.count)
    let content = arena.joined(
      [], identity.seed, trust.map { $0.project.bytes + $0.rootKey.bytes.array } ?? none)
    let checked = arena.joined([], content, check(of: content, in: arena))
    return arena.joined(Array(prefix.utf8), Base64.encodeSecret(checked, in: arena), [])
  }

  private static func check(of content: Secret, in arena: SecureArena) -> [UInt8] {
    Array(Digest.blake2b(16, of: arena.joined(Array(prefix.utf8), content, [])).prefix(4))
  }

  private static func trust(
    _ project: [UInt8], _ rootKey: [UInt8], _ isSound: (PublicKey) -> Bool
  ) throws(IdentityError) -> ProjectTrust? {
    let hasProject = project.contains { $0 != 0 }
    let hasKey = rootKey.contains { $0 != 0 }
    if !hasProject && !hasKey { return nil }
    guard hasProject, let id = ProjectID(bytes: project),
      let key = Bytes32(rootKey).map({ PublicKey(bytes: $0) }), isSound(key) || key.boxKey != nil
    else { throw .damagedString(.trust) }
    return ProjectTrust(project: id, rootKey: key)
  }
}

extension Secret {
  fileprivate var withoutSpaceAround: Secret {
    let inner = withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
        let start = buffer.firstIndex { !isSpace($0) } ?? buffer.endIndex
        let end = (buffer.lastIndex { !isSpace($0) } ?? start - 1) + 1
        return start..<end
      }
    }
    return part(inner)
  }
}
