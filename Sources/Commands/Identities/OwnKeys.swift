// The keys of this machine's user, wherever they lie, with what the project around calls them; for
// `key`, which works in no project as well.

internal import Sealing
internal import Vault
internal import Workspace

/// The keys that commands here could act as.
struct OwnKeys {
  let context: Context
  let console: Console
  let arena = SecureArena()
  private let path: String?
  private let team: Team?

  /// Looks at the project around, if there is one; it need not be trusted, since nothing of it is
  /// used but names.
  init(_ global: GlobalOptions, in context: Context) {
    self.context = context
    console = Console.live(context)
    path = global.identity
    let project = try? Project.find(in: context, from: global.directory)
    let opened = project.flatMap { try? OpenProject($0, .named([]), in: context) }
    team = opened.flatMap { $0.reading.team.isStopped ? nil : $0.reading.team }
  }

  /// What the project calls a key; nil where there is no project, or the key is no member's.
  func name(of key: PublicKey) -> String? {
    team?.currentNames(of: key).first
  }

  /// All of them.
  func list() -> [ListedIdentity] { store(asking: false).list() }

  /// The one that commands act as, and its key.
  ///
  /// - Throws: `IdentityStoreError` where there is none, or it cannot be used.
  func used() throws(IdentityStoreError) -> (identity: ListedIdentity, key: PublicKey) {
    if let used = list().first(where: \.isUsed), let key = used.publicKey { return (used, key) }
    // What none can be used for, finding one says.
    _ = try store(asking: false).find()
    throw .notFound(searched: [], found: [:])
  }

  /// Finds the identity, asking for its passphrase where that is needed.
  ///
  /// - Throws: `IdentityStoreError`.
  func find() throws(IdentityStoreError) -> FoundIdentity { try store(asking: true).find() }

  /// The file of an identity of ours, which may have a passphrase.
  ///
  /// - Throws: `Refusal` where the identity is no such file; `WorkspaceError`.
  /// - Returns: the file and its path; nil where the identity is a key of OpenSSH or a variable.
  func file(of listed: ListedIdentity) throws -> (file: IdentityFile, path: String)? {
    guard let path = listed.place.path, let content = try PrivateFile.read(path, in: arena),
      !OpenSSHKey.isPrivateKey(content.content)
    else { return nil }
    do {
      let file = try IdentityFile.parse(content.content, mode: content.mode, in: arena)
      return (file, path)
    } catch {
      throw Refusal(identity: error, place: path)
    }
  }

  /// Where keys are taken from.
  var source: KeySource { KeySource(context: context, console: console, arena: arena) }

  private func store(asking: Bool) -> IdentityStore {
    IdentityStore(
      path: path, in: context, arena: arena, asking: asking,
      isMember: { name(of: $0) != nil })
  }
}
