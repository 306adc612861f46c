// `secrets unset`: secrets removed, all that are named or none.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets unset NAME…`.
struct UnsetCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "unset",
    abstract: "Remove secrets.",
    discussion: """
      A removal is itself a signed line, so that it survives a merge. Of several names all are \
      removed, or none.

          $ secrets unset LEGACY_TOKEN -e production
          $ secrets unset STRIPE_KEY STRIPE_HOOK --role billing
      """)

  @Argument(
    help: ArgumentHelp("The names of the secrets.", valueName: "name"), completion: .secrets)
  var names: [String]

  @Option(
    help: ArgumentHelp("The part of the environment; else default.", valueName: "role"),
    completion: .roles)
  var role = "default"

  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let environment = try environment.name(in: context)
    let session = try global.session(in: context)
    var seen: Set<String> = []
    let names = names.filter { seen.insert($0).inserted }
    guard names.allSatisfy(Text.isName) else { throw Refusal.notAName }
    guard Text.isLabel(role) else { throw Refusal.notALabel(role) }
    var bases: [Environment] = []
    var broken: [(name: String, templates: [String])] = []
    let removed = try session.changeValues(
      of: environment, role: role,
      preparing: { change in
        bases = try session.stack(environment, in: change.project).dropLast()
      },
      { draft in
        let here = draft.before.environment
        let present = Set(
          here.entries.filter { $0.role == role && !$0.isRemoved }.map(\.name))
        let missing = names.filter { !present.contains($0) }
        guard missing.isEmpty else {
          throw Refusal.noneOf(missing, in: here, role: role) { name in
            bases.last { $0.entries.contains { $0.name == name && !$0.isRemoved } }?.name
          }
        }
        for name in names {
          let templates = draft.before.templates(using: name, role: role)
            .filter { !names.contains($0) }
          if !templates.isEmpty { broken.append((name, templates)) }
        }
        return try names.map { try draft.remove($0, role: role) }
      })
    for secret in removed {
      session.console.note(
        "removed `\(secret.name)` from \(part(environment, role)), revision \(secret.rev)")
    }
    for (name, templates) in broken {
      session.console.warn(
        Refusal.templatesUse(name, templates, now: nil, environment: environment))
    }
  }
}
