// The command line as a whole: groups as in the product page, and what every command shares.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets`.
struct SecretsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secrets",
    abstract: "A team's secrets, sealed in its own git repository.",
    discussion: """
      Names are readable in every diff; values are not. Who may read what is decided by keys.

          $ secrets init                      once per repository
          $ secrets import .env               the plaintext file's last day
          $ secrets run -- npm run dev        what replaces .env.local

      Exit codes: 0 done; 1 a check found something, the named thing does not exist, or a prompt \
      was declined; 2 wrong usage; 3 cannot decrypt; 4 damaged, forged or conflicting data; \
      5 the system failed. `run` ends with the command's own, or 125, 126, 127.
      """,
    version: Version.text,
    groupedSubcommands: [
      CommandGroup(
        name: "Values",
        subcommands: [
          EditCommand.self, SetCommand.self, GetCommand.self, UnsetCommand.self, ListCommand.self,
          RestoreCommand.self, ImportCommand.self, ExportCommand.self, RenameCommand.self,
          CopyCommand.self,
          GenerateCommand.self, DiffCommand.self,
        ]),
      CommandGroup(name: "Use", subcommands: [RunCommand.self]),
      CommandGroup(
        name: "Team",
        subcommands: [
          InitCommand.self, KeyCommand.self, TrustCommand.self, JoinCommand.self, EnvCommand.self,
          TeamCommand.self, GrantCommand.self, RevokeCommand.self, RekeyCommand.self,
        ]),
      CommandGroup(
        name: "Safety",
        subcommands: [
          CheckCommand.self, ResolveCommand.self, VerifyCommand.self, DoctorCommand.self,
        ]),
      CommandGroup(
        name: "Plumbing",
        subcommands: [GitTextconvCommand.self, CompletionsCommand.self, ManCommand.self]),
    ])
}

/// What every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .customShort("C"),
    help: ArgumentHelp(
      "Look for the project from this folder; paths and commands stay here.", valueName: "dir"),
    completion: .directory)
  var directory: String?

  @Option(
    help: ArgumentHelp("Act as the identity in this file.", valueName: "path"), completion: .file())
  var identity: String?

  /// The directory that `-C` names, or the working directory.
  func startDirectory(in context: Context) throws -> String {
    guard let working = context.workingDirectory else { throw WorkspaceError.noWorkingDirectory }
    guard let directory else { return working }
    return directory.hasPrefix("/") ? directory : "\(working)/\(directory)"
  }

  /// Finds the project.
  func session(in context: Context) throws -> Session {
    try Session(
      directory: directory, identityPath: identity, in: context, console: .live(context))
  }
}

/// `-e`, else `$SECRETS_ENV`, else `development`.
struct EnvironmentOption: ParsableArguments {
  @Option(
    name: [.customShort("e"), .customLong("env")],
    help: ArgumentHelp(
      "The environment; else $SECRETS_ENV, else development.", valueName: "env"),
    completion: .environments)
  var name: String?

  /// The environment's name.
  func name(in context: Context) throws -> String {
    let name = name ?? context.environment["SECRETS_ENV"] ?? "development"
    guard Text.isEnvironment(name) else { throw Refusal.badEnvironmentName(name) }
    return name
  }
}

/// A command that reads its surroundings once, at the top.
protocol ContextCommand: ParsableCommand {
  func run(in context: Context) throws
}

extension ContextCommand {
  func run() throws { try run(in: .live()) }
}
