// A folder for plaintext that some other program must see as a file: in memory, for this user only,
// and gone with the process, whatever ends it.

internal import CPlatform
internal import Glibc
public import Sealing

/// A folder in memory that is wiped and removed when it goes out of scope.
///
/// A signal that ends the process, and `exit`, do the same. What a killed process leaves is removed
/// by the next that makes one. Like all memory it may be swapped, except on a `ramfs`.
public struct MemoryFolder: ~Copyable {
  /// Its absolute path.
  public let path: String

  // A lock says to others that we live; unlike a process's number it means something in every
  // container, and the kernel gives it up for us.
  private let lock: Int32
  private let guardNumber: Int32

  private static let prefix = "secrets-memory-"
  private static let randomBytes = 16

  /// The places to try, in order: `$XDG_RUNTIME_DIR`, where set, and `/dev/shm`.
  public static func places(runtimeDirectory: String?) -> [String] {
    [runtimeDirectory, "/dev/shm"].compactMap { $0 }.filter { $0.hasPrefix("/") }
  }

  /// Whether one of the places is in memory, and may be written by this user.
  public static func isPossible(in places: [String]) -> Bool { places.contains(where: isFit) }

  /// Makes a folder in the first place that is in memory.
  ///
  /// - Parameter places: absolute paths of folders to make it in.
  /// - Throws: `noMemoryBackedFolder`.
  public init(in places: [String]) throws(EditorError) {
    for place in places where Self.isFit(place) {
      Self.removeAbandoned(in: place)
      guard let (path, lock) = Self.make(in: place) else { continue }
      let number = platform_guard_folder(path, lock)
      guard number >= 0 else {
        platform_wipe_folder(path, lock)
        close(lock)
        continue
      }
      self.path = path
      self.lock = lock
      guardNumber = number
      return
    }
    throw .noMemoryBackedFolder(tried: places)
  }

  deinit {
    platform_wipe_folder(path, lock)
    platform_unguard_folder(guardNumber)
    close(lock)
  }

  /// Wipes and removes the folder now.
  ///
  /// - Throws: `notRemoved` where something is left.
  public consuming func remove() throws(EditorError) {
    let code = platform_wipe_folder(path, lock)
    guard code == 0 else { throw .notRemoved(path: path, code: code) }
  }

  /// Writes a file in the folder, in place of one that is there.
  ///
  /// - Parameters:
  ///   - text: its content.
  ///   - name: its name.
  /// - Throws: `fileFailed`.
  public func write(_ text: Secret, to name: String) throws(EditorError) {
    let path = file(name)
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
    let file = retrying { open(path, flags, 0o600) }
    guard file >= 0 else { throw .fileFailed(path: path, code: errno) }
    defer { close(file) }
    let code = text.withBytes { bytes in
      bytes.withUnsafeBytes { buffer -> Int32 in
        var rest = buffer[...]
        while !rest.isEmpty {
          let count = retrying {
            Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
          }
          guard count > 0 else { return count < 0 ? errno : EIO }
          rest = rest.dropFirst(count)
        }
        return 0
      }
    }
    guard code == 0 else { throw .fileFailed(path: path, code: code) }
  }

  /// Reads a file by its name, since many programs save by renaming another over it.
  ///
  /// - Parameters:
  ///   - name: the file's name.
  ///   - limit: the most bytes that are taken.
  ///   - arena: where the content is put.
  /// - Returns: the content.
  /// - Throws: `fileReplaced`, `textTooLarge` or `fileFailed`.
  public func read(
    _ name: String, limit: Int, into arena: SecureArena
  ) throws(EditorError) -> Secret {
    let path = file(name)
    let file = retrying { open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK) }
    guard file >= 0 else {
      if errno == ENOENT || errno == ELOOP { throw .fileReplaced(path: path) }
      throw .fileFailed(path: path, code: errno)
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .fileFailed(path: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .fileReplaced(path: path) }
    let size = Int(status.st_size)
    guard size <= limit else { throw .textTooLarge(bytes: size, limit: limit) }

    let text = arena.allocate(size)
    var done = 0
    let code = text.withMutableBytes { buffer -> Int32 in
      while done < size {
        let count = retrying {
          Glibc.read(file, buffer.baseAddress.map { $0 + done }, size - done)
        }
        guard count >= 0 else { return errno }
        if count == 0 { break }
        done += count
      }
      return 0
    }
    guard code == 0 else { throw .fileFailed(path: path, code: code) }
    return text.part(0..<done)
  }

  /// The absolute path of a file in the folder.
  public func file(_ name: String) -> String {
    precondition(!name.isEmpty && !name.utf8.contains(UInt8(ascii: "/")))
    return "\(path)/\(name)"
  }

  /// In memory, and nobody else can take away or replace what we make in it.
  private static func isFit(_ place: String) -> Bool {
    let folder = retrying { open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard folder >= 0 else { return false }
    defer { close(folder) }
    var status = stat()
    guard fstat(folder, &status) == 0, platform_is_memory_backed(folder) != 0 else { return false }
    let isOurs = status.st_uid == geteuid() && status.st_mode & 0o022 == 0
    let isShared = status.st_uid == 0 && status.st_mode & mode_t(S_ISVTX) != 0
    return isOurs || isShared
  }

  private static func make(in place: String) -> (path: String, lock: Int32)? {
    // Another process that clears up may take a folder of ours before we have locked it.
    for _ in 0..<8 {
      let path = "\(place)/\(prefix)\(hexadecimal(Random.bytes(randomBytes)))"
      guard mkdir(path, 0o700) == 0 else { return nil }
      let lock = retrying { open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
      guard lock >= 0 else {
        // Empty as it is, it is also gone where no descriptor is left for it.
        rmdir(path)
        continue
      }
      var status = stat()
      if retrying({ flock(lock, LOCK_EX) }) == 0, fstat(lock, &status) == 0, status.st_nlink > 0 {
        return (path, lock)
      }
      close(lock)
    }
    return nil
  }

  /// The folders that killed processes of this user left, with the text that was in them.
  ///
  /// - Parameter places: absolute paths of folders that they were made in.
  /// - Returns: their absolute paths.
  public static func abandoned(in places: [String]) -> [String] {
    var found: [String] = []
    for place in places { forEachAbandoned(in: place) { path, _ in found.append(path) } }
    return found
  }

  private static func removeAbandoned(in place: String) {
    forEachAbandoned(in: place) { path, folder in _ = platform_wipe_folder(path, folder) }
  }

  private static func forEachAbandoned(in place: String, _ body: (String, Int32) -> Void) {
    for name in (try? Disk.names(in: place)) ?? [] where isOurName(name) {
      let path = "\(place)/\(name)"
      let folder = retrying { open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
      guard folder >= 0 else { continue }
      defer { close(folder) }
      var status = stat()
      guard fstat(folder, &status) == 0, status.st_uid == geteuid(),
        status.st_mode & 0o777 == 0o700, flock(folder, LOCK_EX | LOCK_NB) == 0
      else { continue }
      body(path, folder)
    }
  }

  private static func isOurName(_ name: String) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let rest = name.utf8.dropFirst(prefix.utf8.count)
    return rest.count == 2 * randomBytes
      && rest.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
