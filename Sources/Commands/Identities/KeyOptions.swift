// How somebody who has no key yet comes to one: `init` and `join` make it on the way.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// Which key is taken, or made.
struct KeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take this ed25519 key of OpenSSH instead of making one.", valueName: "path"),
    completion: .file())
  var sshKey: String?

  @Flag(help: "Where a key is made, seal it with no passphrase.")
  var noPassphrase = false

  /// The key to found a project or to join one with.
  ///
  /// - Parameters:
  ///   - path: what `--identity` names.
  ///   - takesSSHKey: whether a `~/.ssh/id_ed25519` without a passphrase is taken unasked.
  ///   - context: the surroundings.
  ///   - console: where notes go.
  ///   - arena: where seeds go.
  /// - Throws: `Refusal`, `IdentityStoreError`, `SSHKeyImportError`.
  /// - Returns: the key, which later commands find as well.
  func identity(
    path: String?, takesSSHKey: Bool, in context: Context, console: Console, arena: SecureArena
  ) throws -> Identity {
    let asking = sshKey == nil
    let store = IdentityStore(
      path: path, in: context, arena: arena, asking: asking, isMember: { _ in takesSSHKey })
    if let sshKey { return try taken(sshKey, store, in: context, console: console, arena: arena) }
    do throws(IdentityStoreError) {
      let found = try store.find()
      if found.wasTyped { Unlocking(context: context, console: console).keep(found.identity) }
      console.note("your key is the one at \(found.place.name)")
      return found.identity
    } catch .notFound(_, let found) {
      try explain(found, takesSSHKey: takesSSHKey, console)
    }
    let place = try NewIdentity(in: context, console: console, arena: arena)
    return try place.write(hasPassphrase: !noPassphrase) {
      (Identity.generate(in: arena), nil)
    }
  }

  /// Says why what is in `~/.ssh` does not do.
  private func explain(
    _ found: [IdentityPlace: IdentityProblem], takesSSHKey: Bool, _ console: Console
  ) throws {
    for (place, problem) in found.sorted(by: { $0.key.name < $1.key.name }) {
      switch problem {
      case .encryptedSSHKey where takesSSHKey:
        // Which of the two it shall be is for a person to say: a name is one key for ever.
        throw Refusal.encryptedSSHKeyOrNew(place.name)
      case .sshKey(.otherType(let type)):
        console.note("\(place.name) is of type \(type), which signs but cannot open anything")
      default: break
      }
    }
  }

  /// Takes a key of OpenSSH: where it lies if commands look there, else a copy of it.
  private func taken(
    _ path: String, _ store: IdentityStore, in context: Context, console: Console,
    arena: SecureArena
  ) throws -> Identity {
    let source = KeySource(context: context, console: console, arena: arena)
    let key = try source.openSSHKey(at: path)
    let listed = store.list()
    if let used = listed.first(where: \.isUsed) {
      guard used.publicKey == key.publicKey else {
        throw Refusal.otherIdentityFirst(used.place.name)
      }
      return try store.find().identity
    }
    let places = IdentityPlaces(path: nil, in: context, arena: arena)
    if let identity = key.identity, let folder = places.sshFolder,
      source.isSameFile(path, "\(folder)/id_ed25519")
    {
      console.note("your key is the one at \(path)")
      return identity
    }
    let place = try NewIdentity(in: context, console: console, arena: arena)
    return try place.write(hasPassphrase: !noPassphrase) {
      (try source.identity(at: path).identity, nil)
    }
  }
}
