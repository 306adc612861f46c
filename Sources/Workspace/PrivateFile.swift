// A small file that only its owner may read, such as an identity: read into guarded memory, made
// with its mode from the first moment, and replaced as a whole or not at all.

internal import Glibc
public import Sealing

/// A private file as read.
public struct PrivateFile {
  /// The most bytes that are read.
  public static let limit = 64 << 10

  /// Its bytes.
  public let content: Secret
  /// Its permission bits.
  public let mode: UInt16

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file's path; links are followed.
  ///   - arena: where its bytes go.
  /// - Throws: what `RegularFile` throws.
  /// - Returns: the file; nil where there is none.
  public static func read(
    _ path: String, in arena: SecureArena
  ) throws(WorkspaceError) -> PrivateFile? {
    guard let file = try RegularFile.open(path, limit: limit, followingLink: true) else {
      return nil
    }
    let mode = UInt16(file.permissions)
    return PrivateFile(content: try file.secret(into: arena), mode: mode)
  }

  /// Makes a new file with mode 0600, and its folder with 0700 where there is none.
  ///
  /// - Parameters:
  ///   - path: where; nothing may stand there.
  ///   - bytes: its content.
  /// - Throws: `system` with nothing left behind; its `errno` is `EEXIST` where something stands.
  public static func create(_ path: String, _ bytes: RawSpan) throws(WorkspaceError) {
    try makeFolder(of: path)
    try write(bytes, toNew: path)
    try syncFolder(of: path)
  }

  /// Replaces a file in one step; where a link stands, what it leads to.
  ///
  /// - Parameters:
  ///   - path: a file that is there.
  ///   - bytes: its new content.
  /// - Throws: `system` with the old content still there.
  public static func replace(_ path: String, _ bytes: RawSpan) throws(WorkspaceError) {
    let target = try Path.real(path)
    guard let folder = Path.parent(of: target) else { throw .notRegularFile(path: path) }
    let name = String(target.dropFirst(Path.join(folder, "").utf8.count))
    let aside = Path.join(folder, Aside.name(for: name))
    try write(bytes, toNew: aside)
    guard rename(aside, target) == 0 else {
      let code = errno
      unlink(aside)
      throw .system(.rename, path: path, errno: code)
    }
    try syncFolder(of: target)
  }

  private static func write(_ bytes: RawSpan, toNew path: String) throws(WorkspaceError) {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let file = retrying { open(path, flags, 0o600) }
    guard file >= 0 else { throw .system(.open, path: path, errno: errno) }
    var code = bytes.withUnsafeBytes { buffer -> Int32 in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = retrying {
          Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        }
        guard count > 0 else { return count < 0 ? errno : EIO }
        rest = rest.dropFirst(count)
      }
      return retrying { fsync(file) } == 0 ? 0 : errno
    }
    if close(file) != 0 && code == 0 { code = errno }
    guard code == 0 else {
      unlink(path)
      throw .system(.write, path: path, errno: code)
    }
  }

  private static func makeFolder(of path: String) throws(WorkspaceError) {
    guard let folder = Path.parent(of: path), access(folder, F_OK) != 0 else { return }
    try makeFolder(of: folder)
    _ = try Disk().makeFolder(folder, mode: 0o700)
  }

  private static func syncFolder(of path: String) throws(WorkspaceError) {
    try Disk().sync(folder: Path.parent(of: path) ?? ".")
  }
}
