// Keys, digests and signatures of fixed size, held in place so that they can be compared and used
// as dictionary keys without an allocation.

/// 32 public bytes: a public key or a digest.
public struct Bytes32: Hashable, Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  /// All zero.
  public init() {}

  /// Copies 32 bytes; nil where there are more or fewer.
  public init?(_ bytes: RawSpan) {
    guard bytes.byteCount == 32 else { return nil }
    Swift.withUnsafeMutableBytes(of: &words) { target in
      bytes.withUnsafeBytes { target.copyMemory(from: $0) }
    }
  }

  /// Copies 32 bytes; nil where there are more or fewer.
  public init?(_ bytes: [UInt8]) { self.init(bytes.span.bytes) }

  /// Lends the bytes.
  public func withUnsafeBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    // Swift's own withUnsafeBytes(of:) is generic over the error in the same way.
    try Swift.withUnsafeBytes(of: words) { buffer throws(E) in try body(buffer) }
  }

  mutating func withUnsafeMutableBytes<R>(_ body: (UnsafeMutableRawBufferPointer) -> R) -> R {
    Swift.withUnsafeMutableBytes(of: &words, body)
  }

  /// The bytes as an array.
  public var array: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// Compares two values, byte by byte.
  public static func == (left: Bytes32, right: Bytes32) -> Bool { left.words == right.words }

  /// Feeds the bytes to a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}
