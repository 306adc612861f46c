// A set of files as one writer left it: no reader sees half of a commit, and none needs a lock.

internal import Glibc

/// A look at a project's files.
public struct Reading {
  private let project: Project
  private var seen: [(path: String, stamp: RegularFile.Stamp?)] = []

  fileprivate init(_ project: Project) { self.project = project }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - name: the file's name.
  ///   - base: where it is.
  /// - Returns: its bytes; nil where there is none.
  /// - Throws: what opening and reading throws; `badFileName`.
  public mutating func bytes(
    of name: String, at base: FileChange.Base = .folder
  ) throws(WorkspaceError) -> [UInt8]? {
    let path = try project.path(of: name, at: base)
    let file = try RegularFile.open(path, limit: FileChange.limit(of: name))
    guard let file else {
      seen.append((path, nil))
      return nil
    }
    seen.append((path, file.stamp))
    return try file.bytes()
  }

  /// Whether all that was read stood there at one moment at which no commit was under way.
  ///
  /// A commit of several files has a journal from before the first is replaced until after the
  /// last: where there is none now, and no file has changed since it was opened, all are of now.
  fileprivate func isCurrent() -> Bool {
    !project.hasJournal && seen.allSatisfy { RegularFile.Stamp(path: $0.path) == $0.stamp }
  }
}

extension Project {
  /// Reads files that belong together, again where a writer came between.
  ///
  /// What a dead writer left unfinished is settled first.
  ///
  /// - Parameter body: reads and judges; may be called several times, so it must do nothing else.
  /// - Returns: what the body returned.
  /// - Throws: what the body throws; `restless`; what `recover` throws.
  public func read<Result>(_ body: (inout Reading) throws -> Result) throws -> Result {
    for attempt in 0..<50 {
      try recover()
      var reading = Reading(self)
      do {
        let result = try body(&reading)
        if reading.isCurrent() { return result }
      } catch {
        // Half a commit may well read as an error.
        if reading.isCurrent() { throw error }
      }
      usleep(UInt32(attempt) * 200)
    }
    throw WorkspaceError.restless(folder: folder)
  }
}
