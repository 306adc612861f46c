// `secrets copy`: values from one environment or role to another, all or none.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets copy NAME… --to ENV`.
struct CopyCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Copy secrets to another environment or role.",
    discussion: """
      A value is copied with its kind, comment and expiry; a template as it stands. A different \
      value is overwritten only with --replace. What leaves a protected environment is confirmed.

          $ secrets copy SENTRY_DSN LOG_LEVEL --to staging
          $ secrets copy STRIPE_KEY -e production --to production/billing --replace
      """)

  @Argument(
    help: ArgumentHelp("The names of the secrets.", valueName: "name"), completion: .secrets)
  var names: [String]

  @Option(
    help: ArgumentHelp("Where to: ENV or ENV/ROLE.", valueName: "env/role"),
    completion: .environments)
  var to: String

  @Option(
    help: ArgumentHelp("The part to copy from; else every one.", valueName: "role"),
    completion: .roles)
  var role: String?

  @Flag(help: "Overwrite what has another value there.")
  var replace = false

  @OptionGroup var protection: ProtectionOption
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let target = try RoleAddress(to)
    let source = try environment.name(in: context)
    let session = try global.session(in: context)
    var seen: Set<String> = []
    let names = try names.filter { seen.insert($0).inserted }.map { try WritableName($0).text }
    let opened = try session.open(.named([source, target.environment]))
    try session.requireEnvironment(target.environment, in: opened)
    let copies = try copies(of: names, from: source, to: target, in: opened, session)
    let plan = try session.changeValues(of: target.environment, role: target.role) { draft in
      let plan = try CopyPlan(
        copies, to: target, replacing: replace, before: draft.before)
      for item in plan.written {
        try draft.set(item.name, role: target.role, to: item.payload, expires: item.expires)
      }
      return plan
    }
    tell(plan, target, session.console)
  }

  /// The values, once a person has confirmed that they leave what is protected.
  private func copies(
    of names: [String], from source: String, to target: RoleAddress, in opened: OpenProject,
    _ session: Session
  ) throws -> [CopiedValue] {
    let stack = try session.stack(source, in: opened)
    let identity = try session.identity(for: opened).identity
    let roles = role.map { [$0] } ?? []
    var layers = try Layers(stack, as: identity, roles: roles, in: session.arena)
    let present = layers.names
    try requireAll(names, among: present, layers.environments, roles)
    layers.keep(Set(names).contains)
    let places = Set(layers.entries.map(\.environment))
    let left = stack.filter { places.contains($0.name) && $0.name != target.environment }
    try session.confirm(
      .copy(names: names, target: target.environment), of: left, as: identity,
      isConfirmed: protection.yes)
    let values = try layers.values(isExpanded: false)
    let entries = Dictionary(
      layers.entries.map { ($0.entry.name, $0.entry) }, uniquingKeysWith: { $1 })
    let copies = values.map { value in
      let entry = entries[value.name]
      return CopiedValue(
        name: value.name, environment: value.environment, role: value.opened.role,
        payload: value.opened.payload, expires: entry?.expires, exposed: entry?.exposed ?? [])
    }
    if let same = copies.first(where: {
      $0.environment == target.environment && $0.role == target.role
    }) {
      throw Refusal.copiedOntoItself(same.name, target)
    }
    session.warn(of: layers.environments) { role, name in
      copies.contains { $0.name == name && $0.role == role }
    }
    return copies
  }

  private func requireAll(
    _ names: [String], among present: [String], _ layers: [OpenEnvironment], _ roles: [String]
  ) throws {
    let known = Set(present)
    var missing = names.filter { !known.contains($0) }.map {
      Refusal.noSecret($0, in: layers, roles: roles, among: present)
    }
    guard var last = missing.popLast() else { return }
    last.others = missing.map { ($0.message, $0.hint) }
    throw last
  }

  private func tell(_ plan: CopyPlan, _ target: RoleAddress, _ console: Console) {
    for item in plan.items {
      let place = part(item.copy.environment, item.copy.role)
      let what =
        switch item.change {
        case .added: "copied `\(item.copy.name)` from \(place) to \(target.text)"
        case .changed: "replaced `\(item.copy.name)` of \(target.text) by that of \(place)"
        case .unchanged:
          "`\(item.copy.name)` of \(target.text) has that value already; it was not changed"
        }
      console.note(what)
      if item.change != .unchanged, !item.copy.exposed.isEmpty {
        console.warn(Refusal.copyIsExposed(item.copy.name, item.copy.exposed, target))
      }
    }
    for (template, missing) in plan.missingNames {
      console.warn(Refusal.templateLacks(template, missing, target))
    }
  }
}
