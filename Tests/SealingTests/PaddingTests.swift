// Sizes are hidden to the next 64 bytes, and there is one padding for each.

import Sealing
import Testing

@Suite("Padding")
struct PaddingTests {
  private func padded(_ bytes: [UInt8], in arena: SecureArena) -> Secret {
    let secret = arena.allocate(Padding.paddedCount(bytes.count))
    secret.withMutableBytes { $0.copyBytes(from: bytes) }
    Padding.pad(secret, count: bytes.count)
    return secret
  }

  @Test("Content of every length comes back", arguments: 0..<200)
  func roundTrip(count: Int) {
    let arena = SecureArena()
    let bytes = [UInt8](repeating: 0x80, count: count)
    let secret = padded(bytes, in: arena)
    #expect(secret.count % 64 == 0 && secret.count > count && secret.count - count <= 64)
    #expect(
      secret.array[count...]
        == ([0x80] + [UInt8](repeating: 0, count: 63))[..<(secret.count - count)])
    #expect(Padding.unpad(secret)?.array == bytes)
  }

  @Test("What was not padded so is refused")
  func refused() {
    let arena = SecureArena()
    let block = padded([1, 2, 3], in: arena).array
    #expect(Padding.unpad(arena.secret([])) == nil)
    for size in [1, 63, 65, 127] {
      #expect(Padding.unpad(arena.secret(Array((block + block).prefix(size)))) == nil)
    }
    #expect(Padding.unpad(arena.secret([UInt8](repeating: 0, count: 64))) == nil)
    #expect(Padding.unpad(arena.secret([UInt8](repeating: 1, count: 64))) == nil)
    var marked = block
    marked[63] = 1
    #expect(Padding.unpad(arena.secret(marked)) == nil)
    // A whole block of zeros hides no mark before it.
    #expect(Padding.unpad(arena.secret(block + [UInt8](repeating: 0, count: 64))) == nil)
  }
}
