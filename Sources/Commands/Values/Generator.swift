// What `generate` makes: random text, a UUID or a pair of keys. Where it is asked for what does not go
// together, it says so before anything is made.

internal import Sealing
internal import Vault
internal import Workspace

/// A way to make a value that nobody has seen.
enum Generator: Equatable {
  /// So many characters of an alphabet.
  case text(length: Int, Alphabet)
  /// A version 4 UUID.
  case uuid
  /// An Ed25519 key as OpenSSH keeps it, and its public line under another name.
  case keyPair

  /// Beyond this a value is no password but a file.
  static let lengthLimit = 4096
  /// Below this, what can be tried out offline is found.
  private static let enoughBits = 80

  /// The values by name.
  ///
  /// - Parameters:
  ///   - name: the name asked for.
  ///   - comment: what a key says it is for.
  ///   - arena: where they go.
  /// - Returns: one value, or a key and its public line.
  func values(
    for name: String, comment: String, in arena: SecureArena
  ) -> [(name: String, value: Secret)] {
    switch self {
    case .text(let length, let alphabet):
      return [(name, Random.characters(length, of: alphabet.characters, in: arena))]
    case .uuid:
      return [(name, Random.uuid(in: arena))]
    case .keyPair:
      let identity = Identity.generate(in: arena)
      let line = OpenSSHKey.publicLine(of: identity.publicKey, comment: comment)
      return [
        (name, OpenSSHKey.text(of: identity, comment: comment, in: arena)),
        (Self.publicName(of: name), arena.copy(line.utf8Span.span.bytes)),
      ]
    }
  }

  /// The names that are written.
  func names(for name: String) -> [String] {
    self == .keyPair ? [name, Self.publicName(of: name)] : [name]
  }

  static func publicName(of name: String) -> String { "\(name)_PUBLIC" }

  /// How much chance is in it.
  var bits: Int {
    switch self {
    case .text(let length, let alphabet): alphabet.bits(length)
    case .uuid: 122
    case .keyPair: 256
    }
  }

  /// What it is, without showing anything of it.
  var words: String {
    switch self {
    case .text(let length, let alphabet):
      "\(counted(length, "character")) out of \(alphabet.characters.count), "
        + counted(bits, "random bit")
    case .uuid: "a UUID, \(bits) random bits"
    case .keyPair: "an Ed25519 key, \(bits) random bits"
    }
  }

  var isWeak: Bool { bits < Self.enoughBits }
}
