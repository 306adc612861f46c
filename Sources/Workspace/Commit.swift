// Writing is one place: nothing else opens a committed file for writing. Each new file is laid
// aside, then all change places with the old ones, which stay aside until the last has: any failure
// can be undone, and after a crash the journal tells the next command how to finish or undo.

internal import Glibc

extension ProjectLock {
  /// Changes all files or none.
  ///
  /// Renamed in the order given: a new project's `.gitignore` comes first. The folder is made where
  /// it is missing. New files get mode 0644, less what the umask takes, as from git.
  ///
  /// - Parameter changes: for each file what was read, under this lock, and what shall be there;
  ///   none twice. One that changes nothing is passed over.
  /// - Throws: `changedUnderneath` where a file is not what was read, `badFileName`, what reading
  ///   throws, or `system`. Unless the disk fails also while undoing, nothing has changed then.
  public borrowing func commit(_ changes: [FileChange]) throws(WorkspaceError) {
    try project.check(changes)
    let changes = changes.filter { !isSame($0.old, $0.new) }
    guard !changes.isEmpty else { return }
    let madeFolder = try project.makeFolder()
    let swaps = changes.map { change in
      Swap(name: change.name, base: change.base, aside: Aside.name(for: change.name))
    }
    // What was exchanged so far; nil once one of them cannot be taken back.
    var done: [Swap]? = []
    do throws(WorkspaceError) {
      for (change, swap) in zip(changes, swaps) {
        guard let new = change.new else { continue }
        try project.disk.create(project.aside(swap), new, mode: 0o644)
      }
      // One file alone is the old or the new at any moment by itself.
      if changes.count > 1 { try project.write(Journal(changes, swaps), in: locked.place) }
      for swap in swaps {
        if try project.swap(swap) { done?.append(swap) } else { done = nil }
      }
      try project.sync(swaps, madeFolder: madeFolder)
    } catch {
      // Where old contents are gone, the next command finishes by the journal.
      if let done, (try? project.takeBack(done)) != nil {
        if changes.count > 1 { try? project.disk.remove(locked.place.journal) }
        project.clearAway(swaps)
        if madeFolder { try? project.disk.removeFolder(project.folder) }
      }
      throw error
    }
    project.clearAway(swaps)
    if changes.count > 1 { try? project.disk.remove(locked.place.journal) }
  }
}

extension Project {
  fileprivate func check(_ changes: [FileChange]) throws(WorkspaceError) {
    var paths: Set<String> = []
    for change in changes {
      let path = try path(of: change.name, at: change.base)
      guard paths.insert(path).inserted else { throw .badFileName(change.name) }
      let file = try RegularFile.open(path, limit: FileChange.limit(of: change.name))
      var present: [UInt8]?
      if let file { present = try file.bytes() }
      guard isSame(present, change.old) else { throw .changedUnderneath(path: path) }
    }
  }

  /// Makes the project's folder where it is missing.
  ///
  /// - Returns: whether it was.
  func makeFolder() throws(WorkspaceError) -> Bool {
    if access(folder, F_OK) == 0 { return false }
    return try disk.makeFolder(folder)
  }

  func target(_ swap: Swap) throws(WorkspaceError) -> String {
    try path(of: swap.name, at: swap.base)
  }

  func aside(_ swap: Swap) -> String { Path.join(folder, swap.aside) }

  /// Writes the journal, after the names aside are on the disk and before any file is replaced.
  fileprivate func write(_ journal: Journal, in place: Bookkeeping) throws(WorkspaceError) {
    try disk.sync(folder: folder)
    let aside = Path.join(place.folder, Aside.name(for: place.journalName))
    try disk.create(aside, journal.bytes, mode: 0o644)
    do throws(WorkspaceError) {
      try disk.rename(aside, to: place.journal)
      try disk.sync(folder: place.folder)
    } catch {
      try? disk.remove(aside)
      throw error
    }
  }

  /// Lets a file and what lies aside change places, either of which may be missing.
  ///
  /// - Returns: whether doing it again would take it back. Where the file system cannot exchange,
  ///   the old contents are gone, and only forward remains.
  @discardableResult
  func swap(_ swap: Swap) throws(WorkspaceError) -> Bool {
    let target = try target(swap)
    let aside = aside(swap)
    switch (access(target, F_OK) == 0, access(aside, F_OK) == 0) {
    case (true, true):
      if try disk.exchange(aside, target) { return true }
      try disk.rename(aside, to: target)
      return false
    case (false, true): try disk.rename(aside, to: target)
    case (true, false): try disk.rename(target, to: aside)
    case (false, false): break
    }
    return true
  }

  func sync(_ swaps: [Swap], madeFolder: Bool = false) throws(WorkspaceError) {
    try disk.sync(folder: folder)
    if madeFolder { try disk.sync(folder: directory) }
    if swaps.contains(where: { $0.base == .topLevel }) { try disk.sync(folder: topLevel) }
  }

  // Needs no descriptor: having none left may be why.
  fileprivate func takeBack(_ swaps: [Swap]) throws(WorkspaceError) {
    for swap in swaps.reversed() { try self.swap(swap) }
    if !swaps.isEmpty { try? disk.sync(folder: folder) }
  }

  // What cannot be cleared away now, the next writer will.
  fileprivate func clearAway(_ swaps: [Swap]) {
    for swap in swaps { try? disk.remove(aside(swap)) }
  }
}
