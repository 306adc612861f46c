// An OpenSSH key with a passphrase becomes an identity: `ssh-keygen` asks for the passphrase on the
// terminal, and takes it off a copy that exists in memory only.

internal import CPlatform
internal import Glibc
public import Sealing

/// Why a key of OpenSSH could not be taken over.
public enum SSHKeyImportError: Error, Equatable {
  /// The file gives no identity.
  case key(OpenSSHKeyError)
  /// No copy could be made, read or removed.
  case copy(EditorError)
  /// There is no `ssh-keygen`.
  case programMissing
  /// `ssh-keygen` gave up, as for a wrong passphrase; it has said why.
  case programFailed(code: Int32)
  /// `ssh-keygen` was ended by this signal.
  case interrupted(signal: Int32)
}

/// Takes over keys of OpenSSH.
public struct SSHKeyImport {
  private let places: [String]
  private let variable: (String) -> String?

  // What `ssh-keygen` needs to be found and to ask; nothing else of the surroundings is its affair.
  private static let variables = [
    "PATH", "HOME", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "DISPLAY", "XAUTHORITY",
    "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE",
  ]
  private static let fileName = "id_ed25519"

  /// Takes what it works with.
  ///
  /// - Parameters:
  ///   - places: the folders to try, as `MemoryFolder.places` gives them.
  ///   - variable: the environment, asked for a few names.
  public init(places: [String], variable: @escaping (String) -> String?) {
    self.places = places
    self.variable = variable
  }

  /// The identity in a private key file.
  ///
  /// - Parameters:
  ///   - text: the file's bytes.
  ///   - arena: where the seed goes.
  /// - Throws: `SSHKeyImportError`; the copy is gone then too.
  /// - Returns: the identity.
  public func identity(
    from text: Secret, in arena: SecureArena
  ) throws(SSHKeyImportError) -> Identity {
    let locked = try parse(text, in: arena)
    if let identity = locked.identity { return identity }
    let opened = try parse(try withoutPassphrase(text, in: arena).get(), in: arena)
    guard let identity = opened.identity, opened.publicKey == locked.publicKey else {
      throw .key(.damaged(.mismatch))
    }
    return identity
  }

  private func parse(
    _ text: Secret, in arena: SecureArena
  ) throws(SSHKeyImportError) -> OpenSSHKey {
    do {
      return try OpenSSHKey.parse(text, in: arena)
    } catch {
      throw .key(error)
    }
  }

  private func withoutPassphrase(
    _ text: Secret, in arena: SecureArena
  ) -> Result<Secret, SSHKeyImportError> {
    do throws(EditorError) {
      let folder = try MemoryFolder(in: places)
      try folder.write(text, to: Self.fileName)
      if let failure = failureToOpen(folder.file(Self.fileName)) { return .failure(failure) }
      let opened = try folder.read(Self.fileName, limit: PrivateFile.limit, into: arena)
      try folder.remove()
      return .success(opened)
    } catch {
      return .failure(.copy(error))
    }
  }

  /// Lets `ssh-keygen` take the passphrase off a file; nil comes back where it has.
  private func failureToOpen(_ copy: String) -> SSHKeyImportError? {
    // It asks on the terminal itself; what it prints beside that would be taken for our output.
    let words = [
      "/bin/sh", "-c", "exec \"$0\" \"$@\" >/dev/null", "ssh-keygen", "-p", "-N", "", "-f", copy,
    ]
    let settings = Self.variables.compactMap { name in variable(name).map { "\(name)=\($0)" } }
    let arguments = words.map { strdup($0) } + [nil]
    let environment = settings.map { strdup($0) } + [nil]
    defer { for string in arguments + environment { free(string) } }
    var ending = platform_ending()
    let code = platform_run_in_foreground(arguments, environment, &ending)
    // The codes 126 and 127 are the shell's own, for what it cannot execute or find.
    guard code == 0, ending.code != 126, ending.code != 127 else { return .programMissing }
    if ending.signal != 0 { return .interrupted(signal: ending.signal) }
    return ending.code == 0 ? nil : .programFailed(code: ending.code)
  }
}
