// A run from beginning to end: the layers of an environment opened straight into what becomes the
// child's environment, and the child in this process's place.

internal import Glibc
internal import Launch
internal import Sealing
internal import Vault
internal import Workspace

/// One `run`.
struct Run {
  let request: RunRequest
  let context: Context
  let console: Console

  init(_ request: RunRequest, in context: Context, console: Console) {
    self.request = request
    self.context = context
    self.console = console
  }

  /// Opens the environment and becomes the command; returns only after `--explain`.
  ///
  /// - Parameter arguments: this process's arguments, ended by nil.
  /// - Throws: any room's error; this process is then as before.
  func perform(_ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws {
    let name = request.environment ?? context.environment["SECRETS_ENV"] ?? "development"
    guard Text.isEnvironment(name) else { throw Refusal.badEnvironmentName(name) }
    let session = try Session(
      directory: request.directory, identityPath: request.identity, in: context, console: console)
    let opened = try session.open(.named([name]))
    let stack = try session.stack(name, in: opened)
    let identity = try session.identity(for: opened).identity
    var layers = try Layers(
      stack, as: identity, roles: request.roles, in: SecureArena(capacity: 4096))
    let names = try choose(&layers)
    if request.isExplained { return try explain(layers) }
    try session.confirm(.run, of: stack, as: identity, isConfirmed: request.isConfirmed)
    var environment = try ChildEnvironment(
      surroundings: context.environment.pointer, capacity: names.count, options: request.options)
    try fill(&environment, from: &layers, of: name)
    warn(names, environment, layers, session)
    guard let start = request.commandStart, let command = Command(arguments + start) else {
      throw Refusal.noCommand
    }
    try command.become(with: environment)
  }

  /// Keeps the names that are wanted, and refuses those that choose code.
  private func choose(_ layers: inout Layers) throws -> [String] {
    if !request.only.isEmpty || !request.except.isEmpty {
      let selection = Selection(only: request.only, except: request.except)
      let wanted = Set(try selection.names(among: layers.names))
      layers.keep { wanted.contains($0) }
    }
    let names = layers.names
    let refused = names.filter { DangerousNames.contains(request.prefix + $0) }
    guard refused.isEmpty else { throw Refusal.dangerousNames(refused, prefix: request.prefix) }
    return names
  }

  /// Opens each value straight into the environment; what is no text yet stops it, all named.
  private func fill(
    _ environment: inout ChildEnvironment, from layers: inout Layers, of name: String
  ) throws {
    var files: [String] = []
    var references: [String] = []
    try layers.forEachValue(
      headroom: { ChildEnvironment.headroom(for: $0, prefix: request.prefix) },
      { value in
        switch value.opened.payload.kind {
        case .file: files.append(value.name)
        case .reference: references.append(value.name)
        case .text, .template, .removed: try environment.add(value.name, value.text)
        }
      })
    guard files.isEmpty else { throw Refusal.filesInRun(files, environment: name) }
    guard references.isEmpty else {
      throw Refusal.referencesInRun(references, environment: name)
    }
  }

  // For a person at the terminal; a program's log is left alone, but for what must be known there.
  private func warn(
    _ names: [String], _ environment: ChildEnvironment, _ layers: Layers, _ session: Session
  ) {
    if SecureArena.couldNotLock {
      console.warn(Refusal.notLocked.message, hint: Refusal.notLocked.hint)
    }
    session.warnOfClosedParts(of: layers.environments, roles: request.roles)
    guard console.errorTerminal.isTerminal else { return }
    let given = Set(names)
    session.warn(of: layers.environments) { _, name in given.contains(name) }
    if !environment.differing.isEmpty {
      console.note(
        Refusal.differing(environment.differing, keeps: request.keepsSurroundings))
    }
    for file in LeftoverFile.all(in: context) {
      let names = file.names.filter { given.contains($0) }
      if !names.isEmpty {
        let warning = Refusal.leftover(file.name, names)
        console.warn(warning.message, hint: warning.hint)
      }
    }
  }

  private func explain(_ layers: Layers) throws {
    var table = Table("NAME", "FROM", "ROLE", "REVISION", "BY", "AGAINST THE SURROUNDINGS")
    for entry in layers.entries {
      let name = request.prefix + entry.entry.name
      let isSet = context.environment[name] != nil
      let outcome = !isSet ? "added" : request.keepsSurroundings ? "kept out" : "wins"
      table.add(
        name, entry.environment, entry.entry.role, "\(entry.entry.rev)", entry.entry.by, outcome)
    }
    try console.print(table)
  }
}
