// `secrets list`: names and what is known of them, never a value.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets list`.
struct ListCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List secrets, without their values.",
    discussion: """
      Shows name, role, kind, revision, author and age, and what is the matter: closed roles, \
      conflicts, expired, exposed or stale values.

          $ secrets list -e production
          $ secrets list --json | jq -r '.secrets[] | select(.closed | not) | .name'

      What an environment has from the one that it extends is listed as well.
      """)

  @Option(
    help: ArgumentHelp("Only this part; may be given several times.", valueName: "role"),
    completion: .roles)
  var role: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let environment = try environment.name(in: context)
    let session = try global.session(in: context)
    let opened = try session.open(.named([environment]))
    let stack = try session.stack(environment, in: opened)
    for role in role where !stack.contains(where: { $0.knownRoles.contains(role) }) {
      throw Refusal.noRole(role, in: stack[stack.count - 1])
    }
    let reader = try session.reader(for: opened)
    var layers = stack.map { OpenEnvironment($0, as: reader, in: session.arena) }
    let rows = SecretRow.rows(of: &layers, roles: role, now: context.now)
    if json {
      try session.console.print([
        "environment": .string(environment), "secrets": .array(rows.map(\.json)),
      ])
    } else {
      try show(rows, of: environment, session)
    }
  }

  private func show(_ rows: [SecretRow], of environment: String, _ session: Session) throws {
    var table = Table("NAME", "ROLE", "KIND", "REV", "BY", "AGE", "STATE")
    for row in rows {
      let fields = row.fields(own: environment, now: session.context.now)
      table.add(
        fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6])
    }
    guard !table.isEmpty else {
      session.console.note("no secrets in \(environment) yet")
      session.console.hint("secrets import .env -e \(environment), or secrets set NAME")
      return
    }
    try session.console.print(table)
  }
}
