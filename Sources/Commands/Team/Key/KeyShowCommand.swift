// `secrets key show`: the public half, to hand over and to read out.

internal import ArgumentParser
internal import Sealing
internal import Workspace

/// `secrets key show`.
struct KeyShowCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print your public key.",
    discussion: """
      Its fingerprint, also as words to read out, goes to standard error:

          $ secrets key show > bob.pub

      All of it for a program:

          $ secrets key show --json
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let keys = OwnKeys(global, in: context)
    let key = try keys.used().key
    let name = keys.name(of: key)
    if json {
      return try keys.console.print(
        .object([
          ("public_key", .string(key.line())), ("fingerprint", .string(key.fingerprint)),
          ("spoken", .string(key.speakable)), ("member", name.map { .string($0) } ?? .null),
        ]))
    }
    try keys.console.print(key.line(named: name))
    keys.console.tell(key)
  }
}
