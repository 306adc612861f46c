// What the files' rules refuse, as sentences with file, line and name.

internal import Sealing
internal import Vault
internal import Workspace

extension Refusal {
  init(parse error: ParseError) {
    let line = error.line.map { ":\($0)" } ?? ""
    let column = error.column.map { ":\($0)" } ?? ""
    let place = "secrets/\(error.file)\(line)\(column)"
    var hint = "it was changed outside secrets; see by whom: git log -- secrets/\(error.file)"
    if let line = error.line {
      hint =
        "it was changed outside secrets; see by whom: git log -L\(line),\(line):secrets/\(error.file)"
    }
    if error.reason == .carriageReturn {
      hint = "take the CR off each line: sed -i 's/\\r$//' secrets/\(error.file)"
    }
    if error.reason == .conflictMarker { hint = "unite both sides: secrets resolve" }
    if error.reason == .newerVersion { hint = "install a newer secrets" }
    self.init("\(place): \(error.reason.words)", hint: hint, .damaged)
  }

  init(write error: WriteError) {
    switch error {
    case .notMember:
      self.init(
        "you are no member of this project", hint: "ask to join: secrets join", .cannotDecrypt)
    case .needsRoot:
      self.init(
        "only the root may do this", hint: "see who that is: secrets team list", .cannotDecrypt)
    case .needsAdmin:
      self.init(
        "only the root or an admin may do this", hint: "see who they are: secrets team list",
        .cannotDecrypt)
    case .noWriteGrant(let role, let environment):
      self.init(
        "you have no grant to write \(part(environment, role))",
        hint: "see who has one, and ask an admin: secrets team list", .cannotDecrypt)
    case .cannotRekey(let role, let whoCan):
      self.init(
        "the key of role `\(role)` must be replaced before anything is sealed under it",
        hint: Self.whoCan(whoCan, "secrets resolve"), .cannotDecrypt)
    case .pending(let role, let whoCan):
      self.init(
        "nobody has handed you the key of role `\(role)` yet",
        hint: Self.whoCan(whoCan, "secrets resolve"), .cannotDecrypt)
    case .refused(let thing, let kind):
      self.init(
        "\(thing.words) cannot be written: \(kind.words)", hint: "secrets check", .damaged)
    case .nameTaken(let name):
      self.init(
        "the name `\(name)` is taken, and a name is one key for ever",
        hint: "use another one, such as `\(name).2`", .usage)
    case .keyTaken(let name):
      self.init(
        "this key is `\(name)`'s already", hint: "see: secrets team list", .usage)
    case .unusableKey:
      self.init(
        "this public key cannot be sealed to", hint: "make one with `secrets key new`", .usage)
    case .noSuchMember(let name):
      self.init("nobody is called `\(name)`", hint: "secrets team list", .found)
    case .noSuchEnvironment(let name):
      self.init("there is no environment `\(name)`", hint: "secrets env list", .found)
    case .environmentExists(let name):
      self.init("the environment `\(name)` is there already", hint: "secrets env list", .found)
    case .isExtended(let name):
      self.init(
        "the environment `\(name)` extends it",
        hint: "remove that one first: secrets env remove \(name)",
        .usage)
    case .noSuchRole(let role):
      self.init(
        "there is no role `\(role)` here",
        hint: "an admin makes one: secrets grant NAME ENV/\(role)", .found)
    case .noSuchSecret(let name):
      self.init("no secret named `\(name)`", hint: "secrets list", .found)
    case .secretExists(let name):
      self.init(
        "there is a secret `\(name)` already; nothing was changed",
        hint: "take another name, or remove that one first with `secrets unset`", .usage)
    case .noSuchGrant(let key):
      self.init(
        "`\(key.member)` has no grant for \(key.environment)/\(key.role)",
        hint: "secrets team list", .found)
    case .payload(let name, let error):
      self.init("`\(name)` cannot be sealed: \(error.words)", hint: error.hint(name), .usage)
    case .isRootOrAdmin(let name):
      self.init(
        "`\(name)` is the root, who is never removed",
        hint: "this version cannot hand a project over: secrets team list", .usage)
    }
  }

  static func whoCan(_ names: [String], _ command: String) -> String {
    names.isEmpty
      ? "nobody who may write here holds it any more; ask an admin"
      : "ask \(names.joined(separator: " or ")) to run `\(command)` and push"
  }

