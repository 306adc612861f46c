internal import ArgumentParser
internal import Workspace

struct TeamCommand: ContextCommand {
  static let configuration = CommandConfiguration(commandName: "team", abstract: "Members.")

  func run(in context: Context) throws {}
}
