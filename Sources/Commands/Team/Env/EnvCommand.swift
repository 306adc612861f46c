// The commands about environments, under their noun.

internal import ArgumentParser

/// `secrets env …`: the project's environments.
struct EnvCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "env",
    abstract: "List, make, protect and remove environments.",
    discussion: """
      An environment is a file of values, secrets/NAME.sealed, that a signed line of team.keys \
      allows.

          $ secrets env list
          $ secrets env new staging --extends development
      """,
    subcommands: [
      EnvListCommand.self, EnvNewCommand.self, EnvProtectCommand.self, EnvUnprotectCommand.self,
      EnvRemoveCommand.self,
    ])
}
