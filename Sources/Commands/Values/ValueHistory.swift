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
  func value(at revision: String, in opened: OpenProject) throws -> Found {
    guard let commit = try git.commit(revision) else {
      throw WorkspaceError.noSuchRevision(revision)
    }
    let id = opened.reading.team.file.project
    let found = try CommittedProject.found(id, at: commit, near: folder, git)
    guard let state = judged(found.files),
      let entry = state.entry(of: name, role: role), !entry.isRemoved
    else { throw Refusal.notAtCommit(name, part(environment, role), revision) }
    return Found(commit: commit, environment: state)
  }

  /// The value of a revision.
  func value(of revision: Int, in opened: OpenProject) throws -> Found {
    let found = try last(in: opened) { $0.revision == revision }
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
      throw twoInHistory(value.entry.rev, [found.commit, other.commit])
    }
    return value
  }

  /// A line of the secret, and the versions that hold it, the newest first.
  private struct Line {
    let record: OlderRecord
    let text: [UInt8]
    var versions: [EnvironmentHistory.Version]
  }

  /// The state with the greatest revision of those whose record is the present one or an ancestor of
  /// it, and fits.
  private func last(
    in opened: OpenProject, where fits: (OlderRecord) -> Bool
  ) throws -> Found? {
    guard let present = opened.reading.environments[environment], try git.commit("HEAD") != nil
    else { return nil }
    var history = try EnvironmentHistory(of: environment, in: folder, git: git)
    let lines = try self.lines(of: &history, present)
    guard
      let wanted = try ancestors(present, lines).filter({ fits($0.record) })
        .max(by: { $0.record.revision < $1.record.revision })
    else { return nil }
    let others = lines.filter { $0.record.id == wanted.record.id }
      .map { (line: $0.text, commit: $0.versions[0].commit) }
    var found: Found?
    for version in wanted.versions {
      guard let team = try history.teamFile(of: version),
        let sealed = try history.sealedFile(of: version),
        let state = judged([TeamFile.name: team, SealedFile.name(of: environment): sealed]),
        state.entry(of: name, role: role)?.id == wanted.record.id
      else { continue }
      let here = Found(commit: version.commit, environment: state, others: others)
      // A merge may have left it beside another one: then as it was before that.
      if state.liveIDs(of: name, role: role) == [wanted.record.id] { return here }
      found = found ?? here
    }
    return found
  }

  /// The secret's lines in all versions, those of the newest first.
  private func lines(
    of history: inout EnvironmentHistory, _ present: Environment
  ) throws -> [Line] {
    var lines: [Line] = []
    var places: [[UInt8]: Int?] = [:]
    for version in history.versions {
      guard let sealed = try history.sealedFile(of: version) else { continue }
      for text in SecretLines.find(name, role: role, in: sealed) {
        if let place = places[text] {
          if let place { lines[place].versions.append(version) }
          continue
        }
        let record = present.olderRecord(text)
        places[text] = .some(record.map { _ in lines.count })
        if let record { lines.append(Line(record: record, text: text, versions: [version])) }
      }
    }
    return lines
  }

  /// The lines that lead to the present one, and it.
  ///
  /// - Throws: `Refusal` where two of them have one id and say different things.
  private func ancestors(_ present: Environment, _ lines: [Line]) throws -> [Line] {
    let byID = Dictionary(grouping: lines, by: \.record.id)
    let live = present.liveIDs(of: name, role: role)
    let revision = present.entry(of: name, role: role)?.rev ?? Int.max
    var next = live.map { (id: $0, below: Int.max) }
    next += present.replaced(by: name, role: role).map { (id: $0, below: revision) }
    var seen: Set<String> = []
    while let (id, below) = next.popLast() {
      // A revision is greater than all that it replaces: what claims more came from elsewhere.
      guard !seen.contains(id),
        let copies = byID[id]?.filter({ $0.record.revision < below }), !copies.isEmpty
      else { continue }
      seen.insert(id)
      if let other = copies.first(where: { !$0.record.isCopy(of: copies[0].record) }) {
        throw twoInHistory(
          copies[0].record.revision, [copies[0].versions[0].commit, other.versions[0].commit])
      }
      next += copies[0].record.after.map { (id: $0, below: copies[0].record.revision) }
    }
    return lines.filter { seen.contains($0.record.id) }
  }

  private func twoInHistory(_ revision: Int, _ commits: [String]) -> Refusal {
    Refusal.twoInHistory(
      name, revision, of: RoleAddress(environment: environment, role: role), commits)
  }

  /// The environment as it was judged then; nil where it could not be used at all.
  private func judged(_ files: [String: [UInt8]]) -> Environment? {
    guard let state = ParsedFiles(files).reading(at: now)?.environments[environment],
      !state.isStopped
    else { return nil }
    return state
  }
}
