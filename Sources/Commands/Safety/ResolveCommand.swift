// Finishing what waits: conflicts, keys that must be replaced, readers without theirs.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets resolve`: finishes all that waits for this person.
struct ResolveCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Finish what waits for you: conflicts, stale keys, pending readers.",
    discussion: """
      Unites files with git's conflict markers; asks which side of a conflict is to stay; \
      replaces keys that must be; hands keys to who is granted them. Without a terminal conflicts \
      need --take; the rest needs no answer.

          $ secrets resolve
          $ secrets resolve API_TOKEN --take mine
      """)

  @Argument(help: "Settle this secret's conflict and nothing else.", completion: .secrets)
  var name: String?

  @OptionGroup var global: GlobalOptions

  // An id may begin with a dash.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The side to keep: its id, `mine` for what I wrote, `theirs` for the other.",
      valueName: "id|mine|theirs"))
  var take: String?

  @Flag(help: "Only say what would be done.")
  var dryRun = false

  @Option(
    name: [.customShort("e"), .customLong("env")],
    help: ArgumentHelp("Only this environment; else all.", valueName: "env"),
    completion: .environments)
  var environment: String?

  @Option(
    help: ArgumentHelp("Only this role.", valueName: "role"),
    completion: .roles)
  var role: String?

  func run(in context: Context) throws {
    if let name, !Text.isName(name) { throw Refusal.badSecretName(name) }
    let session = try global.session(in: context)
    let opened = try session.open(.all, isUniting: true)
    if let environment, opened.reading.environments[environment] == nil {
      throw Refusal.noEnvironment(environment, in: opened.reading.team)
    }
    let author: Author
    do {
      author = try session.author(in: opened)
    } catch is Refusal where !opened.united.isEmpty && name == nil {
      // Uniting needs no right: whoever merges can do that much, also before they are a member.
      try unite(opened, session)
      session.console.note("you are no member, so whatever else waits is for others")
      return
    }
    let scope = WorkScope(environment: environment, role: role, name: name)
    let work = OpenWork(opened, for: author, in: scope)
    if let name, work.conflicts.isEmpty, opened.united.isEmpty {
      throw Refusal.nothingToSettle(name)
    }
    if work.isEmpty, opened.united.isEmpty {
      session.console.note(work.others.isEmpty ? "nothing waits" : "nothing waits for you")
      session.console.tell(work.others)
      if opened.reading.hasErrors {
        session.console.hint("what no choice settles is told by: secrets check")
      }
      if !work.others.isEmpty { throw ExitCode(ExitStatus.found.rawValue) }
      return
    }
    if dryRun {
      try session.console.print(united: opened, work)
      session.console.tell(work.others)
      return
    }
    let choices = try Choices(work, take: take, opened, author, session.console)
    let (done, project) = try session.change(.all, isUniting: true) { change in
      // Read again under the lock: what was asked about must still be what is there.
      var work = OpenWork(change.project, for: change.author, in: scope)
      var done = try change.finish(work, choices)
      // What was settled may have made more to do, such as a key for an environment that stays.
      for _ in 0..<3 {
        let next = OpenWork(change.project, for: change.author, in: scope)
        guard next.needsNoChoice, !next.isSame(as: work) else { break }
        work = next
        done += try change.finish(work, Choices())
      }
      return done
    }
    session.console.tell(united: opened.united.keys.sorted(), done)
    let rest = OpenWork(project, for: author, in: scope)
    session.console.tell(rest.others)
    let left = rest.conflicts.count + rest.environments.count
    if left > 0 { session.console.note("\(counted(left, "conflict")) left as before") }
    for (name, sides) in rest.environments {
      session.console.hint(
        "for \(name): secrets resolve -e \(name) --take \(sides.first?.id ?? "ID"), or "
          + "secrets env remove \(name)")
    }
    if left == 0, !rest.isEmpty { session.console.note("more waits: secrets resolve --dry-run") }
    if !done.isEmpty || !opened.united.isEmpty {
      session.console.hint(session.commitHint)
    }
    if !rest.isEmpty || !rest.others.isEmpty {
      throw ExitCode(ExitStatus.found.rawValue)
    }
  }

  private func unite(_ opened: OpenProject, _ session: Session) throws {
    let names = opened.united.keys.sorted()
    if dryRun {
      for name in names { try session.console.print("unite both sides of secrets/\(name)") }
      return
    }
    let lock = try session.project.lock()
    let current = try OpenProject(session.project, .all, in: session.context, isUniting: true)
    try lock.commit(
      current.united.sorted { $0.key < $1.key }.map { name, read in
        FileChange(name, from: read, to: current.files[name])
      })
    session.console.tell(united: names, [])
  }
}
