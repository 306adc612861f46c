// Reading a file that others may have put there: a pipe, a device, a link or a huge file must not
// block, lead away or fill the memory.

internal import Glibc
public import Sealing

/// An open file that is known to be a regular one of bounded size.
public struct RegularFile: ~Copyable {
  /// What tells one state of a file from another without reading it.
  public struct Stamp: Equatable, Sendable {
    private let device: UInt
    private let inode: UInt
    private let size: Int
    private let modified: [Int]

    init(_ status: stat) {
      device = status.st_dev
      inode = status.st_ino
      size = status.st_size
      modified = [
        status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
        status.st_ctim.tv_nsec,
      ]
    }

    /// The stamp of the file that a path names now, a link not followed; nil where there is none.
    init?(path: String) {
      var status = stat()
      guard lstat(path, &status) == 0 else { return nil }
      self.init(status)
    }
  }

  private let descriptor: Int32
  private let path: String
  private let status: stat

  /// Its size in bytes when it was opened.
  public var size: Int { status.st_size }
  /// Its permission bits, such as 0o600.
  public var permissions: UInt32 { status.st_mode & 0o7777 }
  /// How many names it has on its file system.
  public var nameCount: Int { Int(status.st_nlink) }
  /// The user that it belongs to.
  public var owner: UInt32 { status.st_uid }
  /// Its state when it was opened.
  public var stamp: Stamp { Stamp(status) }

  private init(descriptor: Int32, path: String, status: stat) {
    self.descriptor = descriptor
    self.path = path
    self.status = status
  }

  deinit { close(descriptor) }

  /// Opens a file for reading, without waiting for a pipe's other end.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - limit: the greatest size that is taken, in bytes.
  ///   - followingLink: whether the path itself may be a symbolic link; never for a committed file.
  /// - Returns: the open file; nil where nothing has that name.
  /// - Throws: `notRegularFile`, `symbolicLink`, `tooLarge` or `system`.
  public static func open(
    _ path: String, limit: Int, followingLink: Bool = false
  ) throws(WorkspaceError) -> RegularFile? {
    let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | (followingLink ? 0 : O_NOFOLLOW)
    let descriptor = retrying { Glibc.open(path, flags) }
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR: return nil
      case ELOOP: throw .symbolicLink(path: path)
      // A socket, or a device without a driver.
      case ENXIO, ENODEV: throw .notRegularFile(path: path)
      default: throw .system(.open, path: path, errno: errno)
      }
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .system(.inspect, path: path, errno: code)
    }
    let file = RegularFile(descriptor: descriptor, path: path, status: status)
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile(path: path) }
    guard status.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
    return file
  }

  /// Reads the whole file.
  ///
  /// - Returns: its bytes.
  /// - Throws: `system`.
  public func bytes() throws(WorkspaceError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      failure = fill(UnsafeMutableRawBufferPointer(buffer), count: &count)
    }
    guard failure == 0 else { throw .system(.read, path: path, errno: failure) }
    return bytes
  }

  /// Reads the whole file into secret memory, and nowhere else.
  ///
  /// - Parameter arena: where the bytes are kept.
  /// - Returns: the file's bytes.
  /// - Throws: `system`.
  public func secret(into arena: SecureArena) throws(WorkspaceError) -> Secret {
    let secret = arena.allocate(size)
    var count = 0
    let failure = secret.withMutableBytes { fill($0, count: &count) }
    guard failure == 0 else { throw .system(.read, path: path, errno: failure) }
    return secret.part(0..<count)
  }

  // What is appended while it is read is left out; a file that shrank gives what is left.
  private func fill(_ buffer: UnsafeMutableRawBufferPointer, count: inout Int) -> Int32 {
    count = 0
    while count < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
      let got = retrying { read(descriptor, rest.baseAddress, rest.count) }
      if got < 0 { return errno }
      if got == 0 { return 0 }
      count += got
    }
    return 0
  }
}

/// Repeats a system call that a signal has interrupted.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
