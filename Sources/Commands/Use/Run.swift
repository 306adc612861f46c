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
    // One arena for all: what a file holds in ciphertext is more than it gives in values.
    let capacity = stack.reduce(4096) { $0 + $1.file.bytes.count / 2 }
    var layers = try Layers(
      stack, as: identity, roles: request.roles, in: SecureArena(capacity: capacity))
    try choose(&layers)
    if request.isExplained { return try explain(layers) }
    try session.confirm(.run, of: stack, as: identity, isConfirmed: request.isConfirmed)
    let values = try layers.values { $0.utf8.count + request.prefix.utf8.count + 1 }
    try requireText(values, in: name)
    let variables = values.map { SealedVariable(name: $0.name, value: $0.text) }
    let environment = try ChildEnvironment(
      surroundings: context.environment.pointer, sealed: variables, options: request.options)
    warn(values, environment, layers, session)
    guard let start = request.commandStart, let command = Command(arguments + start) else {
      throw Refusal.noCommand
    }
    try command.become(with: environment)
  }

  /// Keeps the names that are wanted, and refuses those that choose code.
  private func choose(_ layers: inout Layers) throws {
    if !request.only.isEmpty || !request.except.isEmpty {
      let selection = Selection(only: request.only, except: request.except)
      let wanted = Set(try selection.names(among: layers.names))
      layers.keep { wanted.contains($0) }
    }
    let refused = layers.names.filter { DangerousNames.contains(request.prefix + $0) }
    guard refused.isEmpty else { throw Refusal.dangerousNames(refused, prefix: request.prefix) }
  }

  private func requireText(_ values: [LayeredValue], in environment: String) throws {
    let files = values.filter { $0.opened.payload.kind == .file }.map(\.name)
    guard files.isEmpty else { throw Refusal.filesInRun(files, environment: environment) }
    let references = values.filter { $0.opened.payload.kind == .reference }.map(\.name)
    guard references.isEmpty else {
      throw Refusal.referencesInRun(references, environment: environment)
    }
  }

  // For a person at the terminal; a program's log is left alone.
  private func warn(
    _ values: [LayeredValue], _ environment: ChildEnvironment, _ layers: Layers, _ session: Session
  ) {
    if SecureArena.couldNotLock {
      console.warn(Refusal.notLocked.message, hint: Refusal.notLocked.hint)
    }
    guard console.errorTerminal.isTerminal else { return }
    let given = Set(values.map(\.name))
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
