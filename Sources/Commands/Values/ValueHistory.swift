// A secret's older values in git's history. What an earlier commit holds is judged by the team of
// that commit, and taken for an ancestor only where the present line says that it is one: who can
// push cannot slip another value in.

internal import Vault
internal import Workspace

/// The past of one secret.
struct ValueHistory {
  /// A state of the project in which the secret has the value that is looked for.
  struct Found {
    let commit: String
    let environment: Environment
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
    guard let state = files.flatMap(judged),
      let entry = state.entry(of: name, role: role), !entry.isRemoved
    else { throw Refusal.notAtCommit(name, part(environment, role), revision) }
    return Found(commit: commit, environment: state)
  }

  /// The value of a revision.
  func value(of revision: Int, in opened: OpenProject) throws -> Found {
    let found = try first(in: opened) { $0.rev == revision }
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
    guard let found = try first(in: opened, where: { !live.contains($0.id) && !$0.isRemoved })
    else { throw Refusal.notInHistory(name, part(environment, role), revision: nil) }
    return found
  }

  /// Opens what was found, with the keys of the present.
  func open(_ found: Found, with present: OpenEnvironment) throws -> OlderValue {
    let place = part(environment, role)
    do throws(OpeningError) {
      if let value = try present.older(name, role: role, in: found.environment) { return value }
    } catch {
      throw Refusal.olderNotOpened(name, place, at: found.commit, error)
    }
    throw Refusal.notAtCommit(name, place, found.commit)
  }

  /// The newest state whose record is the present one or an ancestor of it, and fits.
  private func first(
    in opened: OpenProject, where fits: (Entry) -> Bool
  ) throws -> Found? {
    guard let present = opened.reading.environments[environment],
      let head = try git.commit("HEAD")
    else { return nil }
    var known = present.liveIDs(of: name, role: role)
      .union(present.replaced(by: name, role: role))
    let file = SealedFile.name(of: environment)
    var last: String?
    for commit in try git.commits(changing: "\(folder)/\(file)", upTo: head) {
      guard
        let state = try CommittedProject(commit: commit, folder: folder, file: file, git: git)
          .flatMap(judged), let entry = state.entry(of: name, role: role),
        // Most commits are about other names.
        entry.id != last
      else { continue }
      guard known.contains(entry.id) else { continue }
      last = entry.id
      known.formUnion(state.replaced(by: name, role: role))
      if fits(entry) { return Found(commit: commit, environment: state) }
    }
    return nil
  }

  /// The environment as it was judged then; nil where it could not be used at all.
  private func judged(_ committed: CommittedProject) -> Environment? {
    guard let state = ParsedFiles(committed.files).reading(at: now)?.environments[environment],
      !state.isStopped
    else { return nil }
    return state
  }
}
