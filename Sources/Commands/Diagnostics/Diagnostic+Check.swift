// What `check` says beside the findings of a reading, and whom a finding's mending falls to.

internal import Vault
internal import Workspace

extension CheckItem {
  init(_ error: ParseError) {
    let refusal = Refusal(parse: error)
    self.init(
      kind: FindingClass.parse.rawValue, isError: true, file: error.file, line: error.line,
      message: refusal.message, hint: refusal.hint ?? "secrets check",
      mark: "parse \(error.file) \(error.reason)")
  }

  init(_ finding: Finding, in environment: Environment? = nil) {
    let isNote = finding.kind == .note
    self.init(
      kind: finding.kind.rawValue, isError: finding.isError, isNote: isNote && !finding.isError,
      file: finding.file, line: finding.line, message: finding.sentence,
      hint: environment.flatMap { Self.whoMends(finding, $0) } ?? Self.conflictHint(finding)
        ?? finding.hint,
      mark: "\(finding.kind) \(finding.thing) \(finding.file ?? "") \(finding.reason)")
  }

  /// What mends a conflict that no choice of the reader's does.
  ///
  /// Grants are never in conflict: the lesser holds, until an admin writes it down. Where a value's
  /// is a warning only, the reader cannot open a side.
  private static func conflictHint(_ finding: Finding) -> String? {
    if case .unopenedSides = finding.reason { return nil }
    if case .secret = finding.thing, finding.kind == .conflict, !finding.isError {
      return "see who can settle it: secrets resolve"
    }
    guard case .grant = finding.thing, finding.kind == .conflict, !finding.isError else {
      return nil
    }
    return "the lesser of them holds; an admin writes that down: secrets resolve"
  }

  /// Who holds the key that the mending needs.
  private static func whoMends(_ finding: Finding, _ environment: Environment) -> String? {
    let role: String
    switch finding.thing {
    case .to(_, let name), .role(let name), .secret(let name, _): role = name
    default: return nil
    }
    guard finding.kind == .pending || finding.kind == .stale, !finding.isError else { return nil }
    let holders = environment.keyHolders(of: role)
    return holders.isEmpty
      ? "nobody who may write \(RoleAddress(environment: environment.name, role: role).text) holds "
        + "its key; an admin grants that to someone who does: secrets team list"
      : "\(listed(holders, "or")) runs: secrets resolve"
  }

  static func missingFile(of environment: String) -> CheckItem {
    let file = SealedFile.name(of: environment)
    return CheckItem(
      kind: FindingClass.damaged.rawValue, isError: true, file: file,
      message: "secrets/\(file): the environment `\(environment)` has no file",
      hint: "bring it back from before it went: git log -- secrets/\(file); or, if it is meant: "
        + "secrets env remove \(environment)", mark: "missing \(file)")
  }

  static func ended(_ grant: Grant) -> CheckItem {
    let address = RoleAddress(environment: grant.key.environment, role: grant.key.role)
    return CheckItem(
      kind: "ended", isError: false, file: TeamFile.name,
      message: "secrets/\(TeamFile.name): the time of \(Thing.grant(grant.key).words) was over on "
        + "\(Timestamp.text(grant.until))",
      hint: "an admin takes it away: secrets resolve; or gives more: "
        + "secrets grant \(grant.key.member) \(address.text) --for 8h",
      mark: "ended \(grant.key)")
  }

  /// The line is good, and `run` stops at it all the same.
  static func template(
    _ value: OpenValue, _ error: TemplateError, of environment: String
  ) -> CheckItem {
    let refusal = Refusal(template: error, in: environment, role: value.role)
    let file = SealedFile.name(of: environment)
    return CheckItem(
      kind: "template", isError: false, file: file,
      message: "secrets/\(file): \(refusal.message)", hint: refusal.hint ?? "secrets edit",
      mark: "template \(environment) \(value.role) \(value.name)")
  }

  /// Nothing is wrong with the files: these values are to be rotated.
  static func exposed(_ values: [ExposedValue], mark: String) -> CheckItem {
    let first = values[0]
    let file = SealedFile.name(of: first.address.environment)
    let names = ExposedValue.some(values.map(\.name))
    return CheckItem(
      kind: "exposed", isError: false, isNote: true, file: file,
      message: "secrets/\(file): \(ExposedValue.words(first.names)) until rotated: \(names) of "
        + first.address.text, hint: first.hint, mark: mark)
  }

  static func noKey(
    _ role: String, of environment: String, waiting: [String], writers: [String]
  ) -> CheckItem {
    let address = RoleAddress(environment: environment, role: role).text
    return CheckItem(
      kind: FindingClass.pending.rawValue, isError: false, file: SealedFile.name(of: environment),
      message:
        "secrets/\(SealedFile.name(of: environment)): the role `\(role)` has no key yet, and "
        + "\(listed(waiting)) may use it",
      hint: writers.isEmpty
        ? "nobody may write it: secrets grant NAME \(address)"
        : "\(listed(writers, "or")) runs: secrets resolve", mark: "no key \(address)")
  }
}

extension Refusal {
  static func otherProjectAt(_ revision: String, _ id: ProjectID) -> Refusal {
    Refusal(
      "`\(revision)` holds another project, \(id.text)",
      hint: "compare branches of one project: git log --oneline \(revision) -- secrets", .damaged)
  }
}
