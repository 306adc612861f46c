internal import ArgumentParser
internal import Workspace

struct EditCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Edit an environment in your editor.")

  func run(in context: Context) throws {}
}
