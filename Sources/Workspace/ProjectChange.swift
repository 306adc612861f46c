// A change of a project: read and judged under the lock, made by the drafts of Vault, committed
// all or none.

internal import Sealing
public import Vault

/// A change that is being made, under the project's lock.
public struct ProjectChange {
  /// The project as it will be, judged after each step.
  public fileprivate(set) var project: OpenProject
  /// Who writes.
  public let author: Author
  private let before: [String: [UInt8]]
  private var removed: Set<String> = []

  init(_ project: OpenProject, by author: Author) {
    self.project = project
    self.author = author
    before = project.files.merging(project.united) { _, read in read }
  }

  /// Changes team.keys.
  ///
  /// - Parameter body: makes the change.
  /// - Throws: what the body throws.
  /// - Returns: what the body returned.
  public mutating func team<R>(_ body: (inout TeamDraft) throws -> R) throws -> R {
    let reading = project.reading
    var draft = try TeamDraft(reading.team, by: author, in: reading.environments)
    let result = try body(&draft)
    guard let change = draft.change else { return result }
    try project.replace(TeamFile.name, change, isOwn: true)
    // What another branch said is over by this very change, it may be, and is put back (§6).
    let after = project.reading
    if let more = try TeamDraft(after.team, by: author, in: after.environments).change {
      try project.replace(TeamFile.name, more, isOwn: true)
    }
    return result
  }

  /// Changes an environment's file; makes it where the environment has none yet.
  ///
  /// - Parameters:
  ///   - name: the environment.
  ///   - body: makes the change.
  /// - Throws: what the body throws.
  /// - Returns: what the body returned.
  public mutating func environment<R>(
    _ name: String, _ body: (inout SealedDraft) throws -> R
  ) throws -> R {
    // What stands by this machine's memory alone decides what is written, and others must find it.
    if project.reading.team.standsByMemory { try team { _ in } }
    let file = SealedFile.name(of: name)
    if project.files[file] == nil {
      // What this machine remembers of it would have no place any more.
      try project.reading.team.requireUnbarred(.environment(name))
      let id = project.reading.team.file.project
      try project.replace(
        file, SealedDraft.empty(project: id, environment: name), isOwn: true)
    }
    guard let environment = project.reading.environments[name] else {
      throw WriteError.noSuchEnvironment(name)
    }
    let open = OpenEnvironment(environment, as: author.identity, in: author.arena)
    var draft = try SealedDraft(open, by: author)
    let result = try body(&draft)
    if let change = draft.change { try project.replace(file, change, isOwn: true) }
    return result
  }

  /// Removes an environment's file.
  public mutating func removeFile(of environment: String) {
    removed.insert(SealedFile.name(of: environment))
  }

  /// Puts whole contents in a file's place: conflict markers united, or another's lines.
  ///
  /// - Throws: `ParseError`.
  public mutating func replace(_ file: String, _ bytes: [UInt8]) throws(ParseError) {
    try project.replace(file, bytes, isOwn: false)
  }

  /// The files that differ from what was read.
  var changes: [FileChange] {
    var changes: [FileChange] = []
    for (name, bytes) in project.files.sorted(by: { $0.key < $1.key })
    where !removed.contains(name) && !isSame(before[name], bytes) {
      changes.append(FileChange(name, from: before[name], to: bytes))
    }
    for name in removed.sorted() where before[name] != nil {
      changes.append(FileChange(name, from: before[name], to: nil))
    }
    return changes
  }
}

extension OpenProject {
  /// Makes a change for no more than looking at what it would do: nothing is written.
  ///
  /// - Parameters:
  ///   - author: who would write.
  ///   - body: makes the change.
  /// - Throws: what the body throws.
  /// - Returns: what the body returned.
  public func rehearsing<R>(
    by author: Author, _ body: (inout ProjectChange) throws -> R
  ) throws -> R {
    var change = ProjectChange(self, by: author)
    return try body(&change)
  }
}

extension Project {
  /// Changes a project: nobody else writes between reading and committing.
  ///
  /// - Parameters:
  ///   - scope: which environments the change may touch.
  ///   - context: the surroundings.
  ///   - patience: how long to wait for others.
  ///   - isUniting: files with git's conflict markers are written back as the union of both sides.
  ///   - known: the same scope as it was read just before; judged again only where it has changed.
  ///   - check: looks at what was read, and says who writes.
  ///   - body: makes the change.
  /// - Throws: `OpenProjectError`, `WorkspaceError`, and what `check` and `body` throw; nothing
  ///   has changed then.
  /// - Returns: what the body returned, and the project as it is now.
  public func change<R>(
    _ scope: OpenProject.Scope, in context: Context, patience: Patience = Patience(),
    isUniting: Bool = false, known: OpenProject? = nil, by check: (OpenProject) throws -> Author,
    _ body: (inout ProjectChange) throws -> R
  ) throws -> (result: R, project: OpenProject) {
    let lock = try lock(patience)
    let opened =
      if let known, try known.isCurrent() {
        known
      } else {
        try OpenProject(self, scope, in: context, isUniting: isUniting)
      }
    var change = ProjectChange(opened, by: try check(opened))
    let result = try body(&change)
    try lock.commit(change.changes)
    change.project.wasWritten()
    change.project.rememberOrTell()
    return (result, change.project)
  }
}
