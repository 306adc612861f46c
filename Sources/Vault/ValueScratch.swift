// Room for one value's ciphertext and what it is bound to, used again for the next: ten thousand
// values are opened on a `run` without an allocation for each.

internal import Sealing

/// Room for what is public of one box.
final class ValueScratch {
  /// The key that opened the record before, by the indices of its role and epoch.
  var last: (role: Int32, epoch: Int32, secret: RoleSecret)?
  private var box: [UInt8] = []
  private var bound: [UInt8]
  private let prefixCount: Int

  init(_ file: SealedFile) {
    bound = SealedText.valuePrefix(project: file.project, environment: file.environment)
    prefixCount = bound.count
  }

  /// Opens a value's box, straight into guarded memory.
  func open(
    _ record: SecretRecord, of file: SealedFile, with key: DataKey, in arena: SecureArena,
    headroom: Int
  ) -> Secret? {
    guard let count = Base64.decodedCount(Int(record.box.count)) else { return nil }
    if box.count < count { box = [UInt8](repeating: 0, count: max(count, 2 * box.count)) }
    bound.removeLast(bound.count - prefixCount)
    return file.bytes.withUnsafeBytes { bytes -> Secret? in
      bound.append(contentsOf: bytes[Int(record.line.start)..<Int(record.boundEnd)])
      let text = RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: bytes[record.box.range]))
      return box.withUnsafeMutableBytes { box -> Secret? in
        let target = UnsafeMutableRawBufferPointer(rebasing: box[..<count])
        guard Base64.decode(text, into: target) else { return nil }
        return bound.withUnsafeBytes { bound in
          key.open(
            RawSpan(_unsafeBytes: UnsafeRawBufferPointer(target)),
            ad: RawSpan(_unsafeBytes: bound), in: arena, headroom: headroom, tailroom: 1)
        }
      }
    }
  }
}
