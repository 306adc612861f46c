// `secrets join`: the second person's first command. It gives no right: an admin does, who has
// compared the fingerprint.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets join`.
struct JoinCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "join",
    abstract: "Ask to become a member.",
    discussion: """
      It confirms the project, finds or makes your key, and writes a line that you signed:

          $ secrets join

      With another name, for a second device, and why:

          $ secrets join bob.laptop --reason "new laptop"

      Commit the line, or send the command that is printed to an admin.
      """)

  @Argument(
    help: ArgumentHelp(
      "What you are called in this project; else from git's user.name, else $USER.",
      valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("Why, for the admin to read.", valueName: "text"))
  var reason: String?

  @OptionGroup var key: KeyOptions
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    if let reason, !Text.isReason(reason) { throw Refusal.badReason }
    let session = try global.session(in: context)
    let console = session.console
    let opened = try session.open(.named([]))
    let team = opened.reading.team
    let label = try MemberLabel.chosen(
      name, in: session.project.directory, context: context, flag: "secrets join NAME")
    // Before a key is made in vain.
    let present = IdentityStore(
      path: global.identity, in: context, arena: session.arena, asking: false,
      isMember: { _ in true })
    let own = present.list().first(where: \.isUsed)?.publicKey
    if let member = team.currentMember(with: own) { throw Refusal.memberAlready(member) }
    try requireFree(label, for: own, in: team)
    let identity = try key.identity(
      path: global.identity, takesSSHKey: true, in: context, console: console,
      arena: session.arena)
    let key = identity.publicKey
    if let member = team.currentMember(with: key) { throw Refusal.memberAlready(member) }
    try requireFree(label, for: key, in: team)

    if !team.joins.contains(where: { $0.name == label && $0.key == key }) {
      let author = Author(
        name: label, identity: identity, now: context.now, arena: session.arena)
      try session.change(.named([]), as: author) { change in
        try requireFree(label, for: key, in: change.project.reading.team)
        try change.team { $0.join(label, reason: reason) }
      }
    }
    console.note("you ask to join as `\(label)`")
    console.tell(key)
    let start = global.directory.map { "git -C \(shellWord($0))" } ?? "git"
    let file = ":/\(session.project.pathInRepository)/\(Project.teamFile)"
    let rootName = team.root ?? "the root"
    if session.project.repository != nil {
      console.note(
        "commit it: \(start) add \(shellWord(file)) && \(start) commit -m 'Ask to join as \(label)'"
      )
      console.note("or send this to \(rootName) or an admin, and read the fingerprint out:")
    } else {
      console.note("send this to \(rootName) or an admin, and read the fingerprint out:")
    }
    try console.print("secrets team add \(label) '\(key.line())'")
  }

  /// Refuses a name that is, or was, somebody's, or that another key has asked for.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - key: whose own request does not count; nil while there is none yet.
  ///   - team: the team.
  /// - Throws: `Refusal`.
  private func requireFree(_ name: String, for key: PublicKey?, in team: Team) throws {
    let waiting = team.joins.filter { $0.key != key }.map(\.name)
    func isTaken(_ name: String) -> Bool {
      waiting.contains(name) || (team.members[name].map { $0.state != .noRight } ?? false)
    }
    guard isTaken(name) else { return }
    let person = person(of: name)
    let free = (2...).lazy.map { "\(person).\($0)" }.first { !isTaken($0) }
    throw Refusal.nameTaken(
      name, wasRemoved: team.members[name]?.state == .removed, isWaiting: waiting.contains(name),
      instead: free ?? "\(person).2")
  }
}

extension Team {
  /// The current member that has a key.
  func currentMember(with key: PublicKey?) -> String? {
    key.flatMap { currentNames(of: $0).first }
  }
}
