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
    let changes = changes.filter { $0.old != $0.new }
    guard !changes.isEmpty else { return }
    let madeFolder = try project.makeFolder()
    let journal = Journal(
      changes.map { change in
        Journal.Swap(
          name: change.name, base: change.base, aside: Aside.name(for: change.name),
          old: change.old.map(Journal.hash), new: change.new.map(Journal.hash))
      })
    // What was exchanged so far; nil once one of them cannot be taken back.
    var done: [Journal.Swap]? = []
    do throws(WorkspaceError) {
      for (change, swap) in zip(changes, journal.swaps) {
        guard let new = change.new else { continue }
        try project.disk.create(project.aside(swap), new, mode: 0o644)
      }
      // One file alone is the old or the new at any moment by itself.
      if changes.count > 1 { try project.write(journal, in: locked.place) }
      for swap in journal.swaps {
        if try project.swap(swap) { done?.append(swap) } else { done = nil }
      }
      try project.sync(journal, madeFolder: madeFolder)
    } catch {
      // Where old contents are gone, the next command finishes by the journal.
      if let done, (try? project.takeBack(done)) != nil {
        if changes.count > 1 { try? project.disk.remove(locked.place.journal) }
        project.clearAway(journal)
        if madeFolder { try? project.disk.removeFolder(project.folder) }
      }
      throw error
    }
    project.clearAway(journal)
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
      guard present == change.old else { throw .changedUnderneath(path: path) }
    }
  }

  /// Makes the project's folder where it is missing.
  ///
  /// - Returns: whether it was.
  func makeFolder() throws(WorkspaceError) -> Bool {
    if access(folder, F_OK) == 0 { return false }
    return try disk.makeFolder(folder)
  }

  fileprivate func target(_ swap: Journal.Swap) throws(WorkspaceError) -> String {
    try path(of: swap.name, at: swap.base)
  }

  fileprivate func aside(_ swap: Journal.Swap) -> String { Path.join(folder, swap.aside) }

  /// Writes the journal, after the names aside are on the disk and before any file is replaced.
  fileprivate func write(_ journal: Journal, in place: Bookkeeping) throws(WorkspaceError) {
    try disk.sync(folder: folder)
    for name in try Disk.names(in: place.folder) ?? []
    where Aside.isAside(name, of: place.journalName) {
      try disk.remove(Path.join(place.folder, name))
    }
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
  fileprivate func swap(_ swap: Journal.Swap) throws(WorkspaceError) -> Bool {
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

  // Needs no descriptor: having none left may be why.
  fileprivate func takeBack(_ swaps: [Journal.Swap]) throws(WorkspaceError) {
    for swap in swaps.reversed() { try self.swap(swap) }
    if !swaps.isEmpty { try? disk.sync(folder: folder) }
  }

  // What cannot be cleared away now, the next writer will.
  fileprivate func clearAway(_ journal: Journal) {
    for swap in journal.swaps { try? disk.remove(aside(swap)) }
  }

  fileprivate func sync(_ journal: Journal, madeFolder: Bool = false) throws(WorkspaceError) {
    try disk.sync(folder: folder)
    if madeFolder { try disk.sync(folder: directory) }
    if journal.swaps.contains(where: { $0.base == .topLevel }) { try disk.sync(folder: topLevel) }
  }

  /// Puts old contents back where they are still there, and clears away what lies aside.
  ///
  /// - Returns: the files that are neither as before nor could be made so.
  fileprivate func undo(_ journal: Journal) throws(WorkspaceError) -> [String] {
    var left: [String] = []
    var swapped = false
    for swap in journal.swaps.reversed() {
      let present = try hash(of: try target(swap))
      if present == swap.old { continue }
      if present == swap.new, try hash(of: aside(swap)) == swap.old {
        try self.swap(swap)
        swapped = true
      } else {
        left.append(swap.name)
      }
    }
    if swapped { try sync(journal) }
    for swap in journal.swaps { try disk.remove(aside(swap)) }
    return left.reversed()
  }

  /// Finishes or undoes what a journal tells of.
  func settle(_ place: Bookkeeping) throws(WorkspaceError) -> ProjectLock.Recovery {
    guard let file = try RegularFile.open(place.journal, limit: 1 << 20) else { return .nothing }
    guard let journal = Journal(try file.bytes()) else {
      // It was renamed into its place whole: the disk has lost it.
      try disk.remove(place.journal)
      return .abandoned([])
    }
    let names = journal.swaps.map { $0.name }
    var pending: [Journal.Swap] = []
    var canFinish = true
    for swap in journal.swaps {
      let present = try hash(of: try target(swap))
      if present == swap.new { continue }
      let laidAside = try hash(of: aside(swap))
      if present == swap.old, laidAside == swap.new {
        pending.append(swap)
      } else {
        canFinish = false
      }
    }
    guard canFinish else {
      let left = try undo(journal)
      try disk.remove(place.journal)
      return left.isEmpty ? .undone(names) : .abandoned(left)
    }
    for swap in pending { try self.swap(swap) }
    try sync(journal)
    for swap in journal.swaps { try disk.remove(aside(swap)) }
    try disk.remove(place.journal)
    return .finished(names)
  }

  // What is no file of ours has a hash that nothing has.
  private func hash(of path: String) throws(WorkspaceError) -> [UInt8]? {
    do throws(WorkspaceError) {
      guard let file = try RegularFile.open(path, limit: 64 << 20) else { return nil }
      return Journal.hash(try file.bytes())
    } catch .notRegularFile, .symbolicLink, .tooLarge {
      return []
    }
  }
}
