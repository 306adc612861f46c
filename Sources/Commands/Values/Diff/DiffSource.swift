// Where the sides of a comparison come from: the files as they lie there, or as a commit has them. What
// is older is judged by itself, and nothing of it is remembered (format.md §6).

internal import Vault
internal import Workspace

/// The project that is compared with itself.
struct DiffSource {
  private let session: Session
  private let opened: OpenProject

  init(_ session: Session, _ opened: OpenProject) {
    self.session = session
    self.opened = opened
  }

  /// One side.
  ///
  /// - Parameters:
  ///   - revision: as a person types it; nil for the working tree.
  ///   - wanted: the environments that are asked about; nil for all.
  /// - Throws: `Refusal`, `ParseError`, `WorkspaceError`.
  /// - Returns: the side; without a reading where the project was not there yet.
  func side(_ revision: String?, wanted: [String]?) throws -> DiffSide {
    guard let revision else {
      return DiffSide(label: "the working tree", reading: opened.reading)
    }
    guard let repository = session.project.repository else { throw Refusal.noRevisions }
    let git = try repository.git(in: session.context)
    guard let commit = try git.commit(revision) else {
      // Before the first commit everything is new.
      if revision == "HEAD" { return DiffSide(label: revision, reading: nil) }
      throw Refusal.noRevision(revision, in: opened.reading.team)
    }
    let folder = session.project.pathInRepository
    guard let files = try CommittedProject.files(at: commit, in: folder, git) else {
      return DiffSide(label: revision, reading: nil)
    }
    let parsed = ParsedFiles(files)
    let isWanted = { (file: String) in
      file == TeamFile.name || wanted?.map(SealedFile.name).contains(file) ?? true
    }
    if let error = parsed.unreadable.first(where: { isWanted($0.file) }) {
      throw Refusal.unreadable(error, at: revision)
    }
    guard let reading = parsed.reading(at: session.context.now) else {
      return DiffSide(label: revision, reading: nil)
    }
    let id = reading.team.file.project
    guard id == opened.reading.team.file.project else {
      throw Refusal.otherProjectAt(revision, id)
    }
    if reading.team.isStopped { throw Refusal(team: reading.team) }
    return DiffSide(label: revision, reading: reading)
  }
}

/// One side of a comparison.
struct DiffSide {
  /// How it is called.
  let label: String
  /// Its files, judged; nil where there are none.
  let reading: Reading?

  /// The environments that have a file, sorted.
  var names: [String] { (reading?.environments ?? [:]).keys.sorted() }

  /// Whether an environment is there, with values or without.
  func has(_ name: String) -> Bool {
    switch reading?.team.environments[name] {
    case .live, .refused: true
    case .removed, nil: false
    }
  }

  /// An environment; nil where it is not there, or has no values yet.
  ///
  /// - Throws: `Refusal` where its file may not be used.
  func environment(_ name: String) throws -> Environment? {
    guard has(name), let environment = reading?.environments[name] else { return nil }
    if environment.isStopped { throw Refusal(stopped: environment) }
    return environment
  }

  /// An environment and those that it extends, the base first, as far as they have values.
  func stack(_ name: String) throws -> [Environment] {
    guard let reading else { return [] }
    guard has(name) else { throw Refusal.noEnvironment(name, in: reading.team) }
    var stack: [Environment] = []
    var next: String? = name
    // The team's judgement has refused every circle of bases.
    while let current = next {
      if let environment = try environment(current) { stack.insert(environment, at: 0) }
      next =
        if case .live(_, let base) = reading.team.environments[current] { base } else { nil }
    }
    return stack
  }
}
