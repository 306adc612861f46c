internal import ArgumentParser
internal import Workspace

struct VerifyCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Verify history.")

  func run(in context: Context) throws {}
}
