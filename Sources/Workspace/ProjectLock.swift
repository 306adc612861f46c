// The one writer of a project. A change is made in four moves: lock, read, judge, commit; what was
// read before the lock may be another's past.

internal import Glibc

/// A project that no one else writes to as long as this value lives.
public struct ProjectLock: ~Copyable {
  /// What was done about a commit that a dead process left unfinished.
  public enum Recovery: Equatable, Sendable {
    /// There was none.
    case nothing
    /// It was finished: these files are as it wanted them.
    case finished([String])
    /// It was undone: these files are as before it.
    case undone([String])
    /// These files were changed by something else since and were left alone; the others of that
    /// commit are all as before it or all as it wanted them.
    case abandoned([String])
  }

  let project: Project
  let locked: LockedPlace
  /// What was found and settled when the lock was taken.
  public let recovery: Recovery
}

extension Project {
  /// Waits until no one else writes to this project, and settles what a dead writer left.
  ///
  /// The lock is held until the value is gone; while it is, `lock`, `commit` and `recover` of this
  /// project would wait for it in vain.
  ///
  /// - Parameter patience: how long to wait.
  /// - Returns: the lock, by which to commit.
  /// - Throws: `locked`, or `system` where no place can hold a lock.
  public func lock(_ patience: Patience = Patience()) throws(WorkspaceError) -> ProjectLock {
    let locked = try takeLock(patience)
    let recovery = try settleAll(under: locked, patience)
    if recovery != .nothing { settled(recovery) }
    return ProjectLock(project: self, locked: locked, recovery: recovery)
  }

  /// Changes all files or none; for who has read nothing that another might change meanwhile.
  ///
  /// - Parameters:
  ///   - changes: as `ProjectLock.commit` takes them.
  ///   - patience: how long to wait for others.
  /// - Throws: what `lock` and `ProjectLock.commit` throw.
  public func commit(
    _ changes: [FileChange], _ patience: Patience = Patience()
  ) throws(WorkspaceError) {
    let lock = try lock(patience)
    try lock.commit(changes)
  }

  /// Settles a commit that a dead process left unfinished; costs next to nothing where none is.
  ///
  /// - Parameter patience: how long to wait for a writer who is alive.
  /// - Returns: what was done.
  /// - Throws: `locked`, or `system` where the files cannot be written.
  @discardableResult
  public func recover(
    _ patience: Patience = Patience()
  ) throws(WorkspaceError) -> ProjectLock.Recovery {
    guard hasJournal else { return .nothing }
    return try lock(patience).recovery
  }
}
