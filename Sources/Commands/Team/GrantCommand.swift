// Giving a member the right to a role, and its key where the granter holds it.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets grant NAME ENV[/ROLE]`: what a member may open, or may open from now on.
struct GrantCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant",
    abstract: "Let a member open an environment or one of its roles.",
    discussion: """
      Persons may write unless --read, machines read unless --write; a grant that is there is \
      replaced. With --for it ends by itself: from then on nobody's tool uses it, and \
      `secrets revoke --expired` of an admin takes it away.

          $ secrets grant bob production/billing --read
          $ secrets grant bob production --for 2h --reason "incident 42"
      """)

  @Argument(help: "The member.", completion: .members)
  var name: String

  @Argument(
    help: ArgumentHelp("The environment, or one role of it.", valueName: "env[/role]"),
    completion: .environments)
  var target: String

  @OptionGroup var global: GlobalOptions

  @Flag(help: "To read only.")
  var read = false

  @Flag(help: "To read and write.")
  var write = false

  @Option(
    name: .customLong("for"), help: ArgumentHelp("For how long.", valueName: "2h"),
    transform: TimeSpan.typed)
  var span: TimeSpan?

  @Option(help: ArgumentHelp("Why; it stands in the signed line.", valueName: "text"))
  var reason: String?

  func run(in context: Context) throws {
    guard !(read && write) else { throw Refusal.readAndWrite }
    let address = try RoleAddress(target)
    let until = try end(from: context.now)
    guard reason.map(Text.isReason) ?? true else { throw Refusal.badReason }
    let session = try global.session(in: context)
    let (result, _) = try session.change(.named([address.environment])) { change in
      let reading = change.project.reading
      let team = reading.team
      guard let member = team.members[name], member.state == .current else {
        throw Refusal.noMember(name, in: team)
      }
      guard case .live = team.environments[address.environment] else {
        throw Refusal.noEnvironment(address.environment, in: team)
      }
      let access: Access = read ? .read : write || member.kind != .machine ? .write : .read
      let key = address.key(of: name)
      let before = reading.grants.first { $0.key == key && $0.isCurrent }
      let isRequested = team.requests.contains { $0.key == key }
      let isSame =
        before?.access == access && before?.until == until && before?.ids.count == 1
        && !isRequested && reason == nil && !team.grantsTakenAwayInVain.contains(key)
      let isNewRole = !reading.grants.contains {
        $0.key.environment == address.environment && $0.key.role == address.role
      }
      if !isSame {
        // What they wrote while they might stays: the author's word stands for it.
        if before?.access == .write, access == .read { try change.countersign(name, address) }
        try change.team {
          try $0.grant(key, access: access, until: until, reason: reason)
        }
      }
      let roles = Set(
        reading.grants.filter { $0.key.environment == address.environment }.map(\.key.role))
      return Result(
        access: access, isSame: isSame, isNewRole: isNewRole,
        near: isNewRole ? nearest(address.role, among: roles.sorted()) : nil,
        revoked: isSame ? [] : team.revocationsElsewhere(key),
        outcomes: try change.handOver([address], to: [name]),
        closed: change.project.reading.closedBases(to: name, under: [address.environment]))
    }
    tell(result, address, until, session)
  }

  private struct Result {
    let access: Access
    let isSame: Bool
    let isNewRole: Bool
    let near: String?
    let revoked: [Authorship]
    let outcomes: [HandOver]
    let closed: [ClosedBase]
  }

  private func end(from now: Int64) throws -> Int64 {
    guard let span else { return Timestamp.never }
    let end = now + Int64(span.seconds)
    guard end <= Timestamp.last else { throw Refusal.endsTooLate(span.text) }
    return end
  }

  private func tell(_ result: Result, _ address: RoleAddress, _ until: Int64, _ session: Session) {
    let console = session.console
    if result.isSame {
      console.note("\(name) may \(result.access.rawValue) \(address.text) already")
    } else {
      let time = until == Timestamp.never ? "" : " until \(Timestamp.text(until))"
      console.note("\(name) may \(result.access.rawValue) \(address.text)\(time)")
    }
    if result.isNewRole {
      let near = result.near.map { "; if `\($0)` was meant, grant that" } ?? ""
      console.note("the role `\(address.role)` of \(address.environment) is new\(near)")
    }
    for revocation in result.revoked {
      console.warn(
        .revokedElsewhere(revocation, address.key(of: name)))
    }
    console.tell(result.outcomes)
    console.warn(of: result.closed)
    let isChanged = !result.isSame || result.outcomes.contains { $0.summary != nil }
    if isChanged { console.hint(session.commitHint) }
  }
}
