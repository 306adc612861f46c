// Where a command looks for the identity that it acts as, and how it asks for a passphrase.

internal import Sealing
internal import Workspace

extension IdentityPlaces {
  /// The places that a command's surroundings name.
  ///
  /// - Parameters:
  ///   - path: what `--identity` names.
  ///   - context: the surroundings.
  ///   - arena: where an identity from a variable goes.
  init(path: String?, in context: Context, arena: SecureArena) {
    self.init(
      option: path, variable: context.environment.secret("SECRETS_IDENTITY", into: arena),
      variableFile: context.environment["SECRETS_IDENTITY_FILE"],
      configurationHome: context.environment["XDG_CONFIG_HOME"],
      home: context.environment["HOME"])
  }
}

extension IdentityStore {
  /// The store of a command: the kernel's keyring, and questions at the terminal.
  ///
  /// - Parameters:
  ///   - path: what `--identity` names.
  ///   - context: the surroundings.
  ///   - arena: where seeds go.
  ///   - asking: whether a passphrase is asked for where one is needed.
  ///   - isMember: whether a key is a current member's.
  init(
    path: String?, in context: Context, arena: SecureArena, asking: Bool,
    isMember: @escaping (PublicKey) -> Bool
  ) {
    self.init(
      places: IdentityPlaces(path: path, in: context, arena: arena), arena: arena,
      isMember: isMember,
      unlockedSeed: { key in
        (try? Keyring().seed(for: key.fingerprint, in: arena)) ?? nil
      },
      ask: { request in
        guard asking, let prompt = try? Prompt() else { return .noTerminal }
        return prompt.passphrase(for: request.place.name, attempt: request.attempt, into: arena)
      })
  }
}

extension Prompt {
  /// Asks for the passphrase that something is sealed with.
  ///
  /// - Parameters:
  ///   - name: what it opens.
  ///   - attempt: 1 the first time.
  ///   - arena: where it goes.
  /// - Returns: the answer; an empty one is none.
  func passphrase(for name: String, attempt: Int, into arena: SecureArena) -> PassphraseAnswer {
    let again = attempt > 1 ? "that does not open it; " : ""
    do throws(ConsoleError) {
      let typed = try hidden("\(again)passphrase for \(name): ", into: arena)
      return typed.count > 0 ? .typed(typed) : .declined
    } catch .interrupted {
      return .interrupted
    } catch {
      return .declined
    }
  }
}
