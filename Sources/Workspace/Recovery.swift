// What the next command does about a commit whose process died: forward where everything for it is
// there, else back; never a mixture.

extension Project {
  /// Settles all that dead writers left, for whoever holds the lock.
  func settleAll(
    under locked: borrowing LockedPlace, _ patience: Patience
  ) throws(WorkspaceError) -> ProjectLock.Recovery {
    var recovery = ProjectLock.Recovery.nothing
    for place in bookkeeping where place.hasJournal {
      if place.journal == locked.place.journal {
        recovery = try settle(place)
      } else {
        // Its writer, if it lives, holds the lock that lies beside it.
        let other = try FileLock.take(place.lock, patience)
        recovery = try settle(place)
        withExtendedLifetime(other) {}
      }
    }
    // Whoever holds the lock is the only writer: what lies aside is nobody's.
    try removeAsides(in: folder)
    try removeAsides(in: locked.place.folder, of: locked.place.journalName)
    return recovery
  }

  private func removeAsides(in path: String, of target: String? = nil) throws(WorkspaceError) {
    for name in try Disk.names(in: path) ?? [] where Aside.isAside(name, of: target) {
      try disk.remove(Path.join(path, name))
    }
  }

  private enum Direction {
    case forward
    case back
  }

  /// How far a commit came with one file.
  private struct Standing {
    let entry: Journal.Entry
    let present: [UInt8]?
    let aside: [UInt8]?

    /// Whether something else has changed the file since.
    var isForeign: Bool { present != entry.old && present != entry.new }

    func isAt(_ direction: Direction) -> Bool {
      present == (direction == .forward ? entry.new : entry.old)
    }

    func canGo(_ direction: Direction) -> Bool {
      isAt(direction) || (!isForeign && aside == (direction == .forward ? entry.new : entry.old))
    }
  }

  private func settle(_ place: Bookkeeping) throws(WorkspaceError) -> ProjectLock.Recovery {
    guard let file = try RegularFile.open(place.journal, limit: 1 << 20) else { return .nothing }
    guard let journal = Journal(try file.bytes()) else {
      // It was renamed into its place whole: the disk has lost it.
      try disk.remove(place.journal)
      return .abandoned([])
    }
    var standings: [Standing] = []
    let swaps = journal.entries.map(\.swap)
    for (entry, swap) in zip(journal.entries, swaps) {
      standings.append(
        Standing(
          entry: entry, present: try hash(of: try target(swap)), aside: try hash(of: aside(swap))))
    }
    let recovery = try settle(standings)
    try sync(swaps)
    for swap in swaps { try disk.remove(aside(swap)) }
    try disk.remove(place.journal)
    return recovery
  }

  private func settle(_ standings: [Standing]) throws(WorkspaceError) -> ProjectLock.Recovery {
    let names = standings.map { $0.entry.swap.name }
    let foreign = standings.filter { $0.isForeign }
    let ours = standings.filter { !$0.isForeign }
    // Beside a file that is neither old nor new, the rest had better not have happened.
    let directions: [Direction] = foreign.isEmpty ? [.forward, .back] : [.back, .forward]
    let direction = directions.first { direction in ours.allSatisfy { $0.canGo(direction) } }
    guard let direction else { return .abandoned(names) }
    for standing in ours where !standing.isAt(direction) { try swap(standing.entry.swap) }
    if !foreign.isEmpty { return .abandoned(foreign.map { $0.entry.swap.name }) }
    return direction == .forward ? .finished(names) : .undone(names)
  }

  // What is no file of ours has a hash that nothing has.
  private func hash(of path: String) throws(WorkspaceError) -> [UInt8]? {
    do throws(WorkspaceError) {
      guard let file = try RegularFile.open(path, limit: 64 << 20) else { return nil }
      return Journal.hash(try file.bytes())
    } catch {
      switch error {
      case .notRegularFile, .symbolicLink, .tooLarge: return []
      default: throw error
      }
    }
  }
}
