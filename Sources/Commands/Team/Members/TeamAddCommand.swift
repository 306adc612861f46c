// Letting somebody in: a person whose key was compared, or a machine with a new one.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets team add NAME`: makes a key a member, with grants.
struct TeamAddCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a person or a machine.",
    discussion: """
      The key is given as text or file (`-` is standard input), as a forge's USER.keys, or taken \
      from the line by which they asked to join; that one is shown, and confirmed.

          $ secrets team add bob --grant development
          $ secrets team add ci --machine --new-key | gh secret set SECRETS_IDENTITY
      """)

  @Argument(help: "The new member's name, such as bob or bob.laptop.")
  var name: String

  @Argument(
    help: ArgumentHelp("A key `ssh-ed25519 …`, a file with one, or `-`.", valueName: "key"),
    completion: .file())
  var key: [String] = []

  @OptionGroup var global: GlobalOptions

  @Flag(help: "It is a machine, such as a CI job.")
  var machine = false

  @Flag(help: "Make the machine's key, and print its one string to standard output.")
  var newKey = false

  @Flag(help: "Print the string even to a terminal.")
  var show = false

  @Flag(help: "Make them an admin, who may let others in. Only the root can.")
  var admin = false

  @Option(
    help: ArgumentHelp("What they may open, separated by commas.", valueName: "env[/role]"),
    completion: .environments)
  var grant: [String] = []

  @Flag(help: "Grant to read only, as machines are.")
  var read = false

  @Flag(help: "Grant to read and write, as persons are.")
  var write = false

  @Flag(help: "Do not ask.")
  var yes = false

  func run(in context: Context) throws {
    guard Text.isLabel(name) else { throw Refusal.badMemberName(name) }
    guard !(read && write) else { throw Refusal.readAndWrite }
    let addresses = try RoleAddress.list(grant)
    if newKey {
      guard machine else { throw Refusal.newKeyNeedsMachine }
      guard key.isEmpty else { throw Refusal.newKeyAndKey }
      guard show || !context.terminals.output else { throw Refusal.keyOnTerminal(name) }
    } else if show {
      throw Refusal.showNeedsNewKey
    }
    let given = key.isEmpty ? nil : try NewKey.given(key, from: context.workingDirectory)
    let session = try global.session(in: context)
    let scope = OpenProject.Scope.named(addresses.map(\.environment))
    let opened = try session.open(scope)
    try session.requireAdmin(in: opened)
    try refuseKnown(opened.reading.team, addresses)

    if newKey {
      let identity = Identity.generate(in: session.arena)
      try add(identity.publicKey, addresses, scope, session) { team in
        try print(identity, team, session)
      }
      return
    }
    let new = try given ?? NewKey.joining(name, isMachine: machine, in: opened.reading.team)
    try confirm(new, opened.reading.team, session)
    try add(new.key, addresses, scope, session) { _ in }
  }

  private func refuseKnown(_ team: Team, _ addresses: [RoleAddress]) throws {
    switch team.members[name]?.state {
    case .current: throw Refusal.alreadyMember(name)
    case .removed: throw Refusal.noMember(name, in: team)
    default: break
    }
    for address in addresses {
      guard case .live = team.environments[address.environment] else {
        throw Refusal.noEnvironment(address.environment, in: team)
      }
    }
  }

  /// Shows the key; asks where it came with the repository.
  private func confirm(_ new: NewKey, _ team: Team, _ session: Session) throws {
    session.console.tell(new.key)
    let removed = team.members.values.filter { $0.state == .removed && $0.key == new.key }
    for member in removed.sorted(by: { $0.name < $1.name }) {
      session.console.warn("this is the key of `\(member.name)`, who was removed")
    }
    guard new.isFromJoin, !yes else { return }
    guard let prompt = try? Prompt() else { throw Refusal.needsYes(name) }
    guard try prompt.confirm("Is this \(name)'s key? Add it?") else {
      throw Refusal.declined("\(name) was not added")
    }
  }

  /// Adds the member; `last` is done when all is ready, and stops everything where it fails.
  private func add(
    _ key: PublicKey, _ addresses: [RoleAddress], _ scope: OpenProject.Scope, _ session: Session,
    _ last: (Team) throws -> Void
  ) throws {
    let access: Access = read ? .read : write || !machine ? .write : .read
    let (outcomes, project) = try session.change(scope) { change in
      try refuseKnown(change.project.reading.team, addresses)
      try change.team { draft in
        try draft.addMember(name, key: key, kind: machine ? .machine : .person)
        for address in addresses { try draft.grant(address.key(of: name), access: access) }
      }
      if admin { try change.team { try $0.appoint(name) } }
      let outcomes = try change.handOver(addresses, to: [name])
      try last(change.project.reading.team)
      return outcomes
    }
    let kind = machine ? "machine" : "person"
    let rights = addresses.isEmpty ? "" : ", who may \(access.rawValue) "
    session.console.note(
      "added the \(kind) \(name)\(rights)\(listed(addresses.map(\.text)))"
        + (admin ? "; an admin" : ""))
    session.console.tell(outcomes)
    session.console.warn(
      of: project.reading.closedBases(to: name, under: addresses.map(\.environment)))
    session.console.hint(session.commitHint)
  }

  /// Prints a machine's string, under the lock and before anything is written: a key that nobody
  /// has received is not added.
  private func print(_ identity: Identity, _ team: Team, _ session: Session) throws {
    let trust = team.roots.last.map {
      ProjectTrust(project: team.file.project, rootKey: $0.key)
    }
    let text = IdentityString.render(identity, trust: trust, in: session.arena)
    let line = session.arena.allocate(text.count + 1)
    line.withMutableBytes { target in
      text.withBytes { bytes in bytes.withUnsafeBytes { target.copyMemory(from: $0) } }
      target[text.count] = UInt8(ascii: "\n")
    }
    do throws(ConsoleError) {
      try session.console.write(line)
    } catch {
      throw Refusal.keyNotPrinted(name, error)
    }
  }
}
