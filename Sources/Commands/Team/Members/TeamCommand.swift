// The commands about members, under their noun.

internal import ArgumentParser

/// `secrets team …`: who is in the project.
struct TeamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "team",
    abstract: "Add, remove and list members.",
    discussion: """
      A member is a person or a machine with one key. What stands before the first dot of a name \
      is the person: bob and bob.laptop are listed as one.

          $ secrets team add bob --grant development
          $ secrets team remove bob
      """,
    subcommands: [TeamAddCommand.self, TeamRemoveCommand.self, TeamListCommand.self])
}
