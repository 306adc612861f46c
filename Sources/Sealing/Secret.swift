// Secret bytes have a type of their own: they cannot be printed, interpolated, compared by accident
// or copied onto the ordinary heap without saying so.

internal import CSodium

/// Bytes in a `SecureArena`, lent out and never handed over.
///
/// Copies of the value refer to the same bytes.
public struct Secret {
  /// The memory that the bytes lie in, and stay in as long as anyone has it.
  public let arena: SecureArena
  let base: UnsafeMutableRawPointer
  // Narrow, since ten thousand values may be open at once.
  private let size: UInt32
  private let room: (head: UInt32, tail: UInt32)

  /// The size in bytes, without head- and tailroom.
  public var count: Int { Int(size) }
  var headroom: Int { Int(room.head) }
  var tailroom: Int { Int(room.tail) }

  init(
    arena: SecureArena, base: UnsafeMutableRawPointer, count: Int, headroom: Int, tailroom: Int
  ) {
    self.arena = arena
    self.base = base
    size = UInt32(count)
    room = (UInt32(headroom), UInt32(tailroom))
  }

  /// Lends the bytes for reading.
  public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    // The arena owns the memory and is held by `self` until the body has returned.
    defer { withExtendedLifetime(arena) {} }
    let buffer = UnsafeRawBufferPointer(start: base, count: count)
    return try body(RawSpan(_unsafeBytes: buffer))
  }

  /// Lends the bytes for writing.
  public func withMutableBytes<R, E: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(arena) {} }
    return try body(UnsafeMutableRawBufferPointer(start: base, count: count))
  }

  /// A part of the secret, without copying; what lies before and behind it becomes its spare room.
  ///
  /// - Parameter range: offsets in bytes, within `0..<count`.
  /// - Returns: a secret that shares the bytes.
  public func part(_ range: Range<Int>) -> Secret {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return Secret(
      arena: arena, base: base + range.lowerBound, count: range.count,
      headroom: headroom + range.lowerBound, tailroom: tailroom + count - range.upperBound)
  }

  /// Overwrites the bytes with zeros.
  public func wipe() {
    sodium_memzero(base, count)
  }

  /// Makes the secret an environment string in place: `NAME=` before it, a NUL behind it.
  ///
  /// The bytes before the value are overwritten. The pointer is valid as long as the arena.
  ///
  /// - Parameter name: the name's bytes; `name.byteCount + 1` bytes of headroom and 1 of tailroom
  ///   must be there.
  /// - Returns: the address of the first byte of the name.
  public func environmentString(named name: RawSpan) -> UnsafeMutablePointer<CChar> {
    precondition(headroom > name.byteCount && tailroom >= 1)
    let start = base - name.byteCount - 1
    name.withUnsafeBytes { bytes in
      if let address = bytes.baseAddress { start.copyMemory(from: address, byteCount: bytes.count) }
    }
    (base - 1).storeBytes(of: UInt8(ascii: "="), as: UInt8.self)
    (base + count).storeBytes(of: 0, as: UInt8.self)
    return start.assumingMemoryBound(to: CChar.self)
  }

  /// Whether both hold the same bytes, in a time that depends on their sizes only.
  public func hasSameBytes(as other: Secret) -> Bool {
    count == other.count && sodium_memcmp(base, other.base, count) == 0
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Never the bytes.
  public var description: String { "[secret]" }
  /// Never the bytes.
  public var debugDescription: String { "[secret]" }
  /// Nothing to look into.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
