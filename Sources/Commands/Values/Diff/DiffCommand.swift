// `secrets diff`: which secrets differ between two environments, two revisions, or what is committed
// and what is not. Names first; values only where they are asked for.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets diff`.
struct DiffCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show which secrets differ, and who changed them.",
    discussion: """
      Without arguments what changed since HEAD, in every environment; with one, since that \
      revision, or within REV..REV. Two names are environments, as `run` would see them. No key is \
      needed to see what changed, save between environments, where values are compared.

          $ secrets diff HEAD~3 -e production
          $ secrets diff staging production

      `added` is only in the second, `removed` only in the first, `closed` in both and not yours to \
      open. Values are printed with --values only.
      """)

  @Argument(
    help: ArgumentHelp(
      "A revision or REV..REV, or two environments.", valueName: "rev|env"),
    completion: .environments)
  var places: [String] = []

  @Option(
    help: ArgumentHelp(
      "The revision to compare with, or to take both environments from.", valueName: "rev"))
  var rev: String?

  @Option(help: ArgumentHelp("Only this part; may be given several times.", valueName: "role"))
  var role: [String] = []

  @Flag(help: "Print the values that differ.")
  var values = false

  @Flag(help: "End with 1 where something differs.")
  var exitCode = false

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    name: [.customShort("e"), .customLong("env")],
    help: ArgumentHelp(
      "Only this environment; else $SECRETS_ENV, else every one.", valueName: "env"))
  var environment: String?

  @OptionGroup var protection: ProtectionOption
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let request = try DiffRequest(places, rev: rev)
    for role in role where !Text.isLabel(role) { throw Refusal.notALabel(role) }
    let session = try global.session(in: context)
    var comparison = try comparison(request, session)
    if !role.isEmpty { comparison.differences.removeAll { !role.contains($0.address.role) } }
    if values { try openValues(of: &comparison, session) }
    if json {
      try session.console.print(comparison.json(withValues: values))
    } else {
      try show(comparison, session)
    }
    if exitCode, !comparison.differences.isEmpty { throw ExitCode(ExitStatus.found.rawValue) }
  }

  private func comparison(_ request: DiffRequest, _ session: Session) throws -> DiffComparison {
    switch request {
    case .environments(let first, let second, let rev):
      guard environment == nil else { throw Refusal.environmentTwice }
      let opened = try session.open(rev == nil ? .named([first, second]) : .named([]))
      let reader = try session.reader(for: opened)
      let side = try DiffSource(session, opened).side(rev, wanted: [first, second])
      guard side.has(first) || side.has(second) else {
        throw Refusal.twoRevisions([first, second])
      }
      return try DiffComparison(first, second, in: side, as: reader, arena: session.arena)
    case .revisions(let first, let second):
      let wanted = try wantedEnvironment(session.context)
      let names = wanted.map { [$0] }
      let here: OpenProject.Scope = names.map { .named($0) } ?? .all
      let source = DiffSource(session, try session.open(second == nil ? here : .named([])))
      return try DiffComparison(
        from: try source.side(first, wanted: names), to: try source.side(second, wanted: names),
        wanted: wanted)
    }
  }

  /// The one environment that is asked about; what changed is looked for in all of them otherwise.
  private func wantedEnvironment(_ context: Context) throws(Refusal) -> String? {
    guard let name = environment ?? context.environment["SECRETS_ENV"] else { return nil }
    guard Text.isEnvironment(name) else { throw .badEnvironmentName(name) }
    return name
  }

  private func openValues(of comparison: inout DiffComparison, _ session: Session) throws {
    guard !comparison.differences.isEmpty else { return }
    let opened = try session.open(.named([]))
    let identity = try session.identity(for: opened).identity
    try session.confirm(
      .diff, of: comparison.environments, as: identity, isConfirmed: protection.yes)
    comparison.openValues(as: identity, in: session.arena)
  }

  private func show(_ comparison: DiffComparison, _ session: Session) throws {
    let console = session.console
    guard !comparison.differences.isEmpty else {
      console.note("no secret differs between \(comparison.from) and \(comparison.to)")
      return
    }
    guard values else {
      var table = Table("CHANGE", "NAME", "ENVIRONMENT", "ROLE", "REV", "BY", "AGE", "BEFORE")
      for difference in comparison.differences {
        let fields = difference.fields(now: session.context.now)
        table.add(
          difference.change.word, difference.address.name, difference.environment,
          difference.address.role, fields.rev, fields.by, fields.age, fields.before)
      }
      return try console.print(table)
    }
    for difference in comparison.differences {
      try console.print(difference.words)
      if let before = difference.before { try console.print("-", before) }
      if let after = difference.after { try console.print("+", after) }
    }
  }
}

extension Console {
  /// Prints a value on one line, spelt as JSON does so that nothing in it moves a cursor.
  fileprivate func print(_ mark: String, _ side: DifferingSecret) throws {
    switch side.value {
    case .opened(let payload) where payload.isText:
      let start = "\(mark) "
      try write(start.utf8Span.span.bytes)
      try print(JSON.secret(payload.value))
    case .opened(let payload): try print("\(mark) \(counted(payload.value.count, "byte"))")
    case .refused(let kind): try print("\(mark) \(kind.rawValue)")
    case .closed, nil: try print("\(mark) closed")
    }
  }
}
