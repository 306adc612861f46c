internal import ArgumentParser
internal import Workspace

struct CheckCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the files.")

  func run(in context: Context) throws {}
}
