import Glibc
import Sealing
import Testing

@testable import Workspace

@Suite("The kernel's keyring")
final class KeyringTests {
  private let keyring = Keyring()
  private let fingerprint = "fake-\(Random.bytes(8).map(String.init).joined(separator: "-"))"
  private let arena = SecureArena()

  deinit { _ = try? keyring.removeSeed(for: fingerprint) }

  private func seed(_ byte: UInt8) -> Secret {
    arena.copy([UInt8](repeating: byte, count: 32).span.bytes)
  }

  /// Does what is asked where the kernel lets us, and else expects it to say so in an ordinary way.
  private func whereAllowed(_ body: () throws -> Void) throws {
    do {
      _ = try keyring.holdsSeed(for: fingerprint)
    } catch {
      guard case .refused = error else { throw error }
      #expect(throws: error) { try keyring.store(seed(1), for: fingerprint, seconds: 60) }
      #expect(throws: error) { try keyring.seed(for: fingerprint, in: arena) }
      return
    }
    try body()
  }

  @Test("A seed that was unlocked is found again, byte for byte")
  func stored() throws {
    try whereAllowed {
      #expect(try keyring.seed(for: fingerprint, in: arena) == nil)
      try keyring.store(seed(7), for: fingerprint, seconds: 60)
      let found = try #require(try keyring.seed(for: fingerprint, in: arena))
      #expect(found.hasSameBytes(as: seed(7)))
      #expect(try keyring.seed(for: fingerprint + "x", in: arena) == nil)
    }
  }

  @Test("Unlocking again replaces the seed")
  func replaced() throws {
    try whereAllowed {
      try keyring.store(seed(7), for: fingerprint, seconds: 60)
      try keyring.store(seed(8), for: fingerprint, seconds: 60)
      let found = try #require(try keyring.seed(for: fingerprint, in: arena))
      #expect(found.hasSameBytes(as: seed(8)))
      #expect(try keyring.removeSeed(for: fingerprint))
      #expect(try keyring.seed(for: fingerprint, in: arena) == nil)
    }
  }

  @Test("Locking takes the seed away, once")
  func removed() throws {
    try whereAllowed {
      try keyring.store(seed(7), for: fingerprint, seconds: 60)
      #expect(try keyring.removeSeed(for: fingerprint))
      #expect(try keyring.seed(for: fingerprint, in: arena) == nil)
      #expect(try !keyring.removeSeed(for: fingerprint))
    }
  }

  @Test("A seed is gone by itself when its time is over")
  func expired() throws {
    try whereAllowed {
      try keyring.store(seed(7), for: fingerprint, seconds: 1)
      let start = ContinuousClock.now
      while try keyring.seed(for: fingerprint, in: arena) != nil {
        try #require(ContinuousClock.now - start < .seconds(20), "it is still there")
        usleep(50_000)
      }
    }
  }

  @Test("Something of another size under this name is no seed")
  func otherSize() throws {
    try whereAllowed {
      let add = """
        syscall(248, b"user", b"secrets:\(fingerprint)", b"x" * 33, 33, -4)
        """
      let status = try python(add)
      #expect(status == 0)
      #expect(try keyring.seed(for: fingerprint, in: arena) == nil)
    }
  }

  @Test("A process of another session, not linked to the user's keyring, finds the seed")
  func otherSession() throws {
    try whereAllowed {
      try keyring.store(seed(7), for: fingerprint, seconds: 60)
      let read = """
        os.setsid()
        assert syscall(250, 1, None) > 0  # KEYCTL_JOIN_SESSION_KEYRING: an empty one
        key = syscall(250, 10, -4, b"user", b"secrets:\(fingerprint)", 0)
        buffer = ctypes.create_string_buffer(64)
        assert syscall(250, 11, key, buffer, 64) == 32
        assert buffer.raw[:32] == bytes([7]) * 32
        """
      #expect(try python(read) == 0)
    }
  }

  @Test("What a refusal means does not depend on how the kernel words it")
  func codes() {
    #expect(KeyringError(code: EPERM) == .refused(code: EPERM))
    #expect(KeyringError(code: ENOSYS) == .refused(code: ENOSYS))
    #expect(KeyringError(code: EACCES) == .refused(code: EACCES))
    #expect(KeyringError(code: EDQUOT) == .quotaExceeded)
    #expect(KeyringError(code: ENOMEM) == .failed(code: ENOMEM))
  }

  private func python(_ script: String) throws -> Int32 {
    let start = "import ctypes, os\nsyscall = ctypes.CDLL(None).syscall\n"
    return try run(["/usr/bin/python3", "-c", start + script])
  }

  private func run(_ arguments: [String]) throws -> Int32 {
    let vector = arguments.map { strdup($0) } + [nil]
    defer { for string in vector { free(string) } }
    var child: pid_t = 0
    try #require(posix_spawn(&child, arguments[0], nil, nil, vector, environ) == 0)
    var status: Int32 = 0
    try #require(waitpid(child, &status, 0) == child)
    return status
  }
}
