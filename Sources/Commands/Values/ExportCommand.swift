internal import ArgumentParser
internal import Workspace

struct ExportCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Print an environment in another format.")

  func run(in context: Context) throws {}
}
