// Why nobody can act: no identity, a locked or damaged one, one that is no member's.

internal import Sealing
internal import Vault
internal import Workspace

extension Refusal {
  init(identityStore error: IdentityStoreError) {
    switch error {
    case .unusable(let place, let problem): self.init(problem: problem, at: place)
    case .notFound(_, let found):
      if let problem = found[.variable] {
        self.init(problem: problem, at: .variable)
      } else if let (place, problem) = found.sorted(by: { "\($0.key)" < "\($1.key)" }).first {
        self.init(problem: problem, at: place)
      } else {
        self.init(
          "no identity found on this machine",
          hint: "in a project: secrets join, which makes one; or bring yours: secrets key import -",
          .cannotDecrypt)
      }
    }
  }

  init(problem: IdentityProblem, at place: IdentityPlace) {
    let path = place.name
    switch problem {
    case .missing:
      self.init(
        "there is no identity at \(path)", hint: "make one with `secrets key new`", .cannotDecrypt)
    case .empty:
      self.init(
        "\(path) is empty, and there is no other identity here",
        hint: "set it from the forge's secret; a pull request from a fork is given none",
        .cannotDecrypt)
    case .unreadable(let error): self.init(workspace: error)
    case .identity(let error): self.init(identity: error, place: path)
    case .locked:
      self.init(
        "the identity at \(path) is locked, and there is no terminal to ask for its passphrase",
        hint: "secrets key unlock", .cannotDecrypt)
    case .declined:
      self.init("no passphrase was given for \(path)", hint: "secrets key unlock", .cannotDecrypt)
    case .interrupted: self.init(console: .interrupted)
    case .sshKey(.otherType(let type)):
      self.init(
        "\(path) is of type \(type), which signs but cannot open anything",
        hint: "make an identity of your own and ask to join: secrets join", .cannotDecrypt)
    case .sshKey(.otherFormat(let format)):
      self.init(
        "\(path) is in the format `\(format)`, not OpenSSH's own",
        hint: "ssh-keygen -t ed25519, or `secrets key new`", .cannotDecrypt)
    case .sshKey(.notPrivateKey), .sshKey(.damaged):
      self.init(
        "\(path) is a damaged key of OpenSSH", hint: "see what it is: ssh-keygen -lf \(path)",
        .cannotDecrypt)
    case .encryptedSSHKey:
      self.init(
        "\(path) has a passphrase", hint: "take it over once: secrets key import \(path)",
        .cannotDecrypt)
    case .notMember(let key):
      self.init(
        "the key at \(path) (\(key.fingerprint)) is no member's", hint: "ask to join: secrets join",
        .cannotDecrypt)
    }
  }

  init(identity error: IdentityError, place: String?) {
    let place = place ?? "the identity"
    switch error {
    case .damaged(let line, .newerVersion):
      self.init(
        "\(place) line \(line) \(IdentityFault.newerVersion.words)",
        hint: "install a newer secrets", .cannotDecrypt)
    case .damaged(let line, let fault):
      self.init(
        "\(place) line \(line) \(fault.words)",
        hint: "restore it: secrets key import -, or make another with `secrets key new`",
        .cannotDecrypt)
    case .damagedString(.newerVersion):
      self.init(
        "\(place): the string \(IdentityFault.newerVersion.words)",
        hint: "install a newer secrets", .cannotDecrypt)
    case .damagedString(let fault):
      self.init(
        "\(place): the string \(fault.words)",
        hint: "copy it whole, from SECRETS-KEY-1- to its end", .cannotDecrypt)
    case .openToOthers(let mode):
      self.init(
        "\(place) has no passphrase and is open to others (mode 0\(String(mode & 0o777, radix: 8)))",
        hint: "chmod 600 \(place)", .cannotDecrypt)
    case .notOpened:
      self.init(
        "\(place) does not open: the passphrase is wrong, or the file was changed",
        hint: "try again: secrets key unlock; or restore a backup: secrets key import -",
        .cannotDecrypt)
    case .notEnoughMemory(let bytes):
      self.init(
        "this process may not use the \(bytes >> 20) MiB that \(place)'s passphrase needs",
        hint: "raise the limit: ulimit -v unlimited", .system)
    }
  }
}

extension IdentityPlace {
  /// Whether it was named for this command, and not found on this machine.
  var isGiven: Bool {
    switch self {
    case .variable, .option, .variableFile: true
    case .configuration, .sshKey: false
    }
  }

  /// The place as a person knows it.
  var name: String {
    switch self {
    case .variable: "$SECRETS_IDENTITY"
    case .option(let path), .variableFile(let path), .configuration(let path), .sshKey(let path):
      path
    }
  }
}

extension IdentityFault {
  fileprivate var words: String {
    switch self {
    case .notAnIdentity: "is not the beginning of an identity"
    case .newerVersion: "was made by a newer version of secrets"
    case .openSSHPublicKey: "holds a public key, not an identity"
    case .openSSHPrivateKey: "holds a private key of OpenSSH or OpenSSL"
    case .identityString: "holds a SECRETS-KEY string, which belongs in $SECRETS_IDENTITY"
    case .lineEnd: "does not end in one line feed"
    case .publicLine: "is not `public ssh-ed25519 KEY`"
    case .trust: "names no project that can be trusted"
    case .seedOrKdfLine: "is neither `seed` nor `kdf argon2id13`"
    case .cost: "asks for more than 1 GiB or 16 passes"
    case .boxLine: "is not `box` and its content"
    case .seed: "holds no 32 bytes"
    case .seedOfAnotherKey: "gives another key than the public line says"
    case .cutShort: "is cut short"
    case .tooMuch: "is followed by more"
    case .characters: "has a character that does not belong there"
    case .check: "has a changed character: its check does not fit"
    }
  }
}
