// format.md §5 for one environment: its sealed file judged against the team, and opened with a
// reader's key as far as that reaches.

internal import Sealing

/// A sealed file, judged at the team's time.
public struct Environment {
  /// The environment's name.
  public let name: String
  /// The file that was read.
  public let file: SealedFile
  /// The team that it was judged against.
  public internal(set) var team: Team
  /// What is wrong, or worth saying, without opening anything.
  public private(set) var findings: [Finding]

  private(set) var roles: [String: RoleEpochs]
  private(set) var values: Values
  /// Nothing in the file may be used.
  public let isStopped: Bool

  /// Judges a file.
  ///
  /// - Parameters:
  ///   - file: the sealed file.
  ///   - name: the environment's name, from the file's name.
  ///   - team: the team, judged.
  ///   - isKnown: whether all signatures were found good before, for these very bytes.
  ///   - replacedElsewhere: epochs that this machine remembers as replaced (§6).
  public init(
    _ file: SealedFile, name: String, team: Team, isKnown: Bool = false,
    replacedElsewhere: Set<Epoch> = []
  ) {
    self.name = name
    self.file = file
    self.team = team
    var findings = Findings()
    var isStopped = team.isStopped
    if !isStopped {
      if file.project != team.file.project || file.environment != name {
        findings.error(.forged, .environment(name), file.name, 1, .otherProject)
        isStopped = true
      } else {
        switch team.environments[name] {
        case .live: break
        case .refused(let kind):
          findings.error(kind, .environment(name), file.name, 1, .restsOn(.environment(name)))
          isStopped = true
        case .removed:
          findings.error(.noRight, .environment(name), file.name, 1, .removedEnvironment)
          isStopped = true
        case nil:
          findings.error(.noRight, .environment(name), file.name, 1, .noEnvironment)
          isStopped = true
        }
      }
    }
    self.isStopped = isStopped
    guard !isStopped else {
      self.findings = findings.list
      roles = [:]
      values = Values(none: file, team: team)
      return
    }
    var roles = RoleJudgement(
      file, team: team, isKnown: isKnown, replacedElsewhere: replacedElsewhere)
    values = Values(
      file, team: team, roles: roles.roles, isKnown: isKnown, findings: &roles.findings)
    roles.warnOfRecords(values)
    self.roles = roles.roles
    self.findings = roles.findings.list
  }

  /// Whether no signature in team.keys or the file is at fault.
  public var isSoundlySigned: Bool {
    !isStopped && team.isSoundlySigned && !findings.contains { $0.kind == .forged }
  }

  /// Takes what memory has against the file: the things are refused.
  mutating func add(_ more: [Finding]) {
    findings += more
    for finding in more where finding.isError {
      switch finding.thing {
      case .role(let role): roles[role]?.refused = finding.kind
      case .secret(let role, let name): values.refuse(role: role, name: name, finding.kind)
      default: break
      }
    }
  }

  /// Refuses what rests on a grant that memory has another record of: its member's values.
  mutating func refuseWhatRests(on grant: GrantKey) {
    guard !isStopped else { return }
    for secret in values.secrets where file.labels[Int(secret.role)] == grant.role {
      let records = values.liveRecords(secret).map { file.secrets[$0] }
      guard records.contains(where: { file.labels[Int($0.signer)] == grant.member }) else {
        continue
      }
      let name = file.string(secret.name)
      values.refuse(role: grant.role, name: name, .rollback)
      findings.append(
        Finding(
          kind: .rollback, isError: true, thing: .secret(role: grant.role, name: name),
          file: file.name, line: nil, reason: .restsOn(.grant(grant))))
    }
  }

  /// The state of a secret; nil where the file has none of the name.
  func secret(role: String, name: String) -> SecretState? {
    values.index(role: role, name: name).map { values.secrets[$0] }
  }

  /// The grants for this environment, by role and member.
  public var grants: [Grant] {
    roles.values.flatMap { role in
      role.grants.map { member, grant in
        Grant(
          key: GrantKey(member: member, environment: name, role: role.role),
          access: grant.access, until: grant.until, isRemoved: grant.isRemoved,
          isCurrent: grant.isCurrent, ids: grant.ids.map(\.text))
      }
    }.filter { !$0.ids.isEmpty }.sorted {
      ($0.key.member, $0.key.role) < ($1.key.member, $1.key.role)
    }
  }

  /// Roles in which nothing may be sealed, for a forged `grant` or `request` line (§5.7).
  public var rolesWithoutSealing: Set<String> {
    Set(
      team.grants.values.filter { $0.key.environment == name && ($0.isForged || $0.isCircle) }
        .map(\.key.role))
  }
}

/// What a member may do in a role.
public struct Grant: Equatable, Sendable {
  /// Who, where, which part.
  public let key: GrantKey
  /// To read, or to read and write.
  public let access: Access
  /// Until when, Unix seconds, or `Timestamp.never`.
  public let until: Int64
  /// Whether it was taken away.
  public let isRemoved: Bool
  /// Whether it gives what it says now.
  public let isCurrent: Bool
  /// The ids of the live records.
  public let ids: [String]
}
