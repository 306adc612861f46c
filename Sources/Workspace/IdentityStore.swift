// Finding the identity that a command acts as. The first place that holds one wins, and only that
// one is read: a locked or damaged identity is never passed over in favour of another.

internal import Glibc
public import Sealing
public import Vault

/// Why what lies in a place gives no identity.
public enum IdentityProblem: Error, Equatable {
  /// The file that was named is not there.
  case missing
  /// The variable is set, to nothing, and no other place holds an identity.
  case empty
  /// The file cannot be read.
  case unreadable(WorkspaceError)
  /// The file or string is damaged, open to others or does not open with the passphrase.
  case identity(IdentityError)
  /// It has a passphrase, is not unlocked, and there is no terminal to ask on.
  case locked(PublicKey)
  /// It has a passphrase, and none was given when asked.
  case declined(PublicKey)
  /// Ctrl-C was the answer to the question for its passphrase.
  case interrupted(PublicKey)
  /// A key of OpenSSH that is none of ed25519, or damaged.
  case sshKey(OpenSSHKeyError)
  /// A key of OpenSSH with a passphrase: it is to be imported first.
  case encryptedSSHKey(PublicKey, isMember: Bool)
  /// A key of OpenSSH, found rather than named, that no member of the project has.
  case notMember(PublicKey)
}

/// Why there is no identity to act as.
public enum IdentityStoreError: Error, Equatable {
  /// The first place that holds something cannot be used.
  case unusable(IdentityPlace, IdentityProblem)
  /// No place holds one; what was found in `~/.ssh` on the way is said, and that
  /// `$SECRETS_IDENTITY` is empty.
  case notFound(searched: [IdentityPlace], found: [IdentityPlace: IdentityProblem])
}

/// The identity that a command acts as.
public struct FoundIdentity {
  /// The identity.
  public let identity: Identity
  /// Where it comes from.
  public let place: IdentityPlace
  /// The project that it carries trust in.
  public let trust: ProjectTrust?
  /// Whether its passphrase was typed just now, so that it is worth keeping unlocked.
  public let wasTyped: Bool
}

/// An identity as `key list` shows it.
public struct ListedIdentity {
  /// Whether it can be used.
  public enum State: Equatable {
    /// It has no passphrase.
    case plain
    /// It has a passphrase that need not be typed now.
    case unlocked
    /// It has a passphrase.
    case locked
    /// It cannot be used.
    case unusable(IdentityProblem)
  }

  /// Where it lies.
  public let place: IdentityPlace
  /// Its public key, where that can be read.
  public let publicKey: PublicKey?
  /// Whether it can be used.
  public let state: State
  /// Whether commands act as this one.
  public let isUsed: Bool
}

/// What is asked of the person at the terminal.
public struct PassphraseRequest {
  /// Where the identity lies.
  public let place: IdentityPlace
  /// The key that is locked.
  public let publicKey: PublicKey
  /// 1 the first time, then one more for each wrong answer.
  public let attempt: Int
}

/// What came of asking for a passphrase.
public enum PassphraseAnswer {
  /// The bytes as typed.
  case typed(Secret)
  /// Nothing was typed.
  case declined
  /// Ctrl-C was typed.
  case interrupted
  /// There is no terminal, so nothing was asked.
  case noTerminal
}

/// Finds identities.
public struct IdentityStore {
  /// How often a passphrase is asked for.
  public static let attempts = 3

  private let places: IdentityPlaces
  private let arena: SecureArena
  private let isMember: (PublicKey) -> Bool
  private let unlockedSeed: (PublicKey) -> Secret?
  private let ask: (PassphraseRequest) -> PassphraseAnswer

  /// Takes what finding an identity depends on.
  ///
  /// - Parameters:
  ///   - places: where to look.
  ///   - arena: where seeds go.
  ///   - isMember: whether a key is a current member's; asked for keys of OpenSSH, and for the
  ///     root's in a string.
  ///   - unlockedSeed: the seed of a key that was unlocked before, from the keyring.
  ///   - ask: asks for a passphrase.
  public init(
    places: IdentityPlaces, arena: SecureArena, isMember: @escaping (PublicKey) -> Bool,
    unlockedSeed: @escaping (PublicKey) -> Secret?,
    ask: @escaping (PassphraseRequest) -> PassphraseAnswer
  ) {
    self.places = places
    self.arena = arena
    self.isMember = isMember
    self.unlockedSeed = unlockedSeed
    self.ask = ask
  }

  /// Finds the identity to act as.
  ///
  /// - Throws: `IdentityStoreError`.
  /// - Returns: the identity of the first place that holds one.
  public func find() throws(IdentityStoreError) -> FoundIdentity {
    var found: [IdentityPlace: IdentityProblem] = [:]
    for place in places.ordered {
      switch look(at: place) {
      case nil: continue
      case .plain(let identity, let trust):
        return FoundIdentity(identity: identity, place: place, trust: trust, wasTyped: false)
      case .locked(let file):
        return try open(file, at: place)
      case .problem(let problem):
        guard case .sshKey = place else { throw .unusable(place, problem) }
        found[place] = problem
      }
    }
    for (place, problem) in otherSSHKeys { found[place] = problem }
    if places.isVariableEmpty { found[.variable] = .empty }
    throw .notFound(searched: places.ordered, found: found)
  }

