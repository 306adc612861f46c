// A secret's older values in git's history. What an earlier commit holds is judged by the team of
// that commit, and taken for an ancestor only where the present line says that it is one. Whoever
// had a right once and can push may still put another value of that id into some commit: where
// history holds two, a person has to say which.

internal import Vault
internal import Workspace

/// The past of one secret.
struct ValueHistory {
  /// A state of the project in which the secret has the value that is looked for.
  struct Found {
    let commit: String
    let environment: Environment
    /// The lines of the secret that other commits hold, each with one of these.
    var others: [(line: [UInt8], commit: String)] = []
  }

  private let name: String
  private let role: String
  private let environment: String
  private let folder: String
  private let git: GitCommand
  private let now: Int64

  /// Looks from the project's repository.
  ///
  /// - Throws: `Refusal` where there is no history, `WorkspaceError`.
  init(_ name: String, role: String, of environment: String, _ session: Session) throws {
    guard let repository = session.project.repository else { throw Refusal.noHistory(name) }
    (self.name, self.role, self.environment) = (name, role, environment)
    folder = session.project.pathInRepository
    git = try repository.git(in: session.context)
    now = session.context.now
  }

  /// The value as of a commit.
  func value(at revision: String) throws -> Found {
    guard let commit = try git.commit(revision) else {
      throw WorkspaceError.noSuchRevision(revision)
    }
    let files = try CommittedProject(
      commit: commit, folder: folder, file: SealedFile.name(of: environment), git: git)
    guard let state = files.flatMap({ judged($0.files) }),
      let entry = state.entry(of: name, role: role), !entry.isRemoved
    else { throw Refusal.notAtCommit(name, part(environment, role), revision) }
    return Found(commit: commit, environment: state)
  }

  /// The value of a revision.
  func value(of revision: Int, in opened: OpenProject) throws -> Found {
    let found = try last(in: opened) { $0.rev == revision }
    guard let found else {
      throw Refusal.notInHistory(name, part(environment, role), revision: revision)
    }
    if found.environment.entry(of: name, role: role)?.isRemoved == true {
      throw Refusal.wasRemoval(name, revision: revision)
    }
    return found
  }

  /// The value before the present one.
  func valueBefore(in opened: OpenProject) throws -> Found {
    let live = opened.reading.environments[environment]?.liveIDs(of: name, role: role) ?? []
    guard let found = try last(in: opened, where: { !live.contains($0.id) && !$0.isRemoved })
    else { throw Refusal.notInHistory(name, part(environment, role), revision: nil) }
    return found
  }

  /// Opens what was found, with the keys of the present.
  func open(_ found: Found, with present: OpenEnvironment) throws -> OlderValue {
    let place = part(environment, role)
    let value: OlderValue?
    do throws(OpeningError) {
      value = try present.older(name, role: role, in: found.environment)
    } catch {
      throw Refusal.olderNotOpened(name, place, at: found.commit, error)
    }
    guard let value else { throw Refusal.notAtCommit(name, place, found.commit) }
    if let other = found.others.first(where: { present.contradicts($0.line, value) }) {
      throw Refusal.twoInHistory(
        name, value.entry.rev, of: RoleAddress(environment: environment, role: role),
        [found.commit, other.commit])
    }
    return value
  }

  /// The state with the greatest revision of those whose record is the present one or an ancestor of
  /// it, and fits.
  private func last(
    in opened: OpenProject, where fits: (Entry) -> Bool
  ) throws -> Found? {
    guard let present = opened.reading.environments[environment] else { return nil }
    var known = present.liveIDs(of: name, role: role)
      .union(present.replaced(by: name, role: role))
    var history = try EnvironmentHistory(of: environment, in: folder, git: git)
    var found: Found?
    var revision = 0
    var lines: [[UInt8]: String] = [:]
    var lastLines: [[UInt8]] = []
    for version in history.versions {
      guard let sealed = try history.sealedFile(of: version) else { continue }
      let here = SecretLines.find(name, role: role, in: sealed)
      // Most commits are about other names.
      if here == lastLines { continue }
      lastLines = here
      for line in here where lines[line] == nil { lines[line] = version.commit }
      // What cannot be later than what was found is not judged.
      let greatest = here.compactMap(SecretLines.revision(of:)).max() ?? 0
      guard greatest > revision, let team = try history.teamFile(of: version),
        let state = judged([TeamFile.name: team, SealedFile.name(of: environment): sealed]),
        let entry = state.entry(of: name, role: role), known.contains(entry.id)
      else { continue }
      known.formUnion(state.replaced(by: name, role: role))
      guard fits(entry), entry.rev > revision else { continue }
      found = Found(commit: version.commit, environment: state)
      revision = entry.rev
    }
    found?.others = lines.map { ($0.key, $0.value) }.sorted { $0.commit < $1.commit }
    return found
  }

  /// The environment as it was judged then; nil where it could not be used at all.
  private func judged(_ files: [String: [UInt8]]) -> Environment? {
    guard let state = ParsedFiles(files).reading(at: now)?.environments[environment],
      !state.isStopped
    else { return nil }
    return state
  }
}
