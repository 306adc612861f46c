// Why values are not given or taken: closed roles, conflicts, protection, names, dates.

internal import Sealing
internal import Vault

// Reading

extension Refusal {
  /// A value that does not open.
  init(opening error: OpeningError, of found: FoundSecret, in opened: OpenEnvironment) {
    let environment = opened.environment.name
    let role = opened.role(of: found)
    switch error {
    case .noAccess: self = .closedRole(role, in: opened)
    case .pending:
      let who = opened.writers(of: role)
      self.init(
        "`\(found.name)` waits: nobody has handed you the key of "
          + "\(part(environment, role)) yet",
        hint: who.isEmpty
          ? "nobody who may write there holds it any more; ask an admin"
          : "ask \(who.joined(separator: " or ")) to run `secrets resolve` and push",
        .cannotDecrypt)
    case .refused(let kind):
      let things = [Thing.secret(role: role, name: found.name), .role(role)]
      let findings = (opened.findings + opened.environment.findings).filter(\.isError)
      for thing in things {
        if let finding = findings.first(where: { $0.thing == thing }) {
          self.init(finding: finding, status: .damaged)
          return
        }
      }
      self.init(
        "\(things[0].words) cannot be used: \(kind.words)", hint: "secrets check \(environment)",
        .damaged)
    }
  }

  /// A value of which another version is sealed under a key that the reader lacks.
  static func oneSide(_ value: OpenValue, of environment: String) -> Refusal {
    Refusal(
      "`\(value.name)` of \(part(environment, value.role)) has another version that you cannot open",
      hint: "see who can settle it: secrets resolve -e \(environment); what you can open: "
        + "secrets get \(value.name) -e \(environment)", .damaged)
  }

  /// The same where the value was given all the same.
  static func oneSideGiven(_ value: LayeredValue) -> Refusal {
    Refusal(
      "`\(value.name)` has another version that you cannot open",
      hint: "see who can settle it: secrets resolve -e \(value.environment)", .damaged)
  }

  /// A role that the reader has no grant for, or that is not there.
  static func closedRole(_ role: String, in opened: OpenEnvironment) -> Refusal {
    let environment = opened.environment.name
    guard opened.environment.knownRoles.contains(role) else {
      return noRole(role, in: opened.environment)
    }
    if opened.names.isEmpty { return notMember(opened.reader, in: opened.environment.team) }
    let count = opened.environment.entries.filter { $0.role == role && !$0.isRemoved }.count
    return Refusal(
      "you have no grant for the role `\(role)` of \(environment) (\(secrets(count)))",
      hint: grantHint(opened, role), .cannotDecrypt)
  }

  /// An environment of which the reader may open nothing.
  static func noGrant(in opened: OpenEnvironment) -> Refusal {
    if opened.names.isEmpty { return notMember(opened.reader, in: opened.environment.team) }
    return Refusal(
      "you have no grant for any role of \(opened.environment.name)",
      hint: grantHint(opened, nil), .cannotDecrypt)
  }

  /// Not a refusal but a warning: a base of which the reader may open nothing.
  static func closedBase(
    _ base: OpenEnvironment, _ count: Int, of top: OpenEnvironment
  ) -> Refusal {
    Refusal(
      "you have no grant for \(base.environment.name), which \(top.environment.name) extends: "
        + "\(secrets(count)) of it not given", hint: "\(grantHint(base, nil)) --read",
      .cannotDecrypt)
  }

  /// Not a refusal but a warning: a role that the reader might open until its time was over.
  static func endedRole(
    _ role: String, _ until: Int64, _ count: Int, in opened: OpenEnvironment
  ) -> Refusal {
    // Whoever re-keys with a clock that is ahead ends it before its time.
    let now = opened.environment.team.now
    let time = until <= now ? " at \(Timestamp.text(until))" : " before its time"
    let place = part(opened.environment.name, role)
    return Refusal(
      "your grant for \(place) ended\(time): \(secrets(count)) of it not given",
      hint: "\(grantHint(opened, role)) --read --for 8h", .cannotDecrypt)
  }

