internal import ArgumentParser
internal import Workspace

struct JoinCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "join", abstract: "Ask to become a member.")

  func run(in context: Context) throws {}
}
