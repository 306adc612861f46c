internal import ArgumentParser
internal import Workspace

struct InitCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make this repository a project.")

  func run(in context: Context) throws {}
}