  /// A role that is not there, to be read or to be written.
  static func noRole(
    _ role: String, in environment: Environment, writing: Bool = false
  ) -> Refusal {
    let near = nearest(role, among: environment.knownRoles).map { "did you mean `\($0)`? " }
    let list = "secrets list -e \(environment.name)"
    let new =
      "an admin makes it with its first secret: secrets set NAME -e \(environment.name) "
      + "--role \(role) --new-role"
    return Refusal(
      "there is no role `\(role)` in \(environment.name)",
      hint: near.map { $0 + list } ?? (writing ? new : list), .found)
  }

  private static func grantHint(_ opened: OpenEnvironment, _ role: String?) -> String {
    let name = opened.names.first ?? "NAME"
    let place = part(opened.environment.name, role ?? "default")
    return "ask an admin to run: secrets grant \(name) \(place)"
  }

  static func inTwoRoles(
    _ twice: [(name: String, roles: [String])], environment: String
  ) -> Refusal {
    var all = twice.map { name, roles in
      let list = roles.map { "`\($0)`" }.joined(separator: " and ")
      return Refusal(
        "`\(name)` is in the roles \(list) of \(environment)",
        hint: "choose one: --role \(roles[0])", .usage)
    }
    var last = all.removeLast()
    last.others = all.map { ($0.message, nil) }
    return last
  }

  static func noSecret(
    _ name: String, in layers: [OpenEnvironment], roles: [String], among names: [String]
  ) -> Refusal {
    guard let top = layers.last else { return noSecret(name, environment: "", among: names) }
    for layer in layers.reversed() {
      let closed = layer.environment.entries.first {
        $0.name == name && !$0.isRemoved && !layer.mayRead($0.role)
          && (roles.isEmpty || roles.contains($0.role))
      }
      if let closed { return closedRole(closed.role, in: layer) }
    }
    if let elsewhere = top.environment.entries.first(where: { $0.name == name && !$0.isRemoved }) {
      return otherRole(name, elsewhere.role, environment: top.environment.name)
    }
    return noSecret(name, environment: top.environment.name, among: names)
  }

  static func otherRole(_ name: String, _ role: String, environment: String) -> Refusal {
    Refusal(
      "`\(name)` is in the role `\(role)` of \(environment)", hint: "add --role \(role)", .found)
  }

  /// Secrets that something is the matter with, as a warning.
  init(warning kind: FindingClass, of names: [String], environment: String) {
    let shown = names.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
    let more = names.count > 3 ? " and \(names.count - 3) more" : ""
    let words =
      switch kind {
      case .expired: names.count == 1 ? "has expired" : "have expired"
      case .future: "dated in the future"
      case .stale: "sealed under a key that must be replaced"
      case .conflict: "in conflict with a version that you cannot open"
      case .noRight: "also written by someone without the right to"
      default: kind.rawValue
      }
    let hint =
      switch kind {
      case .expired: "write a new value: secrets set NAME -e \(environment)"
      case .stale: "secrets resolve"
      default: "secrets check \(environment)"
      }
    self.init("\(shown)\(more) of \(environment): \(words)", hint: hint, .found)
  }
}

// Protection

extension Refusal {
  static func protected(_ environment: String) -> Refusal {
    Refusal(
      "\(environment) is protected, and there is nobody to confirm",
      hint: "if you mean it, add --yes", .usage)
  }

  static func protectionDeclined(_ environment: String) -> Refusal {
    Refusal("not confirmed; nothing of \(environment) was opened", .found)
  }
}

// Writing

extension Refusal {
  // What is no name may be a value at the wrong place: it is not shown.
  static var notAName: Refusal {
    Refusal(
      "that is no name for a secret",
      hint: "use A-Z, a-z, 0-9 and `_`, not beginning with a digit: secrets set API_TOKEN", .usage)
  }

  static func dangerousName(_ name: String) -> Refusal {
    if name.hasPrefix("SECRETS_") {
      return Refusal(
        "`\(name)` is what secrets itself reads from the environment, so it is no secret's name",
        hint: "use another name", .usage)
    }
    return Refusal(
      "`\(name)` makes programs load code or changes which one runs, so it is no secret's name",
      hint: "use another name; to set that variable: \(name)=VALUE secrets run -- COMMAND", .usage)
  }

