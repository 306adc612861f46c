// `secrets edit`: an environment in the user's editor, in memory only.

internal import ArgumentParser
internal import Glibc
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets edit [ENV]`.
struct EditCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Edit an environment in your editor.",
    discussion: """
      The environment is shown as dotenv text in $VISUAL or $EDITOR, in memory and never on a \
      disk: one section for each role that you may write. Comments above a name are sealed with \
      it. Only what you change gets a new revision; a name that you take out is removed. A text \
      that cannot be taken comes back with what is wrong on top; closing without saving changes \
      nothing.

          $ secrets edit production
          $ EDITOR='code --wait' secrets edit -e staging
      """)

  @Argument(
    help: ArgumentHelp("The environment, as with -e.", valueName: "env"), completion: .environments)
  var place: String?

  @OptionGroup var environment: EnvironmentOption

  @Flag(help: "Ask neither before a protected environment is shown nor before names are removed.")
  var yes = false

  @OptionGroup var global: GlobalOptions

  /// The environment's name, wherever it was given.
  func name(in context: Context) throws -> String {
    guard let place else { return try environment.name(in: context) }
    if let other = environment.name, other != place {
      throw Refusal.twoEnvironments(place, other)
    }
    guard Text.isEnvironment(place) else { throw Refusal.badEnvironmentName(place) }
    return place
  }

  func run(in context: Context) throws {
    let name = try name(in: context)
    let variables = context.environment
    guard
      let program = Editor.chosen(
        visual: variables["VISUAL"], editor: variables["EDITOR"], path: variables["PATH"])
    else { throw Refusal.noEditor }
    let session = try global.session(in: context)
    let opened = try session.open(.named([name]))
    let environment = try session.editable(name, in: opened)
    let author = try session.author(in: opened)
    try session.confirm(
      .edit, of: [environment], as: author.identity, isConfirmed: yes)

    var reader = OpenEnvironment(environment, as: author.identity, in: session.arena)
    let base = EditableEnvironment(&reader, by: author)
    guard !base.roles.isEmpty else {
      throw base.closedRoles.first?.reason
        ?? WriteError.noWriteGrant(role: "default", environment: base.name)
    }
    session.warn(of: [reader]) { role, _ in base.roles.contains(role) }
    let document = EditorDocument(of: base, in: session.arena)
    var editor = try EditorSession(
      document.text, fileName: "\(name).env", editor: program,
      places: MemoryFolder.places(runtimeDirectory: variables["XDG_RUNTIME_DIR"]),
      arena: session.arena)
    let saving = EditSaving(session: session, author: author, clock: { Int64(time(nil)) })
    var dialogue = EditDialogue(
      of: base, as: document, saving: saving, in: session, isConfirmed: yes)
    try dialogue.run(in: &editor)
    try editor.close()
  }
}

extension Session {
  /// The environment of a name, empty where nothing was written to it yet.
  fileprivate func editable(_ name: String, in opened: OpenProject) throws -> Environment {
    let team = opened.reading.team
    guard case .live = team.environments[name], opened.reading.environments[name] == nil else {
      return try environment(name, in: opened)
    }
    let file = try SealedFile(
      SealedDraft.empty(project: team.file.project, environment: name),
      name: SealedFile.name(of: name))
    return Environment(file, name: name, team: team)
  }
}
