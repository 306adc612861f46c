// `secrets key backup`: the whole key as one string, for a password manager or paper.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets key backup`.
struct KeyBackupCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Print your key as one string, to keep where it is safe.",
    discussion: """
      The passphrase is asked for first, also where the key is unlocked; the string has none. \
      `secrets key import -` restores it. For paper:

          $ secrets key backup

      For a password manager:

          $ secrets key backup | pass insert -m secrets-key
      """)

  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let keys = OwnKeys(global, in: context)
    let used = try keys.used().identity
    let identity: Identity
    let trust: ProjectTrust?
    if let (file, path) = try keys.file(of: used), file.isLocked {
      identity = try keys.source.opened(file, named: path)
      trust = file.trust
    } else {
      let found = try keys.find()
      (identity, trust) = (found.identity, found.trust)
    }
    keys.console.note("whoever has this string has your key, without any passphrase")
    try keys.console.write(IdentityString.render(identity, trust: trust, in: keys.arena))
    try keys.console.print()
    // Only `doctor` asks for it, and where nothing can be kept it asks again.
    try? StateFolder(in: context)?.noteBackup(of: identity.publicKey, at: context.now)
  }
}
