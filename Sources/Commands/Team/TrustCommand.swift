internal import ArgumentParser
internal import Workspace

struct TrustCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust", abstract: "Confirm the project.")

  func run(in context: Context) throws {}
}
