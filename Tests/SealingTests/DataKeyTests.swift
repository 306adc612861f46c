// XChaCha20-Poly1305 with the nonce in front: nothing of a box or its context can be changed.

import Sealing
import Testing

@Suite("Data key")
struct DataKeyTests {
  private let arena = SecureArena()
  private let context = Array("secrets/1 value\nNAME".utf8)

  @Test("The known answer of draft-irtf-cfrg-xchacha-03 A.3.1 opens")
  func knownAnswer() {
    let key = DataKey(arena.secret((0x80...0x9f).map { UInt8($0) }))
    let box =
      (0x40...0x57).map { UInt8($0) }
      + hex(
        """
        bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e
        39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3
        fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49
        """)
    let content = key.open(
      box, ad: hex("50515253c0c1c2c3c4c5c6c7"), in: arena)
    #expect(
      content.map { String(decoding: $0.array, as: UTF8.self) }
        == "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        + "future, sunscreen would be it.")
  }

  @Test("Content comes back, with the room around it that was asked for")
  func roundTrip() {
    let key = DataKey.generate(in: arena)
    for count in [0, 1, 63, 64, 1000] {
      let content = arena.secret((0..<count).map { UInt8(truncatingIfNeeded: $0) })
      let box = key.seal(content, ad: context)
      #expect(box.count == count + DataKey.overhead)
      let opened = key.open(
        box, ad: context, in: arena, headroom: 5, tailroom: 1)
      #expect(opened?.array == content.array)
    }
    let box = key.seal(arena.secret("v"), ad: context)
    let opened = key.open(
      box, ad: context, in: arena, headroom: 5, tailroom: 1)
    let name = Array("NAME".utf8)
    #expect(opened?.environmentString(named: name) == "NAME=v")
  }

  @Test("Any changed bit of a box keeps it closed")
  func changedBox() {
    let key = DataKey.generate(in: arena)
    let box = key.seal(arena.secret("fake-value"), ad: context)
    for index in box.indices {
      for bit in [UInt8(1), 0x80] {
        var changed = box
        changed[index] ^= bit
        #expect(key.open(changed, ad: context, in: arena) == nil)
      }
    }
    for count in 0..<box.count {
      #expect(
        key.open(Array(box.prefix(count)), ad: context, in: arena) == nil)
    }
    #expect(key.open((box + [0]), ad: context, in: arena) == nil)
  }

  @Test("Another context or key keeps a box closed")
  func otherContext() {
    let key = DataKey.generate(in: arena)
    let box = key.seal(arena.secret("fake-value"), ad: context)
    for other in [[], context + [0], Array(context.dropLast()), Array(context.reversed())] {
      #expect(key.open(box, ad: other, in: arena) == nil)
    }
    let other = DataKey.generate(in: arena)
    #expect(other.open(box, ad: context, in: arena) == nil)
  }

  @Test("The same content sealed twice gives different boxes")
  func freshNonce() {
    let key = DataKey.generate(in: arena)
    let content = arena.secret("fake-value")
    #expect(key.seal(content, ad: []) != key.seal(content, ad: []))
  }
}
