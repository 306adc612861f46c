// One writer at a time. The kernel keeps the lock and drops it when its holder dies, so that there
// is never one to take over by guessing from a process id.

internal import Glibc

/// How long to wait for another writer, and whom to tell.
public struct Patience {
  var limit: Int
  var noticeAfter: Int
  var notice: (Int32?) -> Void

  /// Waits up to a limit.
  ///
  /// - Parameters:
  ///   - limit: how long, in milliseconds.
  ///   - noticeAfter: after how many milliseconds to say that it is waiting.
  ///   - notice: says so, once; is given the holder's process id where it is known.
  public init(
    milliseconds limit: Int = 10_000, noticeAfter: Int = 1_000,
    notice: @escaping (Int32?) -> Void = { _ in }
  ) {
    self.limit = limit
    self.noticeAfter = noticeAfter
    self.notice = notice
  }
}

/// A lock on a file, held until the value is gone.
struct FileLock: ~Copyable {
  fileprivate let descriptor: Int32

  deinit { close(descriptor) }

  /// Takes the lock; the file is made where there is none, and stays.
  static func take(_ path: String, _ patience: Patience) throws(WorkspaceError) -> FileLock {
    let lock = FileLock(descriptor: try openLockFile(path))
    var waited = 0
    var toldSo = false
    while flock(lock.descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw .system(.lock, path: path, errno: errno)
      }
      guard waited < patience.limit else {
        throw .locked(path: path, holder: lock.holder())
      }
      if waited >= patience.noticeAfter, !toldSo {
        patience.notice(lock.holder())
        toldSo = true
      }
      // Ten writers are served in less than a step of the slowest kind.
      let step = min(waited / 4 + 1, 25, patience.limit - waited)
      usleep(UInt32(step) * 1000)
      waited += step
    }
    lock.signHolder()
    return lock
  }

  private static func openLockFile(_ path: String) throws(WorkspaceError) -> Int32 {
    let flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    var descriptor = retrying { open(path, O_RDWR | O_CREAT | flags, 0o666) }
    if descriptor < 0, errno == EACCES {
      // Another user's lock file can still be locked.
      descriptor = retrying { open(path, O_RDONLY | flags) }
    }
    guard descriptor >= 0 else { throw .system(.lock, path: path, errno: errno) }
    return descriptor
  }

  // Only for the message of those who wait: nothing is decided by it.
  private func signHolder() {
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0 else { return }
    _ = pwrite(descriptor, text, text.count, 0)
  }

  private func holder() -> Int32? {
    var text = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &text, text.count, 0)
    guard count > 1 else { return nil }
    return Int32(String(decoding: text[..<(count - 1)], as: UTF8.self))
  }
}
