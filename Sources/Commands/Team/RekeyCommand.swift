// A role's key replaced though nobody leaves: by habit, or since the old one may have leaked.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets rekey ENV[/ROLE]`: a new key for a role, and all of it sealed again.
struct RekeyCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "rekey",
    abstract: "Replace a role's key without removing anyone.",
    discussion: """
      Whoever may read goes on reading. --leaked says that the old key may be known to others: \
      every value that was sealed under it is listed, and shown as exposed until it is rotated. A \
      person's or machine's own key that leaked is replaced by removing that member.

          $ secrets rekey production
          $ secrets rekey production/billing --leaked
      """)

  @Argument(
    help: ArgumentHelp("The environment, or one role of it.", valueName: "env[/role]"),
    completion: .environments)
  var target: String

  @OptionGroup var global: GlobalOptions

  @Flag(help: "The old key may be known to someone who must not have it.")
  var leaked = false

  @Flag(help: "Print JSON.")
  var json = false

  func run(in context: Context) throws {
    let address = try RoleAddress(target)
    let session = try global.session(in: context)
    let (ending, _) = try session.change(.named([address.environment])) { change in
      try session.requireEnvironment(address.environment, in: change.project)
      let environment = try session.environment(address.environment, in: change.project)
      try session.requireRole(address.role, in: environment)
      guard environment.hasKeyToReplace(of: address.role) else {
        throw Refusal.noKeyToReplace(address)
      }
      return try change.rekey(address, isLeaked: leaked)
    }
    if json {
      try session.console.print(.object(ending.json))
    } else {
      try session.console.tell(ending)
    }
    session.console.hint(session.commitHint)
  }
}

extension ProjectChange {
  /// Gives a role a new key.
  fileprivate mutating func rekey(_ address: RoleAddress, isLeaked: Bool) throws -> Ending {
    var ending = Ending()
    let summary = try environment(address.environment) { draft in
      try draft.prepare(address.role, isRekeyed: true, isLeaked: isLeaked)
      return draft.summary
    }
    ending.roles = [EndedRole(address: address, summary: summary)]
    if isLeaked { ending.exposed = exposed(to: ["*"]).filter { $0.address == address } }
    return ending
  }
}
