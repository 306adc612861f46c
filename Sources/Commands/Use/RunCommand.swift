internal import ArgumentParser
internal import Workspace

struct RunCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a command with secrets in its environment.")

  func run(in context: Context) throws {}
}

extension RunCommand {
  static func perform(_ request: RunRequest, in context: Context) -> Never { fatalError() }
}
