// `secrets key passphrase`: another passphrase, a first one, or none any more.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets key passphrase`.
struct KeyPassphraseCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "passphrase",
    abstract: "Change, set or remove your key's passphrase.",
    discussion: """
      The present one is asked for first, also where the key is unlocked:

          $ secrets key passphrase

      Without one, whoever reads the file has the key:

          $ secrets key passphrase --remove
      """)

  @Flag(help: "Keep the key with no passphrase.")
  var remove = false

  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let keys = OwnKeys(global, in: context)
    let used = try keys.used().identity
    guard let (file, path) = try keys.file(of: used) else {
      throw Refusal.passphraseElsewhere(used.place)
    }
    if remove, !file.isLocked {
      keys.console.note("the key at \(path) has no passphrase")
      return
    }
    let identity = try file.identity ?? keys.source.opened(file, named: path)
    guard !remove else {
      let plain = IdentityFile.plain(identity, trust: file.trust, in: keys.arena)
      try plain.withBytes { try PrivateFile.replace(path, $0) }
      // What is no secret any more to who reads the file need not be kept from them.
      _ = try? Keyring().removeSeed(for: identity.publicKey.fingerprint)
      keys.console.note("the key at \(path) has no passphrase now")
      return
    }
    let prompt = try NewPassphrase.prompt()
    let passphrase = try NewPassphrase.ask(at: prompt, for: path, into: keys.arena)
    let sealed = try IdentityFile.seal(
      identity, passphrase: passphrase, trust: file.trust, in: keys.arena)
    try PrivateFile.replace(path, sealed.span.bytes)
    keys.console.note("the key at \(path) is sealed with the new passphrase")
  }
}
