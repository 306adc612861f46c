// What stands in the way of making, reading or taking over a key.

internal import Sealing
internal import Vault
internal import Workspace

extension Refusal {
  static var noPlaceForIdentity: Refusal {
    Refusal(
      "there is no home folder to keep a key in ($HOME and $XDG_CONFIG_HOME are not set)",
      hint: "name a file: secrets key new --output PATH; export SECRETS_IDENTITY_FILE=PATH",
      .system)
  }

  static func identityExists(_ path: String) -> Refusal {
    Refusal(
      "there is an identity at \(path) already, and none is ever overwritten",
      hint: "to have another one, move it away first: mv \(shellWord(path)) "
        + shellWord(path + ".old"), .usage)
  }

  static func identityNotWritten(_ path: String, _ code: Int32) -> Refusal {
    Refusal(
      "cannot write \(path): \(systemReason(code))",
      hint: "name another file: secrets key new --output PATH; export SECRETS_IDENTITY_FILE=PATH",
      .system)
  }

  static var noTerminalForPassphrase: Refusal {
    Refusal(
      "there is no terminal to ask for a new passphrase at",
      hint: "do without one: --no-passphrase; whoever reads the file then has the key", .usage)
  }

  static var emptyPassphrase: Refusal {
    Refusal(
      "an empty passphrase protects nothing; nothing was written",
      hint: "if none is meant, say so: --no-passphrase", .usage)
  }

  static var passphrasesDiffer: Refusal {
    Refusal(
      "the passphrases differ, and no key was written",
      hint: "give the same one twice, by the same command", .usage)
  }
}

extension Refusal {
  static func noPrivateKeyFile(_ path: String) -> Refusal {
    Refusal("there is no file \(path)", hint: "look for it: ls ~/.ssh", .found)
  }

  static func publicHalf(_ path: String) -> Refusal {
    let hint =
      path.hasSuffix(".pub")
      ? "take over the private one: secrets key import \(shellWord(String(path.dropLast(4))))"
      : "name the file of the private one"
    return Refusal("\(path) holds the public half of a key", hint: hint, .usage)
  }

  static func noKeyAtAll(_ name: String) -> Refusal {
    Refusal(
      "\(name) holds no key",
      hint:
        "give what `secrets key backup` printed, an identity file, or an ed25519 private key of "
        + "OpenSSH", .usage)
  }

  static func encryptedSSHKeyOrNew(_ path: String) -> Refusal {
    Refusal(
      "\(path) has a passphrase, and no other key is here",
      hint: "take it over: secrets key import \(path); or make another: secrets key new",
      .cannotDecrypt)
  }

  static func otherIdentityFirst(_ place: String) -> Refusal {
    Refusal(
      "the identity at \(place) comes first, and it is another key",
      hint: "use that one, without --ssh-key; or move it away first", .usage)
  }

  static func noTerminalToOpen(_ name: String) -> Refusal {
    Refusal(
      "\(name) has a passphrase, and there is no terminal to ask for it at",
      hint: "run it at a terminal", .cannotDecrypt)
  }

  static func badMemberName(_ name: String, instead: String?) -> Refusal {
    let proposal = instead.map { ", such as `\($0)`" } ?? ""
    return Refusal(
      "`\(name)` cannot name a member",
      hint: "use a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit\(proposal)", .usage)
  }

  static func noMemberName(_ flag: String) -> Refusal {
    Refusal("neither git's user.name nor $USER says what you are called", hint: flag, .usage)
  }

  init(sshKeyImport error: SSHKeyImportError) {
    switch error {
    case .key(let error): self.init(problem: .sshKey(error), at: .sshKey(path: "the key"))
    case .copy(let error): self.init(editor: error)
    case .programMissing:
      self.init(
        "ssh-keygen, which alone can open that key, is not in PATH",
        hint: "install openssh-client, or make a key: secrets key new", .system)
    case .programFailed:
      self.init(
        "ssh-keygen did not open the key; nothing was written",
        hint: "at a terminal, with the key's passphrase, try again", .cannotDecrypt)
    case .interrupted: self.init(console: .interrupted)
    }
  }
}

extension Refusal {
  static func passphraseElsewhere(_ place: IdentityPlace) -> Refusal {
    guard let path = place.path else {
      return Refusal(
        "the key comes from \(place.name), and has no passphrase there",
        hint: "name a file with --identity", .usage)
    }
    return Refusal(
      "\(path) is a key of OpenSSH, which has its passphrase by itself",
      hint: "ssh-keygen -p -f \(shellWord(path))", .usage)
  }
}
