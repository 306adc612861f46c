// A project on disk: where it is, and what it consists of.

internal import Glibc

/// A folder that holds `team.keys`, or is about to.
public struct Project {
  /// The names that a project's folder may have.
  public static let folderNames = ["secrets", ".secrets"]
  /// The file that makes a folder a project.
  public static let teamFile = "team.keys"

  /// The directory that holds the folder.
  public let directory: String
  /// The folder's name.
  public let folderName: String
  /// The repository around it; nil in an image or a tarball.
  public let repository: Repository?
  /// Where this machine remembers things; nil where there is no home.
  public let state: StateFolder?

  /// Is told what was done about a commit that a dead process left unfinished.
  public var settled: (ProjectLock.Recovery) -> Void = { _ in }
  /// Is told why a state of the project could not be remembered.
  public var notRemembered: (WorkspaceError) -> Void = { _ in }

  /// Stops or fails the system calls that write.
  var testOnlyGate: Disk.Gate? { didSet { disk = Disk(gate: testOnlyGate) } }
  private(set) var disk = Disk()
  let bookkeeping: [Bookkeeping]

  /// The folder's absolute path.
  public var folder: String { Path.join(directory, folderName) }

  /// The directory that paths in the repository start from.
  public var topLevel: String { repository?.topLevel ?? directory }

  /// The folder's path from the repository's top level, such as `services/api/secrets`.
  public var pathInRepository: String { Path.relative(folder, to: topLevel) ?? folderName }

  /// What tells this project's place from others, for what is remembered of it.
  public var place: Place {
    guard let repository, let remote = repository.remoteAddress() else { return location }
    return Place(remote: remote, topLevel: repository.topLevel, path: pathInRepository)
  }

  /// The place that it is while it has no remote.
  var location: Place {
    guard let repository else { return Place(location: directory, path: folderName) }
    // All working trees of a clone are one place.
    let common = repository.commonDirectory
    let location = common.hasSuffix("/.git") ? String(common.dropLast(5)) : common
    return Place(location: location, path: pathInRepository)
  }

  /// Names a folder that is to become a project.
  ///
  /// - Parameters:
  ///   - folderName: one of `folderNames`.
  ///   - directory: the directory that holds it; the working directory where nil.
  ///   - context: the surroundings.
  /// - Throws: `badFileName`, `noWorkingDirectory`, or `system` where there is no such directory.
  public init(
    new folderName: String, directory: String? = nil, in context: Context
  ) throws(WorkspaceError) {
    guard Self.folderNames.contains(folderName) else { throw .badFileName(folderName) }
    let start = try Self.start(directory, in: context)
    self.init(
      directory: start, folderName: folderName, repository: Self.repository(above: start),
      state: StateFolder(in: context))
  }

  private init(
    directory: String, folderName: String, repository: Repository?, state: StateFolder?
  ) {
    self.directory = directory
    self.folderName = folderName
    self.repository = repository
    self.state = state
    bookkeeping = Bookkeeping.places(
      folder: Path.join(directory, folderName), repository: repository, state: state)
  }

  /// Finds the project of the nearest directory above that has one.
  ///
  /// The search ends at the top level of git's working tree, a submodule's only where that has no
  /// project and neither has the repository that it is part of; without git, at `/`. A folder of
  /// another user, root aside, is taken only where its directory was named: anyone could have laid
  /// one into `/tmp`.
  ///
  /// - Parameters:
  ///   - context: the surroundings.
  ///   - named: where to start instead of the working directory (`-C`).
  /// - Returns: the project.
  /// - Throws: `noProject`, `twoFolders`, `foreignOwner`, `symbolicLink`, `noWorkingDirectory`, or
  ///   `system` where there is no such directory.
  public static func find(
    in context: Context, from named: String? = nil
  ) throws(WorkspaceError) -> Project {
    let start = try Self.start(named, in: context)
    var searched: [String] = []
    var submodule: Repository?
    var next: String? = start
    while let directory = next {
      let repository = Repository(topLevel: directory)
      if let submodule, let repository, !submodule.isSubmodule(of: repository) { break }
      searched.append(directory)
      if let name = try folderName(in: directory) {
        let around = repository ?? Self.repository(above: directory)
        if let submodule {
          guard let around, submodule.isSubmodule(of: around) else { break }
        }
        let project = Project(
          directory: directory, folderName: name, repository: around,
          state: StateFolder(in: context))
        try project.checkOwner(context.userID, isNamed: named != nil && directory == start)
        return project
      }
      if let repository {
        guard repository.mayBeSubmodule else { break }
        submodule = repository
      }
      next = Path.parent(of: directory)
    }
    throw .noProject(searched: searched)
  }

  /// The environments that have a file, sorted; nobody's own overlays (`*.local.sealed`).
  ///
  /// - Returns: their names; a file whose name is no environment's is left out.
  /// - Throws: `system`.
  public func environments() throws(WorkspaceError) -> [String] {
    let names = try Disk.names(in: folder) ?? []
    return names.filter { $0.hasSuffix(".sealed") }.map { String($0.dropLast(7)) }
      .filter { Self.isLabel($0) && !$0.hasSuffix(".local") }
  }

  // format §2
  private static func isLabel(_ name: String) -> Bool {
    let bytes = name.utf8
    guard (1...63).contains(bytes.count), let first = bytes.first else { return false }
    func isLetterOrDigit(_ byte: UInt8) -> Bool {
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
    return isLetterOrDigit(first)
      && bytes.allSatisfy { isLetterOrDigit($0) || [0x2E, 0x5F, 0x2D].contains($0) }
  }

  private static func start(
    _ named: String?, in context: Context
  ) throws(WorkspaceError) -> String {
    guard let named else {
      guard let directory = context.workingDirectory else { throw .noWorkingDirectory }
      return directory
    }
    if named.hasPrefix("/") { return try Path.realDirectory(named) }
    guard let directory = context.workingDirectory else { throw .noWorkingDirectory }
    return try Path.realDirectory(Path.join(directory, named))
  }

  private static func repository(above directory: String) -> Repository? {
    var next: String? = directory
    while let directory = next {
      if let repository = Repository(topLevel: directory) { return repository }
      next = Path.parent(of: directory)
    }
    return nil
  }

  private static func folderName(in directory: String) throws(WorkspaceError) -> String? {
    let found = folderNames.filter { name in
      var status = stat()
      return lstat(Path.join(Path.join(directory, name), teamFile), &status) == 0
    }
    guard found.count < 2 else { throw .twoFolders(directory: directory) }
    return found.first
  }

  private func checkOwner(_ user: UInt32, isNamed: Bool) throws(WorkspaceError) {
    var status = stat()
    guard lstat(folder, &status) == 0 else {
      throw .system(.inspect, path: folder, errno: errno)
    }
    // A committed link could lead to any folder of this machine.
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .symbolicLink(path: folder) }
    guard isNamed || user == 0 || [user, 0].contains(status.st_uid) else {
      throw .foreignOwner(path: folder, user: status.st_uid)
    }
  }
}
