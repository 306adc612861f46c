// What this machine offers to whoever keeps secrets in memory: how much may be locked there, a
// folder that is no disk, the kernel's keyring.

internal import Glibc

/// This machine, as far as secrets rest on it.
public struct Machine: Sendable {
  /// How many bytes a process may lock; nil for any number.
  public let lockLimit: UInt64?
  /// Whether there is a folder in memory that this user may write.
  public let hasMemoryFolder: Bool
  /// Whether the kernel keeps unlocked keys.
  public let hasKeyring: Bool
  /// Folders in memory that killed processes of this user left, with plaintext in them.
  public let abandoned: [String]

  /// Below this, `sodium_malloc` soon fails to lock.
  public static let leastLockLimit: UInt64 = 1 << 20

  /// Describes a machine.
  public init(
    lockLimit: UInt64?, hasMemoryFolder: Bool, hasKeyring: Bool, abandoned: [String] = []
  ) {
    self.lockLimit = lockLimit
    self.hasMemoryFolder = hasMemoryFolder
    self.hasKeyring = hasKeyring
    self.abandoned = abandoned
  }

  /// Looks at the machine that this process runs on.
  ///
  /// - Parameter context: the surroundings, for `$XDG_RUNTIME_DIR`.
  public init(in context: Context) {
    var limit = rlimit()
    let isKnown = getrlimit(__rlimit_resource_t(8), &limit) == 0  // RLIMIT_MEMLOCK
    let isEndless = limit.rlim_cur == rlim_t.max
    let places = MemoryFolder.places(runtimeDirectory: context.environment["XDG_RUNTIME_DIR"])
    self.init(
      lockLimit: isKnown && !isEndless ? UInt64(limit.rlim_cur) : nil,
      hasMemoryFolder: MemoryFolder.isPossible(in: places),
      hasKeyring: (try? Keyring().holdsSeed(for: "SHA256:")) != nil,
      abandoned: MemoryFolder.abandoned(in: places))
  }
}