  static func notALabel(_ role: String) -> Refusal {
    Refusal(
      "`\(role)` cannot name a role",
      hint: "use a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit", .usage)
  }

  static var badExpiry: Refusal {
    Refusal(
      "--expires takes a date of the calendar, or a time in UTC",
      hint: "such as --expires 2031-01-31, or --expires 2031-01-31T12:00:00Z", .usage)
  }

  static func expiryIsPast(_ time: Int64) -> Refusal {
    Refusal(
      "--expires \(Timestamp.text(time)) is not in the future",
      hint: "give a later date, such as --expires 2031-01-31", .usage)
  }

  static var twoValues: Refusal {
    Refusal(
      "the value is given twice: in NAME=VALUE and by --file", hint: "leave one of them out", .usage
    )
  }

  static func noValue(_ name: String) -> Refusal {
    Refusal(
      "standard input gave no value; nothing was changed",
      hint: "if it shall be empty: secrets set \(name)=", .usage)
  }

  static func emptyAnswer(_ name: String) -> Refusal {
    Refusal(
      "nothing was typed; nothing was changed", hint: "if it shall be empty: secrets set \(name)=",
      .found)
  }

  static func noFile(_ path: String) -> Refusal {
    Refusal("there is no file \(path)", hint: "see what is there: ls", .found)
  }

  static func notAFile(_ path: String) -> Refusal {
    Refusal("\(path) is a folder or device", hint: "give the path of a file", .usage)
  }

  static func fileTooLarge(_ path: String, limit: Int) -> Refusal {
    Refusal(
      "\(path) has more than \(limit >> 20) MiB",
      hint: "keep large files elsewhere, and seal the key to them", .usage)
  }

  static func inputFailed(_ code: Int32) -> Refusal {
    Refusal("cannot read standard input: \(systemReason(code))", hint: systemHint(code), .system)
  }

  static func roleExists(_ role: String, environment: String) -> Refusal {
    Refusal(
      "the role `\(role)` of \(environment) is there already", hint: "leave --new-role out", .usage)
  }

  static func newRoleNeedsName() -> Refusal {
    Refusal("--new-role needs the role's name", hint: "add --role ROLE", .usage)
  }

  /// The names to be removed that are not there; nothing is removed then.
  static func noneOf(
    _ names: [String], in environment: Environment, role: String, base: (String) -> String?,
    there: (String, String) -> String = { "remove it there: secrets unset \($0) -e \($1)" }
  ) -> Refusal {
    let present = environment.entries.filter { !$0.isRemoved }
    var all = names.map { name -> Refusal in
      if let elsewhere = present.first(where: { $0.name == name }) {
        return otherRole(name, elsewhere.role, environment: environment.name)
      }
      if let base = base(name) {
        return Refusal(
          "`\(name)` is not \(environment.name)'s own: it is from \(base), which lies under it",
          hint: there(name, base), .found)
      }
      return noSecret(
        name, environment: environment.name,
        among: present.filter { $0.role == role }.map(\.name))
    }
    var last = all.removeLast()
    last.others = all.map { ($0.message, $0.hint) }
    return last
  }
}

// Export

extension Refusal {
  /// Values that have no place in an export.
  static func notExported(_ refusals: [(name: String, message: String)]) -> Refusal {
    let names = refusals.map(\.name).joined(separator: " --except ")
    let count = refusals.count == 1 ? "1 value" : "\(refusals.count) values"
    var refusal = Refusal(
      "\(count) cannot be written; nothing was",
      hint: "to leave \(refusals.count == 1 ? "it" : "them") out, add: --except \(names)", .usage)
    refusal.others = refusals.map { ($0.message, nil) }
    return refusal
  }

  static func isFile(_ name: String) -> String {
    "`\(name)` is a file, which is no variable's value"
  }

  static func isReference(_ name: String) -> String {
    "`\(name)` is a reference, which is not the value itself"
  }
}

/// How a part of an environment is named: the role only where it is not the usual one.
func part(_ environment: String, _ role: String) -> String {
  RoleAddress(environment: environment, role: role).text
}

private func secrets(_ count: Int) -> String { count == 1 ? "1 secret" : "\(count) secrets" }
