// A new project: all its files at once, so that no half of one is ever found; and what surrounds
// them for git, which can be completed later.

internal import Glibc
internal import Sealing
public import Vault

/// What founding a project, or completing it, has written.
public struct Founding: Sendable {
  /// The project's id; nil where it was there already.
  public let project: ProjectID?
  /// What was written, by paths from the project's directory; `:/.gitignore` is the one at the top
  /// level, where that is another directory.
  public let written: [String]
}

extension Project {
  /// The environments that a new project has, and whether each is protected.
  public static let firstEnvironments = [("development", false), ("production", true)]

  /// Makes the project: its root, two environments with a first key of their role `default`, and
  /// what git is to know.
  ///
  /// - Parameters:
  ///   - author: the founder.
  ///   - context: the surroundings.
  /// - Throws: `WorkspaceError`; nothing has changed then. `WriteError`, `ParseError` never.
  /// - Returns: the new project's id, and what was written.
  public func found(by author: Author, in context: Context) throws -> Founding {
    let lock = try lock()
    let (id, files) = try Self.firstFiles(by: author)
    let changes = try surroundings() + files.map { FileChange($0.name, from: nil, to: $0.bytes) }
    try checkFolderIsOwn()
    try lock.commit(changes)
    // Memory makes the next command faster; it is not what the project rests on.
    _ = try? ProjectMemory(of: self).trust(id)
    try? OpenProject(self, .all, in: context).rememberOrTell()
    return Founding(project: id, written: paths(of: changes))
  }

  /// Adds what a project's surroundings lack, and nothing else.
  ///
  /// - Throws: `WorkspaceError`; nothing has changed then.
  /// - Returns: what was written.
  public func complete() throws(WorkspaceError) -> Founding {
    let lock = try lock()
    let changes = try surroundings()
    try lock.commit(changes)
    return Founding(project: nil, written: paths(of: changes))
  }

  /// What lies in the folder of a project that is to be made, and is no part of one: nobody means
  /// to commit it by `git add`.
  ///
  /// - Returns: the names, sorted.
  /// - Throws: `symbolicLink` where the folder leads elsewhere, or `system`.
  public func foreignNames() throws(WorkspaceError) -> [String] {
    try checkFolderIsOwn()
    return try (Disk.names(in: folder) ?? []).filter {
      ![".gitignore", ".gitattributes", "schema.toml"].contains($0) && !Aside.isAside($0)
    }.sorted()
  }

  private static func firstFiles(
    by author: Author
  ) throws -> (project: ProjectID, files: [(name: String, bytes: [UInt8])]) {
    let root = try TeamFile(TeamDraft.found(root: author.name, by: author))
    var draft = try TeamDraft(Reading(root, sealed: [], now: author.now).team, by: author)
    for (name, isProtected) in firstEnvironments {
      try draft.setEnvironment(name, isProtected: isProtected, extends: nil)
      let key = GrantKey(member: author.name, environment: name, role: "default")
      try draft.grant(key, access: .write)
    }
    let team = try TeamFile(draft.bytes)
    var files = [(name: TeamFile.name, bytes: draft.bytes)]
    for (name, _) in firstEnvironments {
      let file = SealedFile.name(of: name)
      let empty = SealedDraft.empty(project: team.project, environment: name)
      let reading = try Reading(team, sealed: [SealedFile(empty, name: file)], now: author.now)
      guard let environment = reading.environments[name] else {
        throw WriteError.noSuchEnvironment(name)
      }
      let opened = OpenEnvironment(environment, as: author.identity, in: author.arena)
      var sealed = try SealedDraft(opened, by: author)
      try sealed.prepare("default")
      files.append((file, sealed.bytes))
    }
    return (team.project, files)
  }

  /// The changes to the files of git's that lack a line.
  private func surroundings() throws(WorkspaceError) -> [FileChange] {
    var changes = [
      // First, so that at no moment what is being written could be added.
      try adding(["*.local.sealed", ".*.new"], to: ".gitignore", at: .folder),
      try adding(
        ["*.sealed", "team.keys"].map { "\($0) -text merge=union diff=secrets" },
        to: ".gitattributes", at: .folder),
    ]
    if repository != nil {
      changes.append(
        try adding([".env", ".env.local", ".env.*.local"], to: ".gitignore", at: .topLevel))
    }
    return changes.filter { $0.old != $0.new }
  }

  private func adding(
    _ lines: [String], to name: String, at base: FileChange.Base
  ) throws(WorkspaceError) -> FileChange {
    let path = try path(of: name, at: base)
    let file = try RegularFile.open(path, limit: FileChange.limit(of: name))
    var old: [UInt8]?
    if let file { old = try file.bytes() }
    return FileChange(name, at: base, from: old, to: LineFile(old).adding(lines))
  }

  private func checkFolderIsOwn() throws(WorkspaceError) {
    var status = stat()
    guard lstat(folder, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFLNK { throw .symbolicLink(path: folder) }
  }

  private func paths(of changes: [FileChange]) -> [String] {
    changes.map { change in
      switch change.base {
      case .folder: "\(folderName)/\(change.name)"
      case .topLevel: directory == topLevel ? change.name : ":/\(change.name)"
      }
    }
  }
}
