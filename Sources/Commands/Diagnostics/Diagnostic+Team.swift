// What `env`, `team` and `grant` refuse.

internal import Sealing
internal import Vault
internal import Workspace

extension Refusal {
  static func badRoleAddress(_ text: String) -> Refusal {
    Refusal(
      "`\(text)` names no environment or role",
      hint: "write ENV or ENV/ROLE, such as production or production/billing", .usage)
  }

  static func badMemberName(_ name: String) -> Refusal {
    Refusal(
      "`\(name)` cannot name a member",
      hint: "use a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit; "
        + "what stands before a dot is the person, as in bob.laptop", .usage)
  }

  static var readAndWrite: Refusal {
    Refusal("--read and --write exclude each other", hint: "to write is to read as well", .usage)
  }

  static func endsTooLate(_ span: String) -> Refusal {
    Refusal("a grant for \(span) has no end that can be written", hint: "leave --for out", .usage)
  }

  static func noMember(_ name: String, in team: Team) -> Refusal {
    if team.members[name]?.state == .removed {
      return Refusal(
        "`\(name)` was removed, and a name is never used again",
        hint: "add them under another one: secrets team add \(name).2 KEY", .found)
    }
    if team.joins.contains(where: { $0.name == name }) {
      return Refusal(
        "`\(name)` has asked to join and is no member yet", hint: "secrets team add \(name)", .found
      )
    }
    if team.members[name]?.state == .conflict {
      return Refusal(
        "`\(name)` stands for different keys, so nothing is granted to that name",
        hint: "see both: secrets check", .damaged)
    }
    let current = team.members.values.filter { $0.state == .current }.map(\.name).sorted()
    return Refusal(
      "nobody is called `\(name)`",
      hint: nearest(name, among: current).map { "did you mean `\($0)`? secrets team list" }
        ?? "secrets team list", .found)
  }

  static func alreadyMember(_ name: String) -> Refusal {
    Refusal(
      "`\(name)` is a member already",
      hint: "for more rights: secrets grant \(name) ENV; for another device: "
        + "secrets team add \(name).2 KEY", .usage)
  }

  // Keys

  static func noKey(for name: String, isMachine: Bool, joins: [String]) -> Refusal {
    let near = nearest(name, among: joins)
    if isMachine, near == nil {
      return Refusal(
        "there is no key for the machine `\(name)`",
        hint: "have one made, and pipe it to where the job finds it: secrets team add \(name) "
          + "--machine --new-key", .found)
    }
    return Refusal(
      "there is no key for `\(name)`: none was given, and nobody has asked to join by that name",
      hint: near.map { "did you mean `\($0)`? secrets team list" }
        ?? "they run `secrets join \(name)` and push; or give it: secrets team add \(name) KEY.pub",
      .found)
  }

  static func severalJoins(_ name: String, _ keys: [PublicKey]) -> Refusal {
    Refusal(
      "\(keys.count) different keys ask to join as `\(name)`: "
        + keys.map(\.fingerprint).joined(separator: ", "),
      hint: "ask them which is theirs, and give it: secrets team add \(name) 'ssh-ed25519 …'",
      .usage)
  }

  static func needsYes(_ name: String) -> Refusal {
    Refusal(
      "the key comes from a line that anyone who can push could have written, and there is no "
        + "terminal to confirm it at",
      hint: "compare the fingerprint with \(name), then add --yes", .usage)
  }

  static func declined(_ what: String) -> Refusal {
    Refusal("\(what); nothing was changed", .found)
  }

  static func noFileToShow(_ path: String) -> Refusal {
    Refusal("there is no file \(path)", hint: "secrets git-textconv --help", .found)
  }

  static func noPublicKeyFile(_ path: String) -> Refusal {
    Refusal(
      "there is no file \(path)", hint: "give a file such as bob.pub, `-`, or the key in quotes",
      .usage)
  }

  init(publicKey error: OpenSSHPublicKeyError, source: String) {
    switch error {
    case .noEd25519(let types):
      self.init(
        types.isEmpty
          ? "\(source) has no public key"
          : "\(source) has no ed25519 key, only \(listed(types)), which nothing can be sealed to",
        hint: "they make one and ask to join: secrets join", .usage)
    case .several(let count):
      self.init(
        "\(source) has \(count) ed25519 keys",
        hint: "ask them which one, and give it in quotes: 'ssh-ed25519 …'", .usage)
    case .damaged(let line):
      self.init(
        "\(source) line \(line) is no public key of OpenSSH",
        hint: "it looks like this: ssh-ed25519 AAAA…", .usage)
    case .unusable(let line):
      self.init(
        "\(source) line \(line) has a key that nothing can be sealed to",
        hint: "they make another one: secrets key new", .usage)
    case .privateKey:
      self.init(
        "\(source) is a private key, which nobody else is to see",
        hint: "take the file that ends in .pub, and think of the private key as known to others",
        .usage)
    }
  }

  // A machine's new key

  static var newKeyNeedsMachine: Refusal {
    Refusal(
      "--new-key makes a machine's key; a person makes their own",
      hint: "add --machine; or they run: secrets join", .usage)
  }

  static var newKeyAndKey: Refusal {
    Refusal("--new-key makes a key, and another was given", hint: "leave one of them out", .usage)
  }

  static var showNeedsNewKey: Refusal {
    Refusal("--show shows the key that --new-key makes", hint: "add --machine --new-key", .usage)
  }

  static func keyOnTerminal(_ name: String) -> Refusal {
    Refusal(
      "the private key of `\(name)` would be shown on this terminal",
      hint: "pipe it to where it is kept: … | gh secret set SECRETS_IDENTITY; or add --show", .usage
    )
  }

  /// The string could not be printed, so its key was not added.
  static func keyNotPrinted(_ name: String, _ error: ConsoleError) -> Refusal {
    let reason =
      switch error {
      case .notWritten(let code): systemReason(code)
      default: "nobody reads it"
      }
    return Refusal(
      "the private key of `\(name)` could not be printed (\(reason)); nothing was added",
      hint: "send standard output to where the key is kept, and try again", .system)
  }

  // Environments

  static func environmentExists(_ name: String) -> Refusal {
    Refusal(
      "the environment `\(name)` is there already",
      hint: "secrets env list; to protect it: secrets env protect \(name)", .usage)
  }

  static func environmentRefused(_ name: String, _ kind: FindingClass) -> Refusal {
    let hint =
      switch kind {
      case .conflict, .noRight: "an admin settles it: secrets resolve -e \(name)"
      default: "see why: secrets check \(name)"
      }
    return Refusal("the environment `\(name)`: \(kind.words)", hint: hint, .damaged)
  }

  static func strayFile(of environment: String, in project: Project) -> Refusal {
    Refusal(
      "\(project.folder)/\(environment).sealed is there already, and no signed line allows it",
      hint: "see by whom it came, then: git rm -f secrets/\(environment).sealed", .damaged)
  }

  static func extendsItself(_ name: String) -> Refusal {
    Refusal(
      "`\(name)` cannot extend itself", hint: "secrets env new \(name) --extends OTHER", .usage)
  }

  static func removeNeedsYes(_ name: String) -> Refusal {
    Refusal(
      "removing `\(name)` takes its values out of the project, and there is no terminal to confirm "
        + "it at", hint: "add --yes", .usage)
  }
}
