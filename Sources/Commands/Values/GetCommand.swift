internal import ArgumentParser
internal import Workspace

struct GetCommand: ContextCommand {
  static let configuration = CommandConfiguration(commandName: "get", abstract: "Print a secret.")

  func run(in context: Context) throws {}
}
