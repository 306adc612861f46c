// Taking a right away, and with it the key that it gave.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets revoke NAME ENV[/ROLE]`: ends a grant, or all whose time is over.
struct RevokeCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Take a grant away, and replace the key that it gave.",
    discussion: """
      The role gets a new key and its values are sealed again. What the member has read they still \
      know: these values are listed, and shown as exposed until each is rotated.

          $ secrets revoke bob production/billing
          $ secrets revoke --expired
      """)

  @Argument(help: "The member.", completion: .members)
  var name: String?

  @Argument(
    help: ArgumentHelp("The environment, or one role of it.", valueName: "env[/role]"),
    completion: .environments)
  var target: String?

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Take away every grant whose time is over.")
  var expired = false

  @Option(help: ArgumentHelp("Why; it stands in the signed line.", valueName: "text"))
  var reason: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run(in context: Context) throws {
    guard reason.map(Text.isReason) ?? true else { throw Refusal.badReason }
    let session = try global.session(in: context)
    let ending: Ending
    if expired {
      guard name == nil, target == nil else { throw Refusal.expiredTakesNoName }
      ending = try endExpired(session)
    } else {
      guard let name, let target else { throw Refusal.revokeNeedsTarget }
      ending = try end(RoleAddress(target).key(of: name), session)
    }
    let console = session.console
    if json {
      console.tellOfRest(ending, isDone: true)
      try console.print(.object(ending.json))
    } else {
      try console.tell(ending)
    }
    if ending.grants.isEmpty {
      console.note("no grant's time is over")
    } else {
      console.hint(session.commitHint)
    }
  }

  private func end(_ key: GrantKey, _ session: Session) throws -> Ending {
    try session.change(.named([key.environment])) { change in
      let reading = change.project.reading
      guard reading.team.members[key.member]?.state == .current else {
        throw Refusal.noMember(key.member, in: reading.team)
      }
      guard case .live = reading.team.environments[key.environment] else {
        throw Refusal.noEnvironment(key.environment, in: reading.team)
      }
      guard
        reading.grants.contains(where: { $0.key == key && !$0.isRemoved })
          || reading.team.disputedGrants.contains(key) || reading.team.isForged(key)
      else {
        throw Refusal.noGrantToEnd(key, in: reading)
      }
      let ending = try change.end([key], reason: reason)
      let isCurrent = ending.grants.contains(where: \.isCurrent)
      if isCurrent, let role = ending.roles.first(where: \.isStranded) {
        throw Refusal.wouldStrand(role)
      }
      return ending
    }.result
  }

  /// What `resolve` does of its own accord, with nothing else that may wait.
  private func endExpired(_ session: Session) throws -> Ending {
    try session.requireAdmin(in: session.open(.all))
    return try session.change(.all) { change in
      let work = OpenWork(change.project, for: change.author, in: WorkScope())
      return work.ended.isEmpty ? Ending() : try change.end(work.ended, reason: reason)
    }.result
  }
}
