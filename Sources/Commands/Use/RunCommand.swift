// `secrets run`: what replaces `.env.local`.

internal import ArgumentParser
internal import Glibc
internal import Workspace

/// `secrets run -- COMMAND…`: becomes the command, with secrets in its environment.
struct RunCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a command with secrets in its environment.",
    usage: "secrets run [-e <env>] [<options>] -- <command> [<argument> ...]",
    discussion: """
      Becomes the command: no process stays in between, so signals, terminal and exit code are the \
      command's own. Sealed values win over the surrounding environment. Ends with 125 where \
      secrets itself fails, 126 where the command cannot be executed, 127 where it is not found.

          $ secrets run -- npm start
          $ secrets run -e production --only 'DB_*' -- psql
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var environment: EnvironmentOption

  @Option(
    help: ArgumentHelp("Only this role; may be repeated.", valueName: "role"),
    completion: .roles)
  var role: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only names that match, by `*` and `?`; may be repeated.", valueName: "glob"))
  var only: [String] = []

  @Option(help: ArgumentHelp("No names that match; may be repeated.", valueName: "glob"))
  var except: [String] = []

  @Option(help: ArgumentHelp("Put this before each name.", valueName: "prefix"))
  var prefix: String = ""

  @Flag(help: "Let variables that are set already win.")
  var keep = false

  @Flag(help: "Let sealed values win, as is usual.")
  var override = false

  @Flag(help: "Pass on nothing else but PATH, HOME, TERM and their like.")
  var clean = false

  @OptionGroup var protection: ProtectionOption

  @Flag(help: "Show what the command would be given, and from where; open and run nothing.")
  var explain = false

  @Flag(help: "Leave the variables that carry an identity, for a nested secrets.")
  var passIdentity = false

  @Argument(
    parsing: .postTerminator, help: ArgumentHelp("The command.", valueName: "command"),
    completion: .file())
  var command: [String] = []

  func validate() throws {
    if keep, override { throw ValidationError("--keep and --override exclude each other.") }
    if command.isEmpty, !explain {
      throw ValidationError("Name the command after `--`: secrets run -- npm start")
    }
  }

  /// The request that these arguments make.
  func request(commandStart: Int?) -> RunRequest {
    var request = RunRequest()
    request.directory = global.directory
    request.identity = global.identity
    request.environment = environment.name
    request.roles = role
    request.only = only
    request.except = except
    request.prefix = prefix
    request.keepsSurroundings = keep
    request.isClean = clean
    request.isConfirmed = protection.yes
    request.isExplained = explain
    request.passesIdentity = passIdentity
    request.commandStart = command.isEmpty ? nil : commandStart
    return request
  }

  func run(in context: Context) throws {
    let start = RunRequest.commandStart(in: CommandLine.unsafeArgv)
    Self.perform(request(commandStart: start), in: context)
  }

  /// Carries out a request; ends the process in any case.
  static func perform(_ request: RunRequest, in context: Context) -> Never {
    let console = Console.live(context)
    do {
      try Run(request, in: context, console: console).perform(CommandLine.unsafeArgv)
      Glibc.exit(ExitStatus.done.rawValue)
    } catch {
      let refusal = Refusal(error)
      _ = console.tell(refusal)
      Glibc.exit(Self.exitCode(error, refusal))
    }
  }

  /// As `env` and `timeout` end: what is not the command's own failure cannot be taken for it.
  private static func exitCode(_ error: any Error, _ refusal: Refusal) -> Int32 {
    if let code = Refusal.exitCode(ofLaunch: error) { return code }
    return refusal.status == .interrupted ? refusal.status.rawValue : 125
  }
}
