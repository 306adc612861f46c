internal import ArgumentParser
internal import Workspace

struct KeyCommand: ContextCommand {
  static let configuration = CommandConfiguration(commandName: "key", abstract: "Your identity.")

  func run(in context: Context) throws {}
}
