// `secrets key lock`: the kernel forgets what was unlocked.

internal import ArgumentParser
internal import Workspace

/// `secrets key lock`.
struct KeyLockCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Forget every key that is unlocked, before its time is over.",
    discussion: """
      From then on the passphrase is asked for again, in every session of yours:

          $ secrets key lock

      On leaving, with the screen:

          $ secrets key lock && loginctl lock-session
      """)

  func run(in context: Context) throws {
    let console = Console.live(context)
    do throws(KeyringError) {
      switch try Keyring().removeAllSeeds() {
      case 0: console.note("no key was unlocked")
      case 1: console.note("locked 1 key")
      case let count: console.note("locked \(count) keys")
      }
    } catch {
      guard case .refused = error else { throw Refusal(keyring: error) }
      // A kernel that keeps nothing for us has nothing to forget.
      console.note("no key was unlocked")
    }
  }
}
