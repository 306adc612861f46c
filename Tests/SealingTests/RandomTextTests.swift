// Random text: every character of the alphabet comes, as often as any other, and nothing else does.

import Sealing
import Testing

@Suite("Random text")
struct RandomTextTests {
  private let arena = SecureArena(capacity: 1 << 20)

  private func counts(_ count: Int, of alphabet: [UInt8]) -> [UInt8: Int] {
    var counts: [UInt8: Int] = [:]
    for byte in Random.characters(count, of: alphabet, in: arena).array {
      counts[byte, default: 0] += 1
    }
    return counts
  }

  @Test("Every character is reached, and none outside of the alphabet", arguments: [1, 2, 62, 94])
  func reach(size: Int) {
    let alphabet = (0..<size).map { UInt8(0x21 + $0) }
    #expect(Set(counts(20_000, of: alphabet).keys) == Set(alphabet))
  }

  @Test("No remainder prefers the first characters: all come equally often")
  func uniform() {
    // A byte modulo 62 would give the first eight 3906 times and the others 3125 times: here they
    // are within 7 deviations of 3226.
    let alphabet = (0..<62).map { UInt8(0x21 + $0) }
    for count in counts(200_000, of: alphabet).values { #expect((2830...3620).contains(count)) }
  }

  @Test("Two texts are not the same")
  func different() {
    let alphabet = Array("abcdefgh".utf8)
    let (one, other) = (
      Random.characters(64, of: alphabet, in: arena), Random.characters(64, of: alphabet, in: arena)
    )
    #expect(one.count == 64 && !one.hasSameBytes(as: other))
    #expect(Random.characters(0, of: alphabet, in: arena).count == 0)
  }

  @Test("A UUID is of version 4 and of the variant of RFC 9562, all the rest by chance")
  func uuid() throws {
    var seen: [Set<UInt8>] = Array(repeating: [], count: 36)
    for _ in 0..<2000 {
      let text = Random.uuid(in: arena).array
      try #require(text.count == 36)
      for (place, byte) in text.enumerated() { seen[place].insert(byte) }
    }
    let hex = Set("0123456789abcdef".utf8)
    for (place, bytes) in seen.enumerated() {
      let wanted: Set<UInt8> =
        switch place {
        case 8, 13, 18, 23: Set("-".utf8)
        case 14: Set("4".utf8)
        case 19: Set("89ab".utf8)
        default: hex
        }
      #expect(bytes == wanted, "place \(place)")
    }
  }
}
