internal import ArgumentParser
internal import Workspace

struct ListCommand: ContextCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List secrets.")

  func run(in context: Context) throws {}
}
