// What nearly every command begins with: find the project, see that it is trusted, find who acts.

internal import Sealing
internal import Vault
internal import Workspace

/// A command's view of the project and of the person or machine that acts.
struct Session {
  let context: Context
  let console: Console
  let project: Project
  /// Where keys and values of this command lie.
  let arena: SecureArena
  /// Whether a person may be asked; where not, it is as if there were no terminal.
  var mayAsk = true
  private let identityPath: String?
  private let found = Found()

  /// The identity once it was found, so that no file is read and no key derived twice.
  private final class Found {
    var identity: FoundIdentity?
  }

  /// Finds the project.
  ///
  /// - Parameters:
  ///   - directory: where to start instead of the working directory (`-C`).
  ///   - identityPath: what `--identity` names.
  ///   - context: the surroundings.
  ///   - console: where notes go.
  ///   - arena: where keys and values go.
  /// - Throws: `WorkspaceError`.
  init(
    directory: String?, identityPath: String?, in context: Context, console: Console,
    arena: SecureArena = SecureArena(capacity: 1 << 14)
  ) throws {
    self.context = context
    self.console = console
    self.identityPath = identityPath
    self.arena = arena
    var project = try Project.find(in: context, from: directory)
    project.settled = console.tell
    var isTold = false
    project.notRemembered = { error in
      if !isTold { console.warn(.notRemembered(error)) }
      isTold = true
    }
    self.project = project
  }

  /// How to commit what was written, from where the person is.
  var commitHint: String {
    let isHere = context.workingDirectory == project.directory
    let git = isHere ? "git" : "git -C \(shellWord(project.directory))"
    return "\(git) add \(project.folderName) && \(git) commit"
  }

  /// Whether a person can be asked.
  var hasTerminal: Bool { mayAsk && (try? Prompt()) != nil }

  // Reading

  /// Reads and judges the project, once it is trusted.
  ///
  /// - Throws: `Refusal` where it is not trusted, or nothing of it may be used; what reading throws.
  func open(_ scope: OpenProject.Scope, isUniting: Bool = false) throws -> OpenProject {
    let opened = try OpenProject(project, scope, in: context, isUniting: isUniting)
    try requireTrust(opened)
    try requireSoundTeam(opened)
    opened.rememberOrTell()
    return opened
  }

  /// Refuses a project of which nothing may be used.
  func requireSoundTeam(_ opened: OpenProject) throws {
    guard opened.reading.team.isStopped || opened.reading.team.findings.contains(where: \.stopsAll)
    else { return }
    throw Refusal(team: opened.reading.team)
  }

  /// The environment of a name.
  ///
  /// - Throws: `Refusal` where there is none, or it is refused.
  func environment(_ name: String, in opened: OpenProject) throws -> Environment {
    switch opened.reading.team.environments[name] {
    case nil, .removed: throw Refusal.noEnvironment(name, in: opened.reading.team)
    case .refused, .live:
      if let refusal = Refusal.rolledBack(name, in: opened.reading.team) { throw refusal }
      guard let environment = opened.reading.environments[name] else {
        throw Refusal.noFile(of: name, in: opened.reading.team, project)
      }
      if environment.isStopped { throw Refusal(stopped: environment) }
      return environment
    }
  }

  // Trust

  /// Refuses a project that is not trusted, once a person who can be asked has declined.
  func requireTrust(_ opened: OpenProject) throws {
    let team = opened.reading.team
    let id = team.file.project
    if let text = context.environment["SECRETS_TRUST"] {
      guard let wanted = TrustText(text) else { throw Refusal.badTrustVariable }
      guard wanted.isMet(by: team) else { throw Refusal.otherProject(id, wanted: wanted.project) }
      return
    }
    if let trusted = try opened.memory.trustedProject() {
      guard trusted == id else { throw Refusal.projectReplaced(id, known: trusted) }
      return
    }
    if let trust = try carriedTrust(for: opened) {
      guard trust.project == id, team.roots.contains(where: { $0.key == trust.rootKey }) else {
        throw Refusal.otherProject(id, wanted: trust.project)
      }
      return
    }
    try askForTrust(opened)
  }

  /// The trust that the identity carries, as a machine's does.
  ///
  /// - Throws: `IdentityStoreError` where the identity that was given cannot be read at all, or is
  ///   an empty variable: that, and not trust, is what is missing then.
  private func carriedTrust(for opened: OpenProject) throws -> ProjectTrust? {
    do throws(IdentityStoreError) {
      if let known = found.identity { return known.trust }
      let identity = try identityStore(for: opened, asking: false).find()
      found.identity = identity
      return identity.trust
    } catch .unusable(let place, .identity(let error)) where place.isGiven {
      throw IdentityStoreError.unusable(place, .identity(error))
    } catch .notFound(let searched, let found) where found[.variable] != nil && !hasTerminal {
      throw IdentityStoreError.notFound(searched: searched, found: found)
    } catch {
      return nil
    }
  }

