// What a shell needs to complete our command lines.

internal import ArgumentParser
internal import Workspace

/// `secrets completions SHELL`.
struct CompletionsCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Print what a shell needs to complete command lines.",
    discussion: """
      Names of environments, roles, members and secrets are read from the project's files; no key \
      is needed, and nothing is asked. `make install` puts the scripts where shells look for them.

          $ source <(secrets completions bash)
          $ secrets completions fish > ~/.config/fish/completions/secrets.fish
      """)

  @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "zsh", "fish"]))
  var shell: Shell

  func run(in context: Context) throws {
    try Console.live(context).write(SecretsCommand.completionScript(for: shell.shell))
  }

  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash
    case zsh
    case fish

    fileprivate var shell: CompletionShell {
      switch self {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    }
  }
}
