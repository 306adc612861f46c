// A new environment, with its first role and whoever makes it as its reader.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets env new NAME`: makes an environment, its file and its first key.
struct EnvNewCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make an environment.",
    discussion: """
      Whoever makes it may write its role `default`; others are let in by `grant`.

          $ secrets env new staging --extends development
          $ secrets env new eu-production --protected --like production
      """)

  @Argument(help: "The name, such as staging.")
  var name: String

  @OptionGroup var global: GlobalOptions

  @Flag(help: "A person confirms each use of its values.")
  var protected = false

  @Option(
    help: ArgumentHelp("The environment whose values lie under its own.", valueName: "env"),
    completion: .environments)
  var extends: String?

  @Option(
    help: ArgumentHelp(
      "Show which names of this environment are still to be set; no value is copied.",
      valueName: "env"))
  var like: String?

  func run(in context: Context) throws {
    guard Text.isEnvironment(name) else { throw Refusal.badEnvironmentName(name) }
    guard extends != name else { throw Refusal.extendsItself(name) }
    let session = try global.session(in: context)
    let scope = OpenProject.Scope.named([name] + [extends, like].compactMap { $0 })
    let (former, project) = try session.change(scope) { change in
      let reading = change.project.reading
      let team = reading.team
      switch team.environments[name] {
      case .live: throw Refusal.environmentExists(name)
      case .refused(let kind): throw Refusal.environmentRefused(name, kind)
      case nil, .removed: break
      }
      for base in [extends, like].compactMap({ $0 }) {
        guard case .live = team.environments[base] else {
          throw Refusal.noEnvironment(base, in: team)
        }
      }
      // A file that someone has left there would come into use, with whatever it says.
      guard change.project.files[SealedFile.name(of: name)] == nil else {
        throw Refusal.strayFile(of: name, in: session.project)
      }
      let founder = change.author.name
      try change.team { draft in
        try draft.setEnvironment(name, isProtected: protected, extends: extends)
        try draft.grant(
          GrantKey(member: founder, environment: name, role: "default"), access: .write)
      }
      try change.environment(name) { try $0.prepare("default") }
      return change.project.reading.grants.filter {
        $0.key.environment == name && $0.isCurrent && $0.key.member != founder
      }
    }
    session.console.note("made \(name), which you may write")
    for grant in former {
      session.console.warn(
        "\(grant.key.member) may \(grant.access.rawValue) it again, by a grant of before",
        hint: "see all: secrets team list")
    }
    if let like { try tellNames(like, project.reading, session) }
    session.console.hint(session.commitHint)
  }

  /// Tells the names of another environment that have no value here, nor in what this one extends.
  private func tellNames(_ other: String, _ reading: Reading, _ session: Session) throws {
    var provided: Set<[String]> = []
    var base = extends
    while let current = base {
      for entry in reading.environments[current]?.entries ?? [] where !entry.isRemoved {
        provided.insert([entry.role, entry.name])
      }
      guard case .live(_, let next) = reading.team.environments[current] else { break }
      base = next
    }
    let missing = (reading.environments[other]?.entries ?? []).filter {
      !$0.isRemoved && !provided.contains([$0.role, $0.name])
    }
    guard !missing.isEmpty else { return }
    session.console.note("\(counted(missing.count, "name")) of \(other) still to be set:")
    for entry in missing {
      let address = RoleAddress(environment: name, role: entry.role)
      try session.console.print(address.setting(entry.name))
    }
  }
}
