// A private key that is about to be written on this machine: where, and with which passphrase.
// Nothing that is there is ever overwritten: it may be the only key to somebody's secrets.

internal import ArgumentParser
internal import Glibc
internal import Sealing
internal import Vault
internal import Workspace

/// A file that shall hold an identity.
struct NewIdentity {
  /// Where.
  let path: String
  private let context: Context
  private let console: Console
  private let arena: SecureArena

  /// Names a place that holds nothing yet.
  ///
  /// - Parameters:
  ///   - path: what `--output` names; else the place of this user.
  ///   - context: the surroundings.
  ///   - console: where notes go.
  ///   - arena: where secrets go.
  /// - Throws: `Refusal` where there is no place, or something stands there.
  init(at path: String? = nil, in context: Context, console: Console, arena: SecureArena) throws {
    let places = IdentityPlaces(path: nil, in: context, arena: arena)
    guard let path = path ?? places.configuration else { throw Refusal.noPlaceForIdentity }
    self.path = path
    self.context = context
    self.console = console
    self.arena = arena
    var status = stat()
    guard lstat(path, &status) != 0 else { throw Refusal.identityExists(path) }
  }

  /// Writes an identity: sealed with a passphrase that is asked for twice, or without one.
  ///
  /// - Parameters:
  ///   - make: gives the identity, and the trust that it carries, once there is a passphrase.
  ///   - hasPassphrase: whether one is asked for.
  /// - Throws: `Refusal`, `ConsoleError`; nothing was written then.
  /// - Returns: the identity.
  func write(
    hasPassphrase: Bool, _ make: () throws -> (identity: Identity, trust: ProjectTrust?)
  ) throws -> Identity {
    guard hasPassphrase else {
      let (identity, trust) = try make()
      try write(IdentityFile.plain(identity, trust: trust, in: arena))
      console.note("wrote your key to \(path), without a passphrase")
      return identity
    }
    let prompt = try NewPassphrase.prompt()
    let (identity, trust) = try make()
    let passphrase = try NewPassphrase.ask(at: prompt, for: path, into: arena)
    let sealed = try IdentityFile.seal(identity, passphrase: passphrase, trust: trust, in: arena)
    try write(arena.copy(sealed.span.bytes))
    Unlocking(context: context, console: console).keep(identity)
    console.note("wrote your key to \(path), sealed with the passphrase")
    return identity
  }

  private func write(_ content: Secret) throws {
    do {
      try content.withBytes { try PrivateFile.create(path, $0) }
    } catch WorkspaceError.system(_, _, EEXIST) {
      throw Refusal.identityExists(path)
    } catch WorkspaceError.system(_, _, let code)
      where [EROFS, EACCES, EPERM, ENOTDIR, ENOENT].contains(code)
    {
      throw Refusal.identityNotWritten(path, code)
    }
  }
}

/// A passphrase that is to be set.
enum NewPassphrase {
  private static let attempts = 3

  /// The terminal to ask at.
  ///
  /// - Throws: `Refusal` that names the flag to do without.
  static func prompt() throws -> Prompt {
    do throws(ConsoleError) {
      return try Prompt()
    } catch {
      throw Refusal.noTerminalForPassphrase
    }
  }

  /// Asks for it twice.
  ///
  /// - Parameters:
  ///   - prompt: the terminal.
  ///   - path: what it is to seal.
  ///   - arena: where it goes.
  /// - Throws: `Refusal` for an empty one or two that differ again and again; `ConsoleError`.
  /// - Returns: the bytes as typed.
  static func ask(
    at prompt: borrowing Prompt, for path: String, into arena: SecureArena
  ) throws -> Secret {
    for attempt in 1...attempts {
      let again = attempt > 1 ? "they differ; " : ""
      let typed = try prompt.hidden("\(again)new passphrase for \(path): ", into: arena)
      guard typed.count > 0 else { throw Refusal.emptyPassphrase }
      let repeated = try prompt.hidden("the same again: ", into: arena)
      if typed.hasSameBytes(as: repeated) { return typed }
    }
    throw Refusal.passphrasesDiffer
  }
}
