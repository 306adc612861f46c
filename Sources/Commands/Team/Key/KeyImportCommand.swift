// `secrets key import`: a key that is somewhere else comes to where commands look for it.

internal import ArgumentParser
internal import Sealing
internal import Workspace

/// `secrets key import`.
struct KeyImportCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take over a key of ssh, an identity file, or a copy that was kept.",
    discussion: """
      An ed25519 key of OpenSSH; ssh-keygen asks for its passphrase, on a copy in memory:

          $ secrets key import ~/.ssh/id_ed25519

      The string that `secrets key backup` printed, typed or from a password manager:

          $ secrets key import -
      """)

  @Argument(help: "The file; - for standard input or the terminal.", completion: .file())
  var path: String

  @Flag(help: "Seal it with no passphrase.")
  var noPassphrase = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write it to this file instead of ~/.config/secrets/identity.", valueName: "path"))
  var output: String?

  func run(in context: Context) throws {
    let console = Console.live(context)
    let arena = SecureArena()
    let place = try NewIdentity(at: output, in: context, console: console, arena: arena)
    let source = KeySource(context: context, console: console, arena: arena)
    let identity = try place.write(hasPassphrase: !noPassphrase) {
      try path == "-" ? source.identityFromInput() : source.identity(at: path)
    }
    console.tell(identity.publicKey)
  }
}