  /// Shows the project and asks a person whether it is the one they mean.
  func askForTrust(_ opened: OpenProject) throws {
    let team = opened.reading.team
    try requireSoundTeam(opened)
    guard mayAsk, let prompt = try? Prompt() else { throw Refusal.untrusted(team.file.project) }
    for line in TrustText.introduction(of: opened, to: ownKey(in: opened)) { console.note(line) }
    for other in GitOfProject(project, in: context, console: console).otherProjects() {
      console.note("another project of this repository: \(other)")
    }
    guard try prompt.confirm("Trust this project?") else {
      throw Refusal.trustDeclined(team.file.project)
    }
    if try !keepTrust(in: opened) { console.warn(Refusal.trustNotKept(team)) }
  }

  /// Keeps that a person trusts the project, and lets `git diff` show its names.
  ///
  /// - Throws: `WorkspaceError`.
  /// - Returns: whether it could be kept.
  func keepTrust(in opened: OpenProject) throws -> Bool {
    let isKept = try opened.memory.trust(opened.reading.team.file.project)
    opened.rememberOrTell()
    let git = GitOfProject(project, in: context, console: console)
    if project.repository != nil { git.setTextconv() }
    return isKept
  }

  /// The key that commands act as, as far as it is known without a passphrase.
  private func ownKey(in opened: OpenProject) -> PublicKey? {
    identityStore(for: opened, asking: false).list().first(where: \.isUsed)?.publicKey
  }

  // Identity

  /// Finds the identity that acts.
  ///
  /// - Throws: `IdentityStoreError`.
  func identity(for opened: OpenProject, asking: Bool = true) throws -> FoundIdentity {
    if let known = found.identity { return known }
    let identity = try identityStore(for: opened, asking: asking && mayAsk).find()
    if identity.wasTyped { Unlocking(context: context, console: console).keep(identity.identity) }
    found.identity = identity
    return identity
  }

  /// Who looks at names.
  ///
  /// They are no secret, so whoever has no identity, or a locked one and no passphrase at hand,
  /// sees them, and everything closed.
  ///
  /// - Throws: `IdentityStoreError` for an identity that is there and damaged.
  func reader(for opened: OpenProject) throws -> Identity {
    do {
      return try identity(for: opened).identity
    } catch let error as IdentityStoreError {
      switch error {
      case .notFound, .unusable(_, .locked), .unusable(_, .declined): break
      case .unusable: throw error
      }
      console.warn(Refusal(error))
      return Identity.generate(in: arena)
    }
  }

  /// The store of identities, for a project whose members decide on keys of OpenSSH.
  func identityStore(for opened: OpenProject?, asking: Bool = true) -> IdentityStore {
    IdentityStore(
      path: identityPath, in: context, arena: arena, asking: asking,
      isMember: { opened?.reading.team.currentNames(of: $0).isEmpty == false })
  }

  /// Who writes.
  ///
  /// - Throws: `Refusal` where the identity is no member's; `IdentityStoreError`.
  func author(in opened: OpenProject) throws -> Author {
    let found = try identity(for: opened)
    let team = opened.reading.team
    guard let name = team.currentNames(of: found.identity.publicKey).first else {
      throw Refusal.notMember(found.identity.publicKey, in: team)
    }
    return Author(name: name, identity: found.identity, now: context.now, arena: arena)
  }

  /// Refuses who is neither the root nor an admin, before they are asked anything.
  ///
  /// - Throws: `WriteError.needsAdmin`, and what `author` throws.
  func requireAdmin(in opened: OpenProject) throws {
    let name = try author(in: opened).name
    let team = opened.reading.team
    guard name == team.root || team.admins.contains(name) else { throw WriteError.needsAdmin }
  }

  // Writing

  /// Changes the project: all files or none.
  ///
  /// - Parameters:
  ///   - scope: which environments the change may touch.
  ///   - someone: who writes, where that is no member yet.
  ///   - isUniting: whether conflict markers of git are read as both sides.
  ///   - body: makes the change.
  /// - Throws: what reading, judging and the body throw.
  /// - Returns: what the body returned, and the project as it is now.
  @discardableResult
  func change<R>(
    _ scope: OpenProject.Scope, as someone: Author? = nil, isUniting: Bool = false,
    _ body: (inout ProjectChange) throws -> R
  ) throws -> (result: R, project: OpenProject) {
    // Questions come before the lock: nobody else waits for an answer typed here.
    var known: OpenProject?
    let author: Author
    if let someone {
      author = someone
    } else {
      let opened = try open(scope, isUniting: isUniting)
      author = try self.author(in: opened)
      known = opened
    }
    let patience = Patience(notice: console.tellWaiting)
    var remembered: [String] = []
    let outcome = try project.change(
      scope, in: context, patience: patience, isUniting: isUniting, known: known,
      by: { opened in
        try requireTrust(opened)
        try requireSoundTeam(opened)
        return author
      },
      { change in
        remembered = change.project.reading.team.rememberedTexts
        return try body(&change)
      })
    let left = Set(outcome.project.reading.team.rememberedTexts)
    console.tell(writtenDown: remembered.filter { !left.contains($0) })
    return outcome
  }
}

extension Finding {
  /// Whether it stops everything, though no line is forged: a name with another key (§6).
  var stopsAll: Bool {
    guard isError, kind == .rollback || kind == .untrusted else { return false }
    return thing == .root
  }
}