  /// - Parameters:
  ///   - error: what kept a template from being expanded.
  ///   - environment: where it stands.
  ///   - role: and in which role.
  init(template error: TemplateError, in environment: String, role: String) {
    let address = RoleAddress(environment: environment, role: role)
    let edit = "secrets edit \(environment)"
    switch error {
    case .missing(_, let name):
      self.init(
        error.words, hint: "\(address.setting(name)), or \(edit)", .found)
    case .closed: self.init(error.words, hint: "secrets check \(environment)", .damaged)
    case .file, .cycle, .tooDeep, .tooLong: self.init(error.words, hint: edit, .usage)
    }
  }

  /// A project of which nothing may be used.
  init(team: Team) {
    guard
      let finding = team.findings.first(where: { $0.isError && ($0.stopsAll || team.isStopped) })
    else {
      self.init("nothing of this project may be used", hint: "secrets check", .damaged)
      return
    }
    self.init(finding: finding, status: .damaged)
  }

  /// An environment whose file may not be used.
  init(stopped environment: Environment) {
    let told =
      environment.team.findings.first {
        $0.isError && $0.thing == .environment(environment.name)
      } ?? environment.findings.first(where: \.isError)
    guard let told else {
      self.init("secrets/\(environment.file.name) may not be used", hint: "secrets check", .damaged)
      return
    }
    self.init(finding: told, status: .damaged)
  }

  /// A finding as an error.
  init(finding: Finding, status: ExitStatus) {
    self.init(finding.sentence, hint: finding.hint, status)
  }
}

extension Team {
  /// That this machine has seen an environment which is not there.
  func rollback(of environment: String) -> Finding? {
    findings.first { $0.isError && $0.kind == .rollback && $0.thing == .environment(environment) }
  }
}

extension Refusal {
  /// An environment that is gone as a whole, of which this machine remembers lines; else nil.
  static func rolledBack(_ environment: String, in team: Team) -> Refusal? {
    team.rollback(of: environment).map { Refusal($0.sentence, hint: $0.hint, .damaged) }
  }

  static func noEnvironment(_ name: String, in team: Team) -> Refusal {
    if let refusal = rolledBack(name, in: team) { return refusal }
    let live = team.environments.filter {
      if case .live = $0.value { return true }
      return false
    }.map(\.key).sorted()
    let near = nearest(name, among: live)
    return Refusal(
      "there is no environment `\(name)`",
      hint: near.map { "did you mean `\($0)`? secrets env list" }
        ?? "there are: \(live.joined(separator: ", ")); make one: secrets env new \(name)", .found)
  }

  static func noFile(of environment: String, in team: Team, _ project: Project) -> Refusal {
    if let refusal = rolledBack(environment, in: team) { return refusal }
    return Refusal(
      "\(environment) has no file \(project.folder)/\(environment).sealed yet, or it was deleted",
      hint: "write its first value: secrets set NAME -e \(environment)", .found)
  }

  static func noSecret(_ name: String, environment: String, among names: [String]) -> Refusal {
    let near = nearest(name, among: names)
    return Refusal(
      "no secret named `\(name)` in \(environment)",
      hint: (near.map { "did you mean `\($0)`? " } ?? "") + "secrets list -e \(environment)", .found
    )
  }

  static var badTrustVariable: Refusal {
    Refusal(
      "$SECRETS_TRUST is neither PROJECT nor PROJECT:KEY",
      hint: "a member prints it: secrets trust --show", .usage)
  }

  static func otherProject(_ id: ProjectID, wanted: ProjectID) -> Refusal {
    Refusal(
      "this is project \(id.text), or one with other roots, and not \(wanted.text) that is trusted",
      hint: "ask the person who gave you that id; nothing was opened", .damaged)
  }

  static func projectReplaced(_ id: ProjectID, known: ProjectID) -> Refusal {
    Refusal(
      "this place held project \(known.text), and now another one, \(id.text)",
      hint: "ask who did that; if it is meant: secrets trust --forget && secrets trust \(id.text)",
      .damaged)
  }

  static func untrusted(_ id: ProjectID) -> Refusal {
    Refusal(
      "nobody on this machine has confirmed project \(id.text)",
      hint: "at a terminal: secrets trust; in CI: export SECRETS_TRUST=PROJECT, with the id that a "
        + "teammate's `secrets trust --show` prints", .damaged)
  }

  static func trustDeclined(_ id: ProjectID) -> Refusal {
    Refusal(
      "project \(id.text) is not trusted, so nothing was opened",
      hint: "once you have compared the fingerprint: secrets trust \(id.text)", .found)
  }

