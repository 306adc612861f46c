// Sizes are hidden to the next 64 bytes (`sodium_pad`, ISO/IEC 7816-4: 0x80, then zeros).

internal import CSodium

/// Padding of a value's payload, format.md §4.
public enum Padding {
  /// The block size in bytes.
  public static let block = 64

  /// The size of `count` bytes when padded: at least one byte more.
  public static func paddedCount(_ count: Int) -> Int { (count / block + 1) * block }

  /// Pads in place.
  ///
  /// - Parameters:
  ///   - secret: of `paddedCount(count)` bytes.
  ///   - count: how many of its bytes are content.
  public static func pad(_ secret: Secret, count: Int) {
    precondition(secret.count == paddedCount(count))
    var padded = 0
    sodium_pad(
      &padded, secret.base.assumingMemoryBound(to: UInt8.self), count, block, secret.count)
  }

  /// The content without its padding, or nil where it was not padded so.
  public static func unpad(_ secret: Secret) -> Secret? {
    // sodium_unpad itself accepts sizes that are no multiple of the block (format.md §11).
    guard secret.count > 0, secret.count % block == 0 else { return nil }
    var count = 0
    guard
      sodium_unpad(&count, secret.base.assumingMemoryBound(to: UInt8.self), secret.count, block)
        == 0
    else { return nil }
    return secret.part(0..<count)
  }
}
