internal import ArgumentParser
internal import Workspace

struct SetCommand: ContextCommand {
  static let configuration = CommandConfiguration(commandName: "set", abstract: "Set a secret.")

  func run(in context: Context) throws {}
}
