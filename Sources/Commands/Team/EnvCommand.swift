internal import ArgumentParser
internal import Workspace

struct EnvCommand: ContextCommand {
  static let configuration = CommandConfiguration(commandName: "env", abstract: "Environments.")

  func run(in context: Context) throws {}
}
