// Where a project's lock and journal lie: in git's directory; where that cannot be written, in the
// state folder; where there is none, in the project's folder under ignored names.

internal import Glibc

/// One place for a lock and a journal.
struct Bookkeeping {
  enum Kind {
    case git
    case state
    case project
  }

  let kind: Kind
  let folder: String
  let lockName: String
  let journalName: String

  var lock: String { Path.join(folder, lockName) }
  var journal: String { Path.join(folder, journalName) }
  var hasJournal: Bool { access(journal, F_OK) == 0 }
}

extension Bookkeeping {
  /// All places of a project, the preferred first.
  static func places(
    folder: String, repository: Repository?, state: StateFolder?
  ) -> [Bookkeeping] {
    var places: [Bookkeeping] = []
    if let repository {
      // Per working tree, and by the path inside it, so that a clone may be moved.
      let path = Path.relative(folder, to: repository.topLevel) ?? folder
      places.append(
        Bookkeeping(
          kind: .git, folder: Path.join(repository.gitDirectory, "secrets"),
          lockName: Place.key("lock", path), journalName: Place.key("journal", path)))
    }
    if let state {
      places.append(
        Bookkeeping(
          kind: .state, folder: state.path, lockName: Place.key("lock", folder),
          journalName: Place.key("journal", folder)))
    }
    places.append(
      Bookkeeping(
        kind: .project, folder: folder, lockName: ".lock.new", journalName: ".journal.new"))
    return places
  }
}

extension Project {
  /// Whether a commit of several files is under way, or was when its process died.
  var hasJournal: Bool { bookkeeping.contains { $0.hasJournal } }

  /// Takes the lock in the first place that can be written.
  func takeLock(_ patience: Patience) throws(WorkspaceError) -> LockedPlace {
    var refusal: WorkspaceError?
    for place in bookkeeping {
      do throws(WorkspaceError) {
        switch place.kind {
        case .git: _ = try disk.makeFolder(place.folder)
        case .state: guard try state?.prepare() == true else { continue }
        case .project: _ = try makeFolder()
        }
        guard access(place.folder, W_OK) == 0 else {
          throw WorkspaceError.system(.lock, path: place.folder, errno: errno)
        }
        return LockedPlace(place: place, lock: try FileLock.take(place.lock, patience))
      } catch {
        switch error {
        case .system(_, _, let code) where StateFolder.noPlace.contains(code): break
        case .unsafeState: break
        default: throw error
        }
        // The refusal of git's directory says more than that of a place of last resort.
        if refusal == nil { refusal = error }
      }
    }
    throw refusal ?? .system(.lock, path: folder, errno: EACCES)
  }
}

/// A lock and where it was taken.
struct LockedPlace: ~Copyable {
  let place: Bookkeeping
  let lock: FileLock
}
