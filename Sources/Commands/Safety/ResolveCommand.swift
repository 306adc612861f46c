internal import ArgumentParser
internal import Workspace

struct ResolveCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve", abstract: "Finish what waits for you.")

  func run(in context: Context) throws {}
}
