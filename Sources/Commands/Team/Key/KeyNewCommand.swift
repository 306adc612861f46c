// `secrets key new`: makes a key, and never in another's place.

internal import ArgumentParser
internal import Sealing
internal import Workspace

/// `secrets key new`.
struct KeyNewCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make a key.",
    discussion: """
      It is sealed with a passphrase, which is asked for twice:

          $ secrets key new

      Without one, whoever reads the file has the key:

          $ secrets key new --no-passphrase --output ci.identity
      """)

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
    let identity = try place.write(hasPassphrase: !noPassphrase) {
      (Identity.generate(in: arena), nil)
    }
    console.tell(identity.publicKey)
  }
}
