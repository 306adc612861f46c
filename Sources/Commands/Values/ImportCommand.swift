// `secrets import`: the plaintext file's last day. All of it is taken over, or nothing.

internal import ArgumentParser
internal import Glibc
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets import FILE`.
struct ImportCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take secrets over from a dotenv or JSON file.",
    discussion: """
      Reads dotenv as its users know it, or a flat JSON object, and takes over all of it or \
      nothing. A value that differs becomes a new revision; comments above a name stay with it; \
      `${NAME}` becomes a template where the role has that name. Nothing is ever evaluated.

          $ secrets import .env
          $ sops -d --output-type dotenv prod.yaml | secrets import - -e production

      Lines that cannot be taken over are refused all at once, with the command that leaves them \
      out: --except takes names, and the numbers of refused lines.

      --delete overwrites the file and removes it once its values are sealed, and says which \
      commits of git still hold it.
      """)

  @Argument(
    help: ArgumentHelp("The file; `-` is standard input.", valueName: "file"), completion: .file())
  var file: String

  @Flag(help: "Leave names that are there already as they are.")
  var keepExisting = false

  @Flag(help: "Overwrite and remove the file once all of it is sealed.")
  var delete = false

  @Flag(help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Leave these names out, or refused lines by number.", valueName: "name"))
  var except: [String] = []

  @Option(
    help: ArgumentHelp("The part of the environment; else default.", valueName: "role"),
    completion: .roles)
  var role = "default"

  @Flag(help: "Print what was done as JSON.")
  var json = false

  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var global: GlobalOptions

  private static let limit = 64 << 20

  func run(in context: Context) throws {
    let environment = try environment.name(in: context)
    guard Text.isLabel(role) else { throw Refusal.notALabel(role) }
    let session = try global.session(in: context)
    let source = file == "-" ? "standard input" : file
    let (bytes, plaintext) = try read(into: session.arena)
    let text = try ImportText(bytes, source: source, except: except, command: command)
    guard !text.assignments.isEmpty else { throw Refusal.nothingToImport(source) }
    let plan = try carryOut(text, environment, session)
    for warning in text.warnings + plan.warnings { session.console.warn(warning) }
    try show(plan, session.console)
    conclude(plan, source, part(environment, role), session.console)
    if let plaintext { try remove(plaintext, session) }
  }

  /// The text, and the file to be removed afterwards.
  private func read(into arena: SecureArena) throws -> (Secret, PlaintextFile?) {
    guard delete else {
      return (try InputFile.read(file, limit: Self.limit, into: arena), nil)
    }
    if file == "-" { throw Refusal.deletesNoFile }
    if dryRun { throw Refusal.deletesInDryRun }
    // What was not taken over would be nowhere any more.
    if keepExisting { throw Refusal.deletesWhatIsLeft("--keep-existing", file) }
    if !except.isEmpty { throw Refusal.deletesWhatIsLeft("--except", file) }
    do throws(WorkspaceError) {
      guard let read = try PlaintextFile.read(file, limit: Self.limit, into: arena) else {
        throw WorkspaceError.system(.open, path: file, errno: ENOENT)
      }
      return (read.bytes, read.file)
    } catch {
      throw Refusal(deleting: error, file)
    }
  }

  private func remove(_ plaintext: PlaintextFile, _ session: Session) throws {
    do throws(WorkspaceError) {
      try plaintext.destroy()
    } catch {
      throw Refusal(notDeleted: error, plaintext.path)
    }
    session.console.note(Refusal.deleted(plaintext.path))
    guard let history = plaintext.history(in: session.context) else { return }
    if !history.commits.isEmpty {
      session.console.warn(Refusal.heldByHistory(plaintext.path, history.commits))
    }
    if history.isTracked { session.console.hint(Refusal.commitRemoval(of: plaintext.path)) }
  }

  /// Ends a change before it is committed.
  private struct DryRun: Error {}

  private func carryOut(
    _ text: ImportText, _ environment: String, _ session: Session
  ) throws -> ImportPlan {
    var abandoned: ImportPlan?
    do {
      let (done, _) = try session.change(.named([environment])) { change in
        try session.requireEnvironment(environment, in: change.project)
        let done = try change.environment(environment) { draft in
          try session.requireRole(role, in: draft.before.environment)
          let plan = try ImportPlan(
            text, against: draft.before, role: role, keepsExisting: keepExisting,
            in: session.arena)
          for item in plan.written {
            try draft.set(item.name, role: role, to: item.payload, expires: item.expires)
          }
          return (plan: plan, summary: draft.summary)
        }
        try requireExpansion(of: done.plan, environment, in: change, session)
        // A dry run is the same change, given up at its end: whatever would stop it, does.
        if dryRun {
          abandoned = done.plan
          throw DryRun()
        }
        return done
      }
      session.console.tell(done.summary, of: environment)
      return done.plan
    } catch let dryRun as DryRun {
      guard let abandoned else { throw dryRun }
      return abandoned
    }
  }

  /// Sees that every template that was written expands, as it will have to when it is used.
  private func requireExpansion(
    of plan: ImportPlan, _ environment: String, in change: ProjectChange, _ session: Session
  ) throws {
    let templates = Set(plan.written.filter { $0.payload.kind == .template }.map(\.name))
    guard !templates.isEmpty, let after = change.project.reading.environments[environment] else {
      return
    }
    var opened = OpenEnvironment(after, as: change.author.identity, in: session.arena)
    for found in opened.secrets(in: [role]) where templates.contains(found.name) {
      let value = try opened.open(found)
      do throws(TemplateError) {
        _ = try opened.expand(value)
      } catch {
        throw Refusal(template: error, in: environment, role: role)
      }
    }
  }

  private func show(_ plan: ImportPlan, _ console: Console) throws {
    if json {
      let members = ImportPlan.Change.allCases.map { change in
        (change.rawValue, JSON.array(names(plan, change).map { .string($0) }))
      }
      try console.print(.object(members))
      return
    }
    var table = Table("CHANGE", "NAME")
    for change in ImportPlan.Change.allCases {
      for name in names(plan, change) { table.add(change.rawValue, name) }
    }
    try console.print(table)
  }

  private func names(_ plan: ImportPlan, _ change: ImportPlan.Change) -> [String] {
    plan.items.filter { $0.change == change }.map(\.name).sorted()
  }

  private func conclude(
    _ plan: ImportPlan, _ source: String, _ place: String, _ console: Console
  ) {
    let counts = ImportPlan.Change.allCases.filter { plan.count($0) > 0 || $0 == .added }
      .map { "\(plan.count($0)) \($0.rawValue)" }.joined(separator: ", ")
    guard !dryRun else {
      console.note("\(place): \(counts); nothing was written")
      return
    }
    console.note("\(place): \(counts)")
    if file == "-" || delete || !InputFile.isRegular(file) { return }
    let isPartial = !except.isEmpty || plan.count(.kept) > 0
    console.note(
      "\(source) still holds the values as plain text"
        + (isPartial
          ? ", and what was left out here; remove it once you have that elsewhere"
          : "; remove it once `run` works"))
  }

  /// The same command with more to be left out.
  private func command(except: [String]) -> String {
    var words = ["secrets"]
    if let directory = global.directory { words += ["-C", directory] }
    words += ["import", file]
    if let name = environment.name { words += ["-e", name] }
    if role != "default" { words += ["--role", role] }
    if keepExisting { words.append("--keep-existing") }
    if dryRun { words.append("--dry-run") }
    if json { words.append("--json") }
    if let identity = global.identity { words += ["--identity", identity] }
    return (words + ["--except"] + except).map(shellWord).joined(separator: " ")
  }
}
