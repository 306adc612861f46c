// What a machine keeps outside every repository (format §6), as named bytes. Where there is no home
// or it cannot be written, there is no memory, and that is no error.

internal import Glibc

/// `$XDG_STATE_HOME/secrets/`, else `$HOME/.local/state/secrets/`.
public struct StateFolder {
  /// The folder's path; it need not be there.
  public let path: String
  private let userID: UInt32
  private static let limit = 64 << 20

  /// Stops or fails the system calls that write.
  var testOnlyGate: Disk.Gate? { didSet { disk = Disk(gate: testOnlyGate) } }
  private(set) var disk = Disk()

  /// Finds the folder's path; nil where the environment names no home.
  ///
  /// - Parameter context: the surroundings.
  public init?(in context: Context) {
    let environment = context.environment
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      path = Path.join(state, "secrets")
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      path = Path.join(home, ".local/state/secrets")
    } else {
      return nil
    }
    userID = context.userID
  }

  /// Reads what is kept under a name.
  ///
  /// - Parameter name: letters, digits, `_`, `-` and inner dots.
  /// - Returns: the bytes; nil where nothing is kept.
  /// - Throws: `unsafeState` where others could have written it, else what reading a file throws:
  ///   memory that is there and cannot be read must not pass for none.
  public func read(_ name: String) throws(WorkspaceError) -> [UInt8]? {
    let file = try Self.file(name, in: path)
    guard let opened = try open(file) else { return nil }
    guard isSafe(owner: opened.owner, permissions: opened.permissions) else {
      throw .unsafeState(path: file)
    }
    try checkFolder()
    return try opened.bytes()
  }

  private func open(_ file: String) throws(WorkspaceError) -> RegularFile? {
    do throws(WorkspaceError) {
      return try RegularFile.open(file, limit: Self.limit)
    } catch {
      // A folder that this user cannot even reach holds nothing of theirs: `$HOME` is another's.
      var folder = stat()
      if stat(path, &folder) != 0, errno == EACCES { return nil }
      throw error
    }
  }

  /// Keeps bytes under a name, instead of what was there.
  ///
  /// - Parameters:
  ///   - name: letters, digits, `_`, `-` and inner dots.
  ///   - bytes: what is kept.
  /// - Returns: whether there is a place to keep anything.
  /// - Throws: what `update` throws.
  @discardableResult
  public func write(_ name: String, _ bytes: [UInt8]) throws(WorkspaceError) -> Bool {
    try update(name) { _ in bytes }
  }

  /// Forgets what is kept under a name.
  ///
  /// - Parameter name: letters, digits, `_`, `-` and inner dots.
  /// - Returns: whether there is a place to keep anything.
  /// - Throws: what `update` throws.
  @discardableResult
  public func remove(_ name: String) throws(WorkspaceError) -> Bool {
    try update(name) { _ in nil }
  }

  /// Replaces what is kept under a name by what is made of it, one process at a time.
  ///
  /// - Parameters:
  ///   - name: letters, digits, `_`, `-` and inner dots.
  ///   - patience: how long to wait for others.
  ///   - change: from what is kept (nil for nothing) to what shall be (nil for nothing).
  /// - Returns: whether there is a place to keep anything; if not, nothing has happened.
  /// - Throws: `unsafeState`, `locked`, or `system`, as where the disk is full.
  @discardableResult
  public func update(
    _ name: String, _ patience: Patience = Patience(),
    _ change: ([UInt8]?) throws(WorkspaceError) -> [UInt8]?
  ) throws(WorkspaceError) -> Bool {
    let file = try Self.file(name, in: path)
    do throws(WorkspaceError) {
      guard try prepare() else { return false }
      let lock = try FileLock.take(Path.join(path, "lock"), patience)
      defer { withExtendedLifetime(lock) {} }
      try removeLeftovers()
      let old = try read(name)
      let new = try change(old)
      guard new != old else { return true }
      guard let new else {
        try disk.remove(file)
        return true
      }
      let aside = Path.join(path, Aside.name(for: name))
      try disk.create(aside, new, mode: 0o600)
      do throws(WorkspaceError) {
        try disk.rename(aside, to: file)
      } catch {
        try? disk.remove(aside)
        throw error
      }
      return true
    } catch .system(_, _, let code) where Self.noPlace.contains(code) {
      return false
    }
  }

  /// What keeping anything would meet, as far as that can be seen without writing.
  ///
  /// - Returns: an `errno`, such as `ENOSPC`; nil where something can be kept.
  public func obstacle() -> Int32? {
    var folder = path
    while access(folder, F_OK) != 0, errno == ENOENT, let parent = Path.parent(of: folder) {
      folder = parent
    }
    guard access(folder, W_OK | X_OK) == 0 else { return errno }
    var status = stat()
    guard stat(folder, &status) == 0 else { return errno }
    // As root with another's `$HOME` nothing is kept, see `prepare`.
    if folder == path, status.st_uid != userID { return EPERM }
    var room = statvfs()
    guard statvfs(folder, &room) == 0 else { return errno }
    let isFull = room.f_bavail == 0 || (room.f_files > 0 && room.f_favail == 0)
    return isFull ? ENOSPC : nil
  }

  static let noPlace: Set<Int32> = [EROFS, EACCES, EPERM, ENOENT, ENOTDIR, ELOOP]

  /// Makes the folder where it is missing.
  ///
  /// - Returns: whether it is there and this user's.
  func prepare() throws(WorkspaceError) -> Bool {
    if access(path, F_OK) != 0 {
      var missing = [path]
      while let last = missing.last, let parent = Path.parent(of: last), access(parent, F_OK) != 0 {
        missing.append(parent)
      }
      for folder in missing.reversed() { _ = try disk.makeFolder(folder, mode: 0o700) }
    }
    // As root with another's `$HOME`: what root left here, that user could not write any more.
    return try checkFolder() == userID
  }

  @discardableResult
  private func checkFolder() throws(WorkspaceError) -> UInt32 {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .system(.inspect, path: path, errno: errno) }
    guard isSafe(owner: status.st_uid, permissions: status.st_mode) else {
      throw .unsafeState(path: path)
    }
    return status.st_uid
  }

  private func isSafe(owner: UInt32, permissions: UInt32) -> Bool {
    (owner == userID || userID == 0) && permissions & 0o022 == 0
  }

  // Whoever holds the lock is the only writer: what lies aside is nobody's, but for the journals of
  // projects, which have locks of their own.
  private func removeLeftovers() throws(WorkspaceError) {
    for name in try Disk.names(in: path) ?? []
    where Aside.isAside(name) && !name.hasPrefix(".journal-") {
      try disk.remove(Path.join(path, name))
    }
  }

  private static func file(_ name: String, in path: String) throws(WorkspaceError) -> String {
    let isTaken = name == "lock" || name.hasPrefix("lock-") || name.hasPrefix("journal-")
    guard FileChange.isName(name), !name.hasPrefix("."), !isTaken else {
      throw .badFileName(name)
    }
    return Path.join(path, name)
  }
}
