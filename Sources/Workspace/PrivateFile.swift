// A small file that only its owner may read, such as an identity: read into guarded memory, made
// with its mode from the first moment, and replaced as a whole or not at all.

internal import Glibc
public import Sealing

/// Why a private file could not be read or written.
public enum PrivateFileError: Error, Equatable {
  /// Something stands where a new file is to be made.
  case exists(path: String)
  /// A folder, pipe or device stands where a file was expected.
  case notRegularFile(path: String)
  /// The file has more bytes than its kind may have.
  case tooLarge(path: String, limit: Int)
  /// The system refused; `code` is its reason.
  case failed(path: String, code: Int32)
}

/// A private file as read.
public struct PrivateFile {
  /// The most bytes that are read.
  public static let limit = 64 << 10

  /// Its bytes.
  public let content: Secret
  /// Its permission bits.
  public let mode: UInt16

  /// Reads a file without waiting for a pipe's other end.
  ///
  /// - Parameters:
  ///   - path: the file's path; links are followed.
  ///   - arena: where its bytes go.
  /// - Throws: `PrivateFileError`.
  /// - Returns: the file; nil where there is none.
  public static func read(
    _ path: String, in arena: SecureArena
  ) throws(PrivateFileError) -> PrivateFile? {
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard file >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .failed(path: path, code: errno)
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .failed(path: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile(path: path) }
    guard status.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
    let content = arena.allocate(Int(status.st_size))
    var done = 0
    let code = content.withMutableBytes { buffer -> Int32 in
      while done < buffer.count {
        let count = Glibc.read(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { return errno }
        if count == 0 { break }
        done += count
      }
      return 0
    }
    guard code == 0 else { throw .failed(path: path, code: code) }
    return PrivateFile(content: content.part(0..<done), mode: UInt16(status.st_mode & 0o7777))
  }

  /// Makes a new file with mode 0600, and its folder with 0700 where there is none.
  ///
  /// - Parameters:
  ///   - path: where; nothing may stand there.
  ///   - bytes: its content.
  /// - Throws: `exists`, or `failed` with nothing left behind.
  public static func create(_ path: String, _ bytes: RawSpan) throws(PrivateFileError) {
    try makeFolder(of: path)
    try write(bytes, toNew: path)
    try syncFolder(of: path)
  }

  /// Replaces a file in one step; where a link stands, what it leads to.
  ///
  /// - Parameters:
  ///   - path: a file that is there.
  ///   - bytes: its new content.
  /// - Throws: `failed` with the old content still there.
  public static func replace(_ path: String, _ bytes: RawSpan) throws(PrivateFileError) {
    guard let resolved = realpath(path, nil) else { throw .failed(path: path, code: errno) }
    let target = String(cString: resolved)
    free(resolved)
    let aside = "\(target).\(hexadecimal(Random.bytes(8))).new"
    try write(bytes, toNew: aside)
    guard rename(aside, target) == 0 else {
      let code = errno
      unlink(aside)
      throw .failed(path: path, code: code)
    }
    try syncFolder(of: target)
  }

  private static func write(_ bytes: RawSpan, toNew path: String) throws(PrivateFileError) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw errno == EEXIST ? .exists(path: path) : .failed(path: path, code: errno)
    }
    var code = bytes.withUnsafeBytes { buffer -> Int32 in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return count < 0 ? errno : EIO }
        rest = rest.dropFirst(count)
      }
      return fsync(file) == 0 ? 0 : errno
    }
    if close(file) != 0 && code == 0 { code = errno }
    guard code == 0 else {
      unlink(path)
      throw .failed(path: path, code: code)
    }
  }

  private static func makeFolder(of path: String) throws(PrivateFileError) {
    guard let folder = folder(of: path), access(folder, F_OK) != 0 else { return }
    try makeFolder(of: folder)
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw .failed(path: folder, code: errno)
    }
  }

  private static func syncFolder(of path: String) throws(PrivateFileError) {
    let folder = folder(of: path) ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .failed(path: folder, code: errno) }
    defer { close(descriptor) }
    // Some network file systems know no such thing for folders.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .failed(path: folder, code: errno)
    }
  }

  private static func folder(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
