// `secrets trust`: a person says that this project is the one they mean.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets trust`.
struct TrustCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust",
    abstract: "Confirm the project of a new clone, before anything of it is opened.",
    discussion: """
      Compare the root's fingerprint with what a colleague reads out:

          $ secrets trust

      What that colleague types, and what CI is given:

          $ secrets trust --show
      """)

  @Argument(
    help: ArgumentHelp(
      "Trust just this project, without a question; it must be the one that is here.",
      valueName: "project"))
  var project: String?

  @Flag(help: "Print what to read out, and the line for CI.")
  var show = false

  @Flag(help: "Forget that the project was confirmed.")
  var forget = false

  @Flag(help: "With --show, print JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard [project != nil, show, forget].filter({ $0 }).count <= 1 else {
      throw ValidationError("give one of PROJECT, --show and --forget")
    }
    guard show || !json else { throw ValidationError("--json goes with --show") }
  }

  func run(in context: Context) throws {
    let session = try global.session(in: context)
    if forget { return try forget(session) }
    if show { return try show(try session.open(.named([])), session.console) }

    let opened = try OpenProject(session.project, .named([]), in: context)
    try session.requireSoundTeam(opened)
    let team = opened.reading.team
    let id = team.file.project
    let known = try opened.memory.trustedProject()
    if let known, known != id { throw Refusal.projectReplaced(id, known: known) }
    if let project {
      guard let wanted = TrustText(project) else { throw Refusal.badProject(project) }
      guard wanted.isMet(by: team) else { throw Refusal.otherProject(id, wanted: wanted.project) }
      guard try session.keepTrust(in: opened) else { throw Refusal.trustNotKept(team) }
    } else if known == id {
      // Another clone of the same place still lacks the diff.
      _ = try session.keepTrust(in: opened)
      session.console.note("project \(id.text) is trusted already")
      return
    } else {
      try session.askForTrust(opened)
    }
    session.console.note("project \(id.text) is trusted")
  }

  private func forget(_ session: Session) throws {
    let memory = ProjectMemory(of: session.project)
    let wasKnown = try memory.trustedProject()
    guard try memory.forgetTrust(), let wasKnown else {
      session.console.note("no project was trusted here")
      return
    }
    session.console.note("project \(wasKnown.text) is not trusted here any more")
  }

  private func show(_ opened: OpenProject, _ console: Console) throws {
    let team = opened.reading.team
    guard let root = team.roots.last else { throw Refusal(team: team) }
    let trust = TrustText.text(of: team)
    if json {
      return try console.print(
        .object([
          ("project", .string(team.file.project.text)), ("root", .string(root.name)),
          ("public_key", .string(root.key.line())), ("fingerprint", .string(root.key.fingerprint)),
          ("spoken", .string(root.key.speakable)), ("trust", .string(trust)),
        ]))
    }
    try console.print("project      \(team.file.project.text)")
    try console.print("root         \(root.name)")
    try console.print("fingerprint  \(root.key.fingerprint)")
    try console.print("spoken       \(root.key.speakable)")
    try console.print("SECRETS_TRUST=\(trust)")
  }
}
