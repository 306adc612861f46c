// `secrets rename`: a secret under another name, in one step.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets rename OLD NEW`.
struct RenameCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename",
    abstract: "Give a secret another name.",
    discussion: """
      The value moves with its kind, comment and expiry, in one step; the old name is removed. \
      Templates that use the old name are told, and left as they are.

          $ secrets rename DB_PASS DATABASE_PASSWORD
          $ secrets rename STRIPE_KEY STRIPE_SECRET_KEY -e production --role billing
      """)

  @Argument(help: ArgumentHelp("The name that it has.", valueName: "old"), completion: .secrets)
  var name: String

  @Argument(help: ArgumentHelp("The name that it shall have.", valueName: "new"))
  var newName: String

  @Option(help: ArgumentHelp("The part of the environment; else default.", valueName: "role"))
  var role = "default"

  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let environment = try environment.name(in: context)
    let session = try global.session(in: context)
    guard Text.isName(name) else { throw Refusal.notAName }
    guard Text.isLabel(role) else { throw Refusal.notALabel(role) }
    let newName = try WritableName(newName).text
    guard name != newName else { throw Refusal.sameName(name) }
    var bases: [Environment] = []
    var stale: [String] = []
    var elsewhere: [String] = []
    let written = try session.changeValues(
      of: environment, role: role,
      preparing: { change in
        bases = try session.stack(environment, in: change.project).dropLast()
      },
      { draft in
        let here = draft.before.environment
        let present = here.entries.filter { !$0.isRemoved }
        guard present.contains(where: { $0.name == name && $0.role == role }) else {
          throw Refusal.noneOf([name], in: here, role: role) { name in
            bases.last { $0.entries.contains { $0.name == name && !$0.isRemoved } }?.name
          } there: {
            "rename it there: secrets rename \($0) \(newName) -e \($1)"
          }
        }
        elsewhere = present.filter { $0.name == newName && $0.role != role }.map(\.role)
        stale = draft.before.templates(using: name, role: role).filter { $0 != name }
        return try draft.rename(name, to: newName, role: role)
      })
    session.console.note(
      "renamed `\(name)` of \(part(environment, role)) to `\(newName)`, revision \(written.rev)")
    if !stale.isEmpty {
      session.console.warn(
        Refusal.templatesUse(name, stale, now: newName, environment: environment))
    }
    if !elsewhere.isEmpty {
      session.console.warn(
        Refusal.alsoInRoles(newName, [role] + elsewhere, environment: environment))
    }
  }
}

extension OpenEnvironment {
  /// The templates of a role that use a name, as far as they open, sorted.
  func templates(using name: String, role: String) -> [String] {
    var opened = self
    return secrets(in: [role]).filter { found in
      (try? opened.open(found))?.payload.templateNames.contains(name) ?? false
    }.map(\.name).sorted()
  }
}