  static func trustNotKept(_ team: Team) -> Refusal {
    Refusal(
      "there is no place on this machine to keep that this project is trusted",
      hint: "say it each time: export SECRETS_TRUST=\(TrustText.text(of: team))", .system)
  }

  static func notMember(_ key: PublicKey, in team: Team) -> Refusal {
    if let join = team.joins.first(where: { $0.key == key }) {
      return Refusal(
        "your key waits to become a member as `\(join.name)`",
        hint: "an admin types: secrets team add \(join.name) --grant ENV", .cannotDecrypt)
    }
    if let former = team.members.values.first(where: { $0.key == key && $0.state == .removed }) {
      return Refusal(
        "`\(former.name)`, whose key this is, was removed from the project",
        hint: "ask an admin", .cannotDecrypt)
    }
    return Refusal(
      "your key (\(key.fingerprint)) is no member's", hint: "ask to join: secrets join",
      .cannotDecrypt)
  }
}

/// The candidate that a typing error is likely to have meant; nil where none is close.
func nearest(_ word: String, among candidates: [String]) -> String? {
  let typed = word.lowercased()
  // What was typed may be the beginning of it.
  if word.utf8.count > 1,
    let longer = candidates.first(where: { $0.lowercased().hasPrefix(typed) })
  {
    return longer
  }
  let best = candidates.map { ($0, distance(Array(typed.utf8), Array($0.lowercased().utf8))) }
    .min { $0.1 < $1.1 }
  guard let (candidate, distance) = best, distance <= max(1, word.utf8.count / 3) else {
    return nil
  }
  return candidate
}

/// How many letters were typed wrong, left out, too many, or in each other's place.
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var above: [Int] = []
  var row = Array(0...right.count)
  for i in left.indices {
    var next = [i + 1]
    for j in right.indices {
      let isSame = left[i] == right[j]
      var best = min(row[j + 1] + 1, next[j] + 1, row[j] + (isSame ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        best = min(best, above[j - 1] + 1)
      }
      next.append(best)
    }
    (above, row) = (row, next)
  }
  return row[right.count]
}

extension ParseError.Reason {
  var words: String {
    switch self {
    case .forbiddenByte:
      "a byte that never stands here (tab, CR, NUL, BOM, trailing space, non-ASCII)"
    case .carriageReturn: "the line ends in CR LF, which git or an editor has made of LF"
    case .conflictMarker: "git's conflict marker"
    case .noLineFeed: "the last line has no line feed; the file may be cut off"
    case .header: "this is not the header that the file begins with"
    case .newerVersion: "made by a newer version of secrets"
    case .otherHeader: "another header than the first line's"
    case .unknownRecord: "no record of this kind stands in this file"
    case .field(let name): "`\(name)` is missing or is not what stands there"
    case .surplusField: "more than the record has"
    case .longLine: "a line of more than 2 MiB"
    case .tooLarge: "the file is larger than the format allows"
    case .tooManyLines: "more than 100,000 lines"
    }
  }
}

extension PayloadError {
  var words: String {
    switch self {
    case .cutShort, .unknownKind: "it is no payload"
    case .noteTooLong: "its comment has more than 64 KiB"
    case .valueTooLong: "it has more than 1 MiB"
    case .noteIsNotText: "its comment is not UTF-8"
    case .valueIsNotText: "it is not UTF-8, or has a NUL"
    case .notReference: "it is no URI"
    case .removalNotEmpty: "a removal has no value"
    }
  }

  func hint(_ name: String) -> String {
    switch self {
    case .valueIsNotText: "keep it as a file: secrets set \(name) --file PATH"
    case .valueTooLong: "keep large files elsewhere, and seal the key to them"
    default: "secrets edit"
    }
  }
}

extension Refusal {
  static func badEnvironmentName(_ name: String) -> Refusal {
    Refusal(
      "`\(name)` cannot name an environment",
      hint:
        "use a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit, not ending in .local",
      .usage)
  }
}

extension TemplateError {
  /// Why it does not expand.
  var words: String {
    switch self {
    case .missing(let template, let name):
      "`\(template)` uses `${\(name)}`, and there is no such secret in its role"
    case .closed(let template, let name):
      "`\(template)` uses `${\(name)}`, which cannot be opened"
    case .file(let template, let name): "`\(template)` uses `${\(name)}`, which is a file"
    case .cycle(let template): "`\(template)` uses itself"
    case .tooDeep(let template): "`\(template)` is more than 16 templates deep"
    case .tooLong(let template): "`\(template)` becomes longer than 1 MiB"
    }
  }
}
