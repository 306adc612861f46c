// `secrets get`: the bytes of one value, exactly.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets get NAME`.
struct GetCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Print a secret's value.",
    discussion: """
      Prints what `run` would hand over, also from an environment that this one extends: the bytes \
      and nothing else, and at a terminal a newline behind them.

          $ secrets get DATABASE_URL
          $ secrets get TLS_KEY -e production --yes > key.pem

      A template is printed expanded; --raw prints its text, with `${NAME}` as it stands.
      """)

  @Argument(
    help: ArgumentHelp("The secret's name.", valueName: "name"), completion: .secrets)
  var name: String

  @Option(
    help: ArgumentHelp("The part of the environment; else every one.", valueName: "role"),
    completion: .roles)
  var role: String?

  @Flag(help: "Print a template as it stands.")
  var raw = false

  @Flag(help: "Print name, role, kind, revision and value as JSON.")
  var json = false

  @OptionGroup var protection: ProtectionOption
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    guard Text.isName(name) else { throw Refusal.notAName }
    let environment = try environment.name(in: context)
    let session = try global.session(in: context)
    let opened = try session.open(.named([environment]))
    let stack = try session.stack(environment, in: opened)
    let identity = try session.identity(for: opened).identity
    let roles = role.map { [$0] } ?? []
    var layers = try Layers(stack, as: identity, roles: roles, in: session.arena)
    let names = layers.names
    guard names.contains(name) else {
      layers.keep { $0 == name }
      try layers.requireWhole()
      throw Refusal.noSecret(name, in: layers.environments, roles: roles, among: names)
    }
    try session.confirm(
      .get(name: name), of: stack, as: identity, isConfirmed: protection.yes)
    layers.keep { $0 == name }
    guard let value = try layers.values(acceptsOneSide: true, isExpanded: !raw).first else {
      throw Refusal.noSecret(name, in: layers.environments, roles: roles, among: names)
    }
    if json {
      try session.console.print(object(of: value, in: layers))
    } else {
      try session.console.write(value.text)
      if session.console.outputTerminal.isTerminal { try session.console.print() }
    }
    if value.opened.isOneSide {
      let warning = Refusal.oneSideGiven(value)
      session.console.warn(warning.message, hint: warning.hint)
    }
    session.warn(of: layers.environments) { role, name in
      name == value.name && role == value.opened.role
    }
  }

  private func object(of value: LayeredValue, in layers: Layers) -> JSON {
    let entry = layers.environments.last { $0.environment.name == value.environment }?
      .environment.entries.first { $0.name == value.name && $0.role == value.opened.role }
    return [
      "name": .string(value.name), "environment": .string(value.environment),
      "role": .string(value.opened.role), "kind": .string(value.opened.payload.kind.word),
      "revision": .number(Int64(entry?.rev ?? 0)), "value": .secret(value.text),
    ]
  }
}

extension Payload.Kind {
  /// The kind as lists show it.
  var word: String {
    switch self {
    case .text: "text"
    case .template: "template"
    case .reference: "reference"
    case .file: "file"
    case .removed: "removed"
    }
  }
}
