// A plaintext file whose values were sealed: overwritten and removed, if it is still the one that was
// read; and what git keeps of it all the same.

internal import Glibc
public import Sealing

/// A file that is read in order to be removed.
public struct PlaintextFile: Sendable {
  /// What git has of a file.
  public struct History: Equatable, Sendable {
    /// The commits that wrote it, on any branch or tag, the newest first; their short names.
    public let commits: [String]
    /// Whether git still tracks it.
    public let isTracked: Bool
  }

  /// Its path, as it was given.
  public let path: String
  private let stamp: RegularFile.Stamp

  /// Reads a file that can be removed afterwards.
  ///
  /// - Parameters:
  ///   - path: its path; no link.
  ///   - limit: the most bytes that are taken.
  ///   - arena: where its bytes go.
  /// - Throws: `symbolicLink`, `severalNames`, since others would lose what they read by that name,
  ///   and what `RegularFile` throws.
  /// - Returns: the file and its bytes; nil where there is none.
  public static func read(
    _ path: String, limit: Int, into arena: SecureArena
  ) throws(WorkspaceError) -> (file: PlaintextFile, bytes: Secret)? {
    guard let file = try RegularFile.open(path, limit: limit) else { return nil }
    guard file.nameCount == 1 else { throw .severalNames(path: path) }
    return (PlaintextFile(path: path, stamp: file.stamp), try file.secret(into: arena))
  }

  /// Overwrites the file with zeros and removes it.
  ///
  /// What the disk keeps of the old bytes is its own affair: an SSD writes elsewhere, and so does a
  /// file system that copies on write.
  ///
  /// - Throws: `changedUnderneath` where it is not as it was read, with nothing done; `system`.
  public func destroy() throws(WorkspaceError) {
    let descriptor = retrying {
      open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    }
    guard descriptor >= 0 else { throw .system(.open, path: path, errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .system(.inspect, path: path, errno: errno)
    }
    guard RegularFile.Stamp(status) == stamp else { throw .changedUnderneath(path: path) }
    try overwrite(descriptor, Int(status.st_size))
    var named = stat()
    guard lstat(path, &named) == 0, named.st_dev == status.st_dev, named.st_ino == status.st_ino
    else { throw .changedUnderneath(path: path) }
    guard unlink(path) == 0 else { throw .system(.remove, path: path, errno: errno) }
    try Disk().sync(folder: Path.parent(of: path) ?? ".")
  }

  private func overwrite(_ descriptor: Int32, _ size: Int) throws(WorkspaceError) {
    let zeros = [UInt8](repeating: 0, count: min(size, 1 << 16))
    var offset = 0
    while offset < size {
      let count = retrying {
        pwrite(descriptor, zeros, min(zeros.count, size - offset), off_t(offset))
      }
      guard count > 0 else {
        throw .system(.write, path: path, errno: count < 0 ? errno : EIO)
      }
      offset += count
    }
    guard retrying({ fsync(descriptor) }) == 0 else {
      throw .system(.sync, path: path, errno: errno)
    }
  }

  /// Asks git, where there is a repository around the file.
  ///
  /// - Parameter context: the surroundings.
  /// - Returns: what git has of it; nil where git does not say.
  public func history(in context: Context) -> History? {
    let folder = Path.parent(of: path) ?? "."
    let name = String(path.split(separator: "/").last ?? "")
    guard let git = try? GitCommand(in: context, directory: folder),
      let commits = try? git.commits(writing: name), let isTracked = try? git.isTracked(name)
    else { return nil }
    return History(commits: commits, isTracked: isTracked)
  }
}

extension GitCommand {
  /// The commits of all branches and tags that added or changed a file; a removal holds nothing.
  fileprivate func commits(writing name: String) throws(WorkspaceError) -> [String] {
    let output = try output(
      [
        "log", "--all", "--topo-order", "--full-history", "--no-renames", "--diff-filter=AMT",
        "--no-ext-diff",
        "--no-textconv", "--format=%h", "--", ":(literal)\(name)",
      ], limit: 1 << 24)
    return output.bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
  }

  fileprivate func isTracked(_ name: String) throws(WorkspaceError) -> Bool {
    try !output(["ls-files", "-z", "--", ":(literal)\(name)"]).bytes.isEmpty
  }
}
