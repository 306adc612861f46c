// `secrets init`: a repository becomes a project, in one step and once.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets init`.
struct InitCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make this repository a project.",
    discussion: """
      You become its root, with the environments development and production, the second of them \
      protected. A key is made where you have none:

          $ secrets init

      With the key that you have for ssh already, and a name of your choice:

          $ secrets init --name alice --ssh-key ~/.ssh/id_ed25519

      Where it was run before, it adds what is missing and changes nothing else.
      """)

  @Option(
    help: ArgumentHelp(
      "What you are called in this project; else from git's user.name, else $USER.",
      valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp(
      "The project's folder: secrets, or .secrets where that is ignored.", valueName: "folder"))
  var dir = "secrets"

  @OptionGroup var key: KeyOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard Project.folderNames.contains(folderName) else {
      throw ValidationError(
        "the project's folder is `secrets` or `.secrets`; where it lies is told by -C")
    }
  }

  private var folderName: String { dir.hasSuffix("/") ? String(dir.dropLast()) : dir }

  func run(in context: Context) throws {
    let console = Console.live(context)
    let arena = SecureArena()
    let project = try Project(new: folderName, directory: global.directory, in: context)
    let git = GitOfProject(project, in: context, console: console)
    if let other = try projectAbove(project, in: context) {
      guard other.directory != project.directory else {
        return try complete(other, in: context, console: console, arena: arena)
      }
      try confirmSecond(project, besides: other)
    }
    try git.requireNotIgnored()
    try requireRoom(project, console)
    let label = try MemberLabel.chosen(
      name, in: project.directory, context: context, flag: "secrets init --name NAME")
    let identity = try key.identity(
      path: global.identity, takesSSHKey: false, in: context, console: console, arena: arena)

    let author = Author(name: label, identity: identity, now: context.now, arena: arena)
    let founding = try project.found(by: author, in: context)
    console.note(
      "made project \(founding.project?.text ?? "") in \(project.folder), with the environments "
        + "development and production (protected)")
    console.note("you are its root, `\(label)`")
    console.tell(identity.publicKey)
    for other in git.otherProjects() {
      console.note("another project of this repository: \(other)")
    }
    git.setTextconv()
    if project.repository != nil {
      console.note("commit it: \(commit(founding, git, "Keep secrets"))")
    }
    console.note(
      "keep a copy of your key, the root of the project, which nothing can replace: "
        + "secrets key backup")
  }

  /// The project that a command here would find.
  private func projectAbove(_ project: Project, in context: Context) throws -> Project? {
    do throws(WorkspaceError) {
      return try Project.find(in: context, from: project.directory)
    } catch .noProject {
      return nil
    }
  }

  private func confirmSecond(_ project: Project, besides other: Project) throws {
    // Who names the directory means it.
    guard global.directory == nil else { return }
    guard let prompt = try? Prompt() else {
      throw Refusal.projectAbove(other.folder, instead: project.directory)
    }
    guard try prompt.confirm("\(other.folder) is a project; make another in \(project.folder)?")
    else { throw Refusal.secondDeclined(other.folder) }
  }

  private func requireRoom(_ project: Project, _ console: Console) throws {
    let names = try project.foreignNames()
    if let left = names.first(where: { $0.hasSuffix(".sealed") }) {
      throw Refusal.sealedWithoutTeam("\(project.folder)/\(left)")
    }
    if !names.isEmpty { console.warn(Refusal.otherFiles(names, in: folderName)) }
  }

  private func complete(
    _ project: Project, in context: Context, console: Console, arena: SecureArena
  ) throws {
    let opened = try OpenProject(project, .named([]), in: context)
    let members = opened.reading.team.members.values.filter { $0.state == .current }
    let store = IdentityStore(
      path: global.identity, in: context, arena: arena, asking: false,
      isMember: { key in members.contains { $0.key == key } })
    let used = store.list().first(where: \.isUsed)?.publicKey
    guard members.contains(where: { $0.key == used }) else {
      throw Refusal.alreadyProject(project.folder)
    }
    let git = GitOfProject(project, in: context, console: console)
    let founding = try project.complete()
    let hadTextconv = git.hasTextconv
    git.setTextconv()
    let isTextconvNew = !hadTextconv && git.hasTextconv
    guard !founding.written.isEmpty || isTextconvNew else {
      console.note("\(project.folder) is a project already, and nothing is missing")
      return
    }
    console.note("\(project.folder) is a project already; added what was missing")
    if !founding.written.isEmpty, project.repository != nil {
      console.note("commit it: \(commit(founding, git, "Complete what git knows of secrets"))")
    }
    if isTextconvNew { console.note("set diff.secrets.textconv of this clone") }
  }

  /// The command that commits what was written, from the working directory.
  private func commit(_ founding: Founding, _ git: GitOfProject, _ message: String) -> String {
    let start = global.directory.map { "git -C \(shellWord($0))" } ?? "git"
    let folder = git.project.folderName
    let isOfFolder = { (path: String) in path.hasPrefix("\(folder)/") }
    let paths =
      (founding.written.contains(where: isOfFolder) ? [folder] : [])
      + founding.written.filter { !isOfFolder($0) }
    let add = paths.map(shellWord).joined(separator: " ")
    return "\(start) add \(add) && \(start) commit -m '\(message)'"
  }
}
