internal import ArgumentParser
internal import Workspace

struct ImportCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Import a dotenv or JSON file.")

  func run(in context: Context) throws {}
}
