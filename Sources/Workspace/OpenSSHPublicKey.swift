// Public keys as people hand them over: one line, a `.pub` file, or what a forge answers for
// `USER.keys`.

public import Sealing

/// Why a text does not name one ed25519 key.
public enum OpenSSHPublicKeyError: Error, Equatable {
  /// None of its keys is ed25519; the types that are there, each once.
  case noEd25519(otherTypes: [String])
  /// It has several, of which one must be chosen.
  case several(Int)
  /// A line is no public key.
  case damaged(line: Int)
  /// The key is of small order or no point of the curve: nothing could be sealed to it.
  case unusable(line: Int)
  /// The text is a private key, which nobody else is to see.
  case privateKey
}

/// An `ssh-ed25519 …` line.
public struct OpenSSHPublicKey: Equatable, Sendable {
  /// The key.
  public let key: PublicKey
  /// What stands behind it, such as `bob@laptop`; not checked in any way.
  public let comment: String

  /// Finds the one ed25519 key of a text; empty lines and lines with `#` are passed over.
  ///
  /// - Parameter text: one or more lines of public keys.
  /// - Throws: `OpenSSHPublicKeyError`.
  /// - Returns: the key.
  public static func parse(_ text: String) throws(OpenSSHPublicKeyError) -> OpenSSHPublicKey {
    var found: [OpenSSHPublicKey] = []
    var otherTypes: [String] = []
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let words = line.split(maxSplits: 2, whereSeparator: { $0 == " " || $0 == "\t" })
      guard let type = words.first, !type.hasPrefix("#") else { continue }
      if type.hasPrefix("-----BEGIN") { throw .privateKey }
      guard words.count >= 2, ["ssh-", "ecdsa-", "sk-"].contains(where: type.hasPrefix) else {
        throw .damaged(line: index + 1)
      }
      guard type == OpenSSHKey.typeName else {
        if !otherTypes.contains(String(type)) { otherTypes.append(String(type)) }
        continue
      }
      guard let key = PublicKey(openSSH: String(words[1])) else { throw .damaged(line: index + 1) }
      guard key.boxKey != nil else { throw .unusable(line: index + 1) }
      let comment = words.count > 2 ? String(words[2]) : ""
      if !found.contains(where: { $0.key == key }) {
        found.append(OpenSSHPublicKey(key: key, comment: comment))
      }
    }
    guard let first = found.first else { throw .noEd25519(otherTypes: otherTypes) }
    guard found.count == 1 else { throw .several(found.count) }
    return first
  }
}
