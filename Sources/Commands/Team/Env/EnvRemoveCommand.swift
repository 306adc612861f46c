// The signed end of an environment, and of its file.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets env remove NAME`: takes an environment, its file and its grants away.
struct EnvRemoveCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove an environment.",
    discussion: """
      Its file goes, and its grants end, so that nobody has one if the name is used again. What \
      was committed stays in git's history, readable by those who could read it.

          $ secrets env remove preview
          $ secrets env remove preview --yes
      """)

  @Argument(help: "The environment.", completion: .environments)
  var name: String

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Do not ask.")
  var yes = false

  func run(in context: Context) throws {
    let session = try global.session(in: context)
    try confirm(in: session)
    try session.change(.named([name])) { change in
      let reading = change.project.reading
      switch reading.team.environments[name] {
      case nil, .removed: throw Refusal.noEnvironment(name, in: reading.team)
      case .live, .refused: break
      }
      try change.removeEnvironment(name)
    }
    session.console.note("removed \(name) and its grants")
    session.console.hint(session.commitHint)
  }

  private func confirm(in session: Session) throws {
    let opened = try session.open(.named([name]))
    let team = opened.reading.team
    switch team.environments[name] {
    case nil, .removed: throw Refusal.noEnvironment(name, in: team)
    case .live, .refused: break
    }
    // Who may not do it is not asked whether to.
    try session.requireAdmin(in: opened)
    if yes { return }
    guard let prompt = try? Prompt() else { throw Refusal.removeNeedsYes(name) }
    let count = opened.reading.environments[name]?.entries.count { !$0.isRemoved } ?? 0
    guard try prompt.confirm("Remove \(name) and its \(counted(count, "secret"))?") else {
      throw Refusal.declined("\(name) stays")
    }
  }
}
