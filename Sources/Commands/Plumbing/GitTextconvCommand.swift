internal import ArgumentParser
internal import Workspace

struct GitTextconvCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "git-textconv", abstract: "Show a sealed file for git diff.")

  func run(in context: Context) throws {}
}
