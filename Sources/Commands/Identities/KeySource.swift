// Taking over a key that exists somewhere else: an OpenSSH key, an identity file, or the string that
// `key backup` prints.

internal import Glibc
internal import Sealing
internal import Vault
internal import Workspace

/// Where a key is taken from.
struct KeySource {
  let context: Context
  let console: Console
  let arena: SecureArena

  /// The key in a file of OpenSSH, perhaps still locked.
  ///
  /// - Throws: `Refusal`, `SSHKeyImportError`, `WorkspaceError`.
  func openSSHKey(at path: String) throws -> OpenSSHKey {
    let file = try read(path)
    do {
      return try OpenSSHKey.parse(file.content, in: arena)
    } catch {
      throw Refusal(problem: .sshKey(error), at: .sshKey(path: path))
    }
  }

  /// The identity in a file of any of the kinds.
  ///
  /// - Throws: `Refusal`, `SSHKeyImportError`, `WorkspaceError`, `IdentityError`.
  func identity(at path: String) throws -> (identity: Identity, trust: ProjectTrust?) {
    let file = try read(path)
    return try identity(in: file.content, mode: file.mode, named: path)
  }

  /// The identity that a person types, or that comes from standard input.
  ///
  /// - Throws: `Refusal`, `ConsoleError`, `IdentityError`.
  func identityFromInput() throws -> (identity: Identity, trust: ProjectTrust?) {
    if context.terminals.input {
      let typed = try Prompt().hidden("the SECRETS-KEY-1-… string: ", into: arena)
      return try identity(in: typed, mode: 0o600, named: "what was typed")
    }
    // What comes by a pipe has no mode that could be wrong.
    return try identity(in: try readInput(), mode: 0o600, named: "standard input")
  }

  private func identity(
    in content: Secret, mode: UInt16, named name: String
  ) throws -> (identity: Identity, trust: ProjectTrust?) {
    if OpenSSHKey.isPrivateKey(content) {
      let places = MemoryFolder.places(runtimeDirectory: context.environment["XDG_RUNTIME_DIR"])
      let keys = SSHKeyImport(places: places) { context.environment[$0] }
      do throws(SSHKeyImportError) {
        if (try? OpenSSHKey.parse(content, in: arena))?.isEncrypted == true {
          console.note("ssh-keygen asks for the passphrase of \(name)")
        }
        return (try keys.identity(from: content, in: arena), nil)
      } catch .key(let error) {
        throw Refusal(problem: .sshKey(error), at: .sshKey(path: name))
      }
    }
    guard content.count > 0 else { throw Refusal.noKeyAtAll(name) }
    do {
      if content.isIdentityString { return try IdentityString.parse(content, in: arena) }
      let file = try IdentityFile.parse(content, mode: mode, in: arena)
      if let identity = file.identity { return (identity, file.trust) }
      return (try opened(file, named: name), file.trust)
    } catch IdentityError.damaged(_, .openSSHPublicKey) {
      throw Refusal.publicHalf(name)
    } catch IdentityError.damaged(_, .notAnIdentity) {
      throw Refusal.noKeyAtAll(name)
    } catch let error as IdentityError {
      throw Refusal(identity: error, place: name)
    }
  }

  /// Opens a file with its passphrase, also where the keyring holds its seed.
  ///
  /// - Throws: `IdentityError` where three were wrong; `Refusal` where none was given.
  func opened(_ file: IdentityFile, named name: String) throws -> Identity {
    guard let prompt = try? Prompt() else {
      throw Refusal.noTerminalToOpen(name)
    }
    for attempt in 1...IdentityStore.attempts {
      switch prompt.passphrase(for: name, attempt: attempt, into: arena) {
      case .typed(let passphrase):
        do throws(IdentityError) {
          return try file.unlock(passphrase: passphrase, in: arena)
        } catch .notOpened {
          continue
        }
      case .interrupted: throw Refusal(console: .interrupted)
      case .declined, .noTerminal:
        throw Refusal(problem: .declined(file.publicKey), at: .option(path: name))
      }
    }
    throw IdentityError.notOpened
  }

  /// Whether both paths lead to one file.
  func isSameFile(_ path: String, _ other: String) -> Bool {
    var first = stat()
    var second = stat()
    return stat(path, &first) == 0 && stat(other, &second) == 0 && first.st_ino == second.st_ino
      && first.st_dev == second.st_dev
  }

  private func read(_ path: String) throws -> PrivateFile {
    guard let file = try PrivateFile.read(path, in: arena) else {
      throw Refusal.noPrivateKeyFile(path)
    }
    return file
  }

  private func readInput() throws -> Secret {
    let text = arena.allocate(PrivateFile.limit + 1)
    var count = 0
    var code: Int32 = 0
    text.withMutableBytes { buffer in
      while count < buffer.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
        let read = Glibc.read(STDIN_FILENO, rest.baseAddress, rest.count)
        if read < 0 && errno == EINTR { continue }
        if read < 0 { code = errno }
        if read <= 0 { break }
        count += read
      }
    }
    guard code == 0 else { throw WorkspaceError.system(.read, path: "standard input", errno: code) }
    guard count <= PrivateFile.limit else {
      throw WorkspaceError.tooLarge(path: "standard input", limit: PrivateFile.limit)
    }
    return text.part(0..<count)
  }
}

extension Secret {
  /// Whether it begins like the string of `$SECRETS_IDENTITY`, white space aside.
  fileprivate var isIdentityString: Bool {
    withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        buffer.drop { $0 == 0x20 || (9...13).contains($0) }.starts(with: "SECRETS-KEY-".utf8)
      }
    }
  }
}
