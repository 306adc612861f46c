// Where a new member's key comes from: the command line, a file, standard input, or the line by
// which they asked to join.

internal import Sealing
internal import Vault
internal import Workspace

/// A public key and how sure it is whose it is.
struct NewKey {
  let key: PublicKey
  /// Whether it stood in the repository, where anyone who can push could have put it.
  let isFromJoin: Bool

  private static let limit = 64 << 10

  /// Takes the key that was typed, or is in the file that was named.
  ///
  /// - Parameters:
  ///   - words: the key in its two or three words, a path, or `-`.
  ///   - directory: where a relative path begins.
  /// - Throws: `Refusal`, `WorkspaceError`.
  /// - Returns: the key.
  static func given(_ words: [String], from directory: String?) throws -> NewKey {
    let text = words.joined(separator: " ")
    if text == "-" {
      let input = try StandardInput.read(limit: limit, into: SecureArena())
      let typed = input.withBytes { bytes in
        bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      }
      return try parse(typed, source: "standard input")
    }
    if ["ssh-", "ecdsa-", "sk-", "-----BEGIN"].contains(where: text.hasPrefix) {
      return try parse(text, source: "the key")
    }
    if let key = PublicKey(openSSH: text), key.boxKey != nil {
      return NewKey(key: key, isFromJoin: false)
    }
    let path = text.hasPrefix("/") ? text : (directory.map { "\($0)/\(text)" } ?? text)
    guard let file = try RegularFile.open(path, limit: limit, followingLink: true) else {
      throw Refusal.noPublicKeyFile(text)
    }
    return try parse(String(decoding: file.bytes(), as: UTF8.self), source: text)
  }

  /// Takes the key by which a name asked to join, or was let in without the right to it.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - isMachine: whether a machine is to be added, which does not ask.
  ///   - team: the team.
  /// - Throws: `Refusal` where there is none, or more than one.
  /// - Returns: the key.
  static func joining(_ name: String, isMachine: Bool, in team: Team) throws -> NewKey {
    var keys = Set(team.joins.filter { $0.name == name }.map(\.key))
    // Let in by someone without the right to it: they need not ask again.
    if keys.isEmpty, let member = team.members[name], member.state == .noRight {
      keys = [member.key]
    }
    guard let key = keys.first else {
      throw Refusal.noKey(for: name, isMachine: isMachine, joins: team.joins.map(\.name))
    }
    guard keys.count == 1 else {
      throw Refusal.severalJoins(name, keys.sorted { $0.fingerprint < $1.fingerprint })
    }
    return NewKey(key: key, isFromJoin: true)
  }

  private static func parse(_ text: String, source: String) throws -> NewKey {
    do throws(OpenSSHPublicKeyError) {
      return NewKey(key: try OpenSSHPublicKey.parse(text).key, isFromJoin: false)
    } catch {
      throw Refusal(publicKey: error, source: source)
    }
  }
}
