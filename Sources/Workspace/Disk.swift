// The few system calls that change a disk, each passing a gate where a test may stop or fail it as
// a crash or a full disk would. Calls that only read need none: stopping before one of them is
// stopping before the next that writes.

internal import CPlatform
internal import Glibc

/// The disk as a writer sees it.
final class Disk {
  enum Verdict {
    case proceed
    case fail(Int32)
    /// The process dies here: this call and all later ones do nothing.
    case crash
  }

  typealias Gate = (FileOperation, String) -> Verdict

  private let gate: Gate?
  private var isDead = false

  init(gate: Gate? = nil) { self.gate = gate }

  private func pass(_ operation: FileOperation, _ path: String) throws(WorkspaceError) {
    guard let gate else { return }
    if !isDead {
      switch gate(operation, path) {
      case .proceed: return
      case .fail(let code): throw .system(operation, path: path, errno: code)
      case .crash: isDead = true
      }
    }
    throw .system(operation, path: path, errno: ECANCELED)
  }

  private func check(
    _ result: Int32, _ operation: FileOperation, _ path: String
  ) throws(WorkspaceError) {
    guard result == 0 else { throw .system(operation, path: path, errno: errno) }
  }

  /// Makes a new file that the disk holds when this returns; leaves none when it throws.
  func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(WorkspaceError) {
    try pass(.open, path)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let descriptor = retrying { open(path, flags, mode) }
    guard descriptor >= 0 else { throw .system(.open, path: path, errno: errno) }
    defer { close(descriptor) }
    do throws(WorkspaceError) {
      try write(bytes, to: descriptor, path)
      try pass(.sync, path)
      try check(retrying { fsync(descriptor) }, .sync, path)
    } catch {
      try? remove(path)
      throw error
    }
  }

  private func write(
    _ bytes: [UInt8], to descriptor: Int32, _ path: String
  ) throws(WorkspaceError) {
    var end = bytes.count
    var refusal: WorkspaceError?
    do throws(WorkspaceError) {
      try pass(.write, path)
    } catch {
      // A process seldom dies between two calls only: what is half written must be harmless too.
      end /= 2
      refusal = error
    }
    let code = bytes.withUnsafeBytes { buffer -> Int32 in
      var written = 0
      while written < end {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[written..<end])
        let count = retrying { Glibc.write(descriptor, rest.baseAddress, rest.count) }
        if count < 0 { return errno }
        written += count
      }
      return 0
    }
    if let refusal { throw refusal }
    guard code == 0 else { throw .system(.write, path: path, errno: code) }
  }

  /// Puts a file in the place of another, which is gone then.
  func rename(_ source: String, to target: String) throws(WorkspaceError) {
    try pass(.rename, target)
    try check(Glibc.rename(source, target), .rename, target)
  }

  /// Lets two files change places.
  ///
  /// - Returns: whether the file system can do that.
  func exchange(_ first: String, _ second: String) throws(WorkspaceError) -> Bool {
    do throws(WorkspaceError) {
      try pass(.exchange, second)
      try check(platform_exchange(first, second), .exchange, second)
      return true
    } catch .system(_, _, let code) where [EINVAL, ENOSYS, ENOTSUP].contains(code) {
      return false
    }
  }

  /// Removes a file; none there is no error.
  func remove(_ path: String) throws(WorkspaceError) {
    try pass(.remove, path)
    guard unlink(path) != 0, errno != ENOENT else { return }
    throw .system(.remove, path: path, errno: errno)
  }

  /// Makes a folder.
  ///
  /// - Returns: whether it was not there.
  func makeFolder(_ path: String, mode: mode_t = 0o777) throws(WorkspaceError) -> Bool {
    try pass(.makeFolder, path)
    if mkdir(path, mode) == 0 { return true }
    guard errno == EEXIST else { throw .system(.makeFolder, path: path, errno: errno) }
    return false
  }

  /// Removes a folder that has nothing in it.
  func removeFolder(_ path: String) throws(WorkspaceError) {
    try pass(.remove, path)
    try check(rmdir(path), .remove, path)
  }

  /// Waits until the disk holds the names in a folder.
  func sync(folder path: String) throws(WorkspaceError) {
    try pass(.sync, path)
    let descriptor = retrying { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw .system(.open, path: path, errno: errno) }
    defer { close(descriptor) }
    let result = retrying { fsync(descriptor) }
    // Some network file systems know no such thing for folders.
    guard result != 0, errno != EINVAL else { return }
    throw .system(.sync, path: path, errno: errno)
  }

  /// The names in a folder, `.` and `..` left out, sorted; nil where there is no such folder.
  static func names(in path: String) throws(WorkspaceError) -> [String]? {
    var stream = opendir(path)
    while stream == nil, errno == EINTR { stream = opendir(path) }
    guard let stream else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system(.list, path: path, errno: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw .system(.list, path: path, errno: errno) }
        return names.sorted()
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      if let name, name != ".", name != ".." { names.append(name) }
    }
  }
}
