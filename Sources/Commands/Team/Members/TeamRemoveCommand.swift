// Taking somebody out, for ever: their grants, their office, and every key that they hold.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets team remove NAME`: removes a member, in all environments in one step.
struct TeamRemoveCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove a member, and lock every key that they hold out.",
    discussion: """
      In one step over all files: the signed removal, a new key for each role that they could \
      read, and everything in it sealed again. What they have read they still know: these values \
      are listed, and shown as exposed until each is rotated. A removed name is never used again.

          $ secrets team remove bob --dry-run
          $ secrets team remove bob
      """)

  @Argument(help: "The member.", completion: .members)
  var name: String

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Only say what would be done.")
  var dryRun = false

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(help: "Print JSON.")
  var json = false

  func run(in context: Context) throws {
    let session = try global.session(in: context)
    let opened = try session.open(.all)
    let author = try session.author(in: opened)
    let member = try removable(opened.reading.team, by: author.name)
    let aftermath = Aftermath(of: member, in: opened.reading.team)
    if dryRun || !yes {
      let ending = try opened.rehearsing(by: author) { try $0.remove(name) }
      if dryRun { return try show(ending, aftermath, session.console) }
      try confirm(member, ending, aftermath, session)
    }
    let (ending, _) = try session.change(.all, as: author) { change in
      _ = try removable(change.project.reading.team, by: author.name)
      return try change.remove(name)
    }
    try tell(member, ending, aftermath, session)
  }

  /// The member, where the author may remove them.
  private func removable(_ team: Team, by author: String) throws -> Member {
    guard let member = team.members[name], member.isRemovable else {
      throw Refusal.noMember(name, in: team)
    }
    if name == team.root { throw WriteError.isRootOrAdmin(name) }
    let isAdmin = team.admins.contains(author)
    guard author == team.root || isAdmin && !team.admins.contains(name) else {
      throw Refusal.mayNotRemove(name, in: team)
    }
    return member
  }

  private func confirm(
    _ member: Member, _ ending: Ending, _ aftermath: Aftermath, _ session: Session
  ) throws {
    guard session.mayAsk, let prompt = try? Prompt() else {
      throw Refusal.removeNeedsYes(member: name)
    }
    let console = session.console
    console.note("to remove \(member.words) is to")
    for words in ending.words(isDone: false) { console.note("  \(words)") }
    for words in ending.exposedWords { console.note(words) }
    console.tellOfRest(ending, isDone: false)
    for words in aftermath.words { console.note(words) }
    let loss =
      ending.lost == 0
      ? "" : ", and lose \(counted(ending.lost, "value")) that nobody else can open"
    guard try prompt.confirm("Remove \(name) for ever\(loss)?") else {
      throw Refusal.declined("\(name) stays")
    }
  }

  private func show(_ ending: Ending, _ aftermath: Aftermath, _ console: Console) throws {
    if json { return try console.print(object(ending, aftermath)) }
    for words in ending.words(isDone: false) { try console.print(words) }
    try console.print(exposedBy: ending)
    console.tellOfRest(ending, isDone: false)
    for words in aftermath.words { console.note(words) }
  }

  private func tell(
    _ member: Member, _ ending: Ending, _ aftermath: Aftermath, _ session: Session
  ) throws {
    let console = session.console
    console.note("removed \(member.words)")
    if json {
      try console.print(object(ending, aftermath))
      console.tellOfRest(ending, isDone: !dryRun)
    } else {
      try console.tell(ending)
    }
    for words in aftermath.words { console.note(words) }
    console.hint("\(session.commitHint), and push")
  }

  private func object(_ ending: Ending, _ aftermath: Aftermath) -> JSON {
    .object(
      [("name", .string(name)), ("removed", .bool(!dryRun))] + ending.json + [
        ("machines", .array(aftermath.machines.map { .string($0) })),
        ("same_person", .array(aftermath.samePerson.map { .string($0) })),
      ])
  }
}

/// What a removal does not do, and somebody must.
private struct Aftermath {
  let name: String
  /// Machines that they added, and whose strings they may have kept.
  let machines: [String]
  /// Members that are the same person's.
  let samePerson: [String]

  init(of member: Member, in team: Team) {
    let name = member.name
    self.name = name
    let others = team.members.values.filter { $0.state == .current && $0.name != name }
    machines = others.filter { $0.kind == .machine && $0.addedBy == name }.map(\.name).sorted()
    samePerson =
      member.kind == .machine
      ? []
      : others.filter { $0.kind != .machine && person(of: $0.name) == person(of: name) }
        .map(\.name).sorted()
  }

  var words: [String] {
    var words: [String] = []
    if !machines.isEmpty {
      words.append(
        "\(name) added \(listed(machines)) and may have kept the string: add such a machine anew, "
          + "and remove the old one")
    }
    if !samePerson.isEmpty {
      let verb = samePerson.count == 1 ? "stays a member" : "stay members"
      words.append("\(listed(samePerson)), of the same person, \(verb)")
    }
    words.append("access to the repository and its forge is taken away there, not here")
    return words
  }
}

extension Member {
  /// `the person bob`.
  fileprivate var words: String { "the \(kind?.rawValue ?? "person") \(name)" }
}
