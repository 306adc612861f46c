internal import ArgumentParser
internal import Workspace

struct GrantCommand: ContextCommand {
  static let configuration = CommandConfiguration(commandName: "grant", abstract: "Grant a role.")

  func run(in context: Context) throws {}
}
