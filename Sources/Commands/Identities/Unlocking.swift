// Typing a passphrase once a day is enough: the kernel's keyring keeps the seed for a time.

internal import Sealing
internal import Workspace

/// Keeps seeds where later commands find them.
struct Unlocking {
  /// How long a seed is kept where nobody says otherwise: a working day.
  static let usualSeconds: UInt32 = 8 * 3600

  private static let toldName = "keyring-refused"

  let context: Context
  let console: Console

  /// Keeps a seed whose passphrase was typed for something else; where the kernel refuses, a person
  /// is told the first time only.
  func keep(_ identity: Identity) {
    do throws(KeyringError) {
      try Keyring().store(
        identity.seed, for: identity.publicKey.fingerprint, seconds: Self.usualSeconds)
    } catch {
      let state = StateFolder(in: context)
      if case .refused = error, (try? state?.read(Self.toldName)) != nil { return }
      console.warn(Refusal(keyring: error))
      if case .refused = error { _ = try? state?.write(Self.toldName, Array("told\n".utf8)) }
    }
  }
}
