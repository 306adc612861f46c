// libsodium is made ready once, before its first use; every type of this target begins with it.

internal import CSodium

enum Sodium {
  /// Nothing can be done without it, and it fails only where the system gives no random bytes.
  static let ready: Void = {
    precondition(sodium_init() >= 0, "libsodium could not be initialised")
  }()
}

/// Random bytes from the system, which no caller may choose.
public enum Random {
  /// Fills a new array with unpredictable bytes (`randombytes_buf`).
  public static func bytes(_ count: Int) -> [UInt8] {
    _ = Sodium.ready
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      randombytes_buf(UnsafeMutableRawBufferPointer(buffer).octets, count)
      initialized = count
    }
  }
}
