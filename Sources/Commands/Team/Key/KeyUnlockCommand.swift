// `secrets key unlock`: the passphrase once, and not again for a while.

internal import ArgumentParser
internal import Sealing
internal import Workspace

/// `secrets key unlock`.
struct KeyUnlockCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock",
    abstract: "Type your passphrase once for the hours to come.",
    discussion: """
      The kernel keeps the key in memory that is never swapped, for all your sessions on this \
      machine:

          $ secrets key unlock

      For longer, or until tonight:

          $ secrets key unlock --for 2d
      """)

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("How long: 30m, 8h, 2d; 8h where nothing is said.", valueName: "time"),
    transform: TimeSpan.typed)
  var time: TimeSpan?

  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let seconds = time.map { UInt32($0.seconds) }
    let keys = OwnKeys(global, in: context)
    let used = try keys.used().identity
    guard used.state != .plain else {
      keys.console.note("the key at \(used.place.name) has no passphrase, and is never locked")
      return
    }
    let identity = try keys.find().identity
    try Keyring().store(
      identity.seed, for: identity.publicKey.fingerprint,
      seconds: seconds ?? Unlocking.usualSeconds)
    keys.console.note("the key at \(used.place.name) is unlocked for \(time?.text ?? "8h")")
  }
}