  /// All that the places hold, in order; asks for nothing.
  public func list() -> [ListedIdentity] {
    var listed: [ListedIdentity] = []
    var isDecided = false
    for place in places.ordered {
      guard let content = look(at: place) else { continue }
      let (key, state) = describe(content)
      var isUsed = !isDecided
      if case .unusable = state { isUsed = false }
      listed.append(ListedIdentity(place: place, publicKey: key, state: state, isUsed: isUsed))
      isDecided = true
    }
    return listed
      + otherSSHKeys.map { place, problem in
        ListedIdentity(place: place, publicKey: nil, state: .unusable(problem), isUsed: false)
      }
  }

  private enum Content {
    case plain(Identity, ProjectTrust?)
    case locked(IdentityFile)
    case problem(IdentityProblem)
  }

  private func describe(_ content: Content) -> (PublicKey?, ListedIdentity.State) {
    switch content {
    case .plain(let identity, _): (identity.publicKey, .plain)
    case .locked(let file):
      (file.publicKey, unlockedBefore(file) == nil ? .locked : .unlocked)
    case .problem(let problem): (problem.publicKey, .unusable(problem))
    }
  }

  /// What lies in a place; nil where nothing does and nothing must.
  private func look(at place: IdentityPlace) -> Content? {
    do throws(IdentityProblem) {
      switch place {
      case .variable:
        guard let variable = places.variable else { return nil }
        let (identity, trust) = try judged { () throws(IdentityError) in
          try IdentityString.parse(variable, in: arena, isSound: isMember)
        }
        return .plain(identity, trust)
      case .option(let path), .variableFile(let path):
        guard let file = try read(path) else { throw .missing }
        return try content(of: file)
      case .configuration(let path):
        return try read(path).map { file throws(IdentityProblem) in try content(of: file) }
      case .sshKey(let path):
        guard let file = try read(path) else { return nil }
        let identity = try sshIdentity(file)
        guard isMember(identity.publicKey) else { throw .notMember(identity.publicKey) }
        return .plain(identity, nil)
      }
    } catch {
      return .problem(error)
    }
  }

  private func content(of file: PrivateFile) throws(IdentityProblem) -> Content {
    if OpenSSHKey.isPrivateKey(file.content) { return .plain(try sshIdentity(file), nil) }
    let parsed = try judged { () throws(IdentityError) in
      try IdentityFile.parse(file.content, mode: file.mode, in: arena)
    }
    return parsed.identity.map { .plain($0, parsed.trust) } ?? .locked(parsed)
  }

  private func sshIdentity(_ file: PrivateFile) throws(IdentityProblem) -> Identity {
    let key: OpenSSHKey
    do {
      key = try OpenSSHKey.parse(file.content, in: arena)
    } catch {
      throw .sshKey(error)
    }
    guard let identity = key.identity else {
      throw .encryptedSSHKey(key.publicKey, isMember: isMember(key.publicKey))
    }
    guard file.mode & 0o077 == 0 else { throw .identity(.openToOthers(mode: file.mode)) }
    return identity
  }

  private func read(_ path: String) throws(IdentityProblem) -> PrivateFile? {
    do {
      return try PrivateFile.read(path, in: arena)
    } catch {
      throw .unreadable(error)
    }
  }

  private func judged<T>(_ body: () throws(IdentityError) -> T) throws(IdentityProblem) -> T {
    do {
      return try body()
    } catch {
      throw .identity(error)
    }
  }

  private func open(
    _ file: IdentityFile, at place: IdentityPlace
  ) throws(IdentityStoreError) -> FoundIdentity {
    if let identity = unlockedBefore(file) {
      return FoundIdentity(identity: identity, place: place, trust: file.trust, wasTyped: false)
    }
    for attempt in 1...Self.attempts {
      let request = PassphraseRequest(place: place, publicKey: file.publicKey, attempt: attempt)
      switch ask(request) {
      case .noTerminal: throw .unusable(place, .locked(file.publicKey))
      case .declined: throw .unusable(place, .declined(file.publicKey))
      case .interrupted: throw .unusable(place, .interrupted(file.publicKey))
      case .typed(let passphrase):
        do throws(IdentityError) {
          let identity = try file.unlock(passphrase: passphrase, in: arena)
          return FoundIdentity(identity: identity, place: place, trust: file.trust, wasTyped: true)
        } catch .notOpened {
          continue
        } catch {
          throw .unusable(place, .identity(error))
        }
      }
    }
    throw .unusable(place, .identity(.notOpened))
  }

  private func unlockedBefore(_ file: IdentityFile) -> Identity? {
    unlockedSeed(file.publicKey).flatMap { file.unlock(seed: $0) }
  }

  /// Keys of other types under their usual names, which explain why none was found.
  private var otherSSHKeys: [(IdentityPlace, IdentityProblem)] {
    guard let folder = places.sshFolder else { return [] }
    return IdentityPlaces.otherSSHKeys.compactMap { name, type in
      let path = "\(folder)/\(name)"
      return access(path, F_OK) == 0 ? (.sshKey(path: path), .sshKey(.otherType(type))) : nil
    }
  }
}

extension IdentityProblem {
  /// The public key of what cannot be used, where that is known.
  public var publicKey: PublicKey? {
    switch self {
    case .locked(let key), .declined(let key), .interrupted(let key), .notMember(let key): key
    case .encryptedSSHKey(let key, _): key
    case .missing, .empty, .unreadable, .identity, .sshKey: nil
    }
  }
}
