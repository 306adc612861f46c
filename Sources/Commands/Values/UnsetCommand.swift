internal import ArgumentParser
internal import Workspace

struct UnsetCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "unset", abstract: "Remove a secret.")

  func run(in context: Context) throws {}
}
