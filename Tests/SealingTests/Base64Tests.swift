// One text for one sequence of bytes: every other spelling is refused.

import Sealing
import Testing

@Suite("Base64")
struct Base64Tests {
  @Test("Bytes of every length come back in both alphabets", arguments: 0..<70)
  func roundTrip(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
    for alphabet in [Base64.Alphabet.urlSafe, .standard] {
      #expect(Base64.decode(Base64.encode(bytes, alphabet), alphabet) == bytes)
    }
    let arena = SecureArena()
    for alphabet in [Base64.Alphabet.urlSafe, .standard] {
      let text = Base64.encodeSecret(arena.secret(bytes), alphabet, in: arena)
      #expect(String(decoding: text.array, as: UTF8.self) == Base64.encode(bytes, alphabet))
      let spelt = Array(Base64.encode(bytes, alphabet).utf8)
      let back = Base64.decodeSecret(spelt, alphabet, count: count, in: arena)
      #expect(back?.array == bytes)
    }
  }

  @Test("The known answers of RFC 4648 hold")
  func knownAnswers() {
    let table = [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
    for (plain, text) in table {
      #expect(Base64.encode(Array(plain.utf8), .standard) == text)
      #expect(Base64.encode(Array(plain.utf8)) == text.filter { $0 != "=" })
    }
    #expect(Base64.encode([0xfb, 0xff]) == "-_8")
    #expect(Base64.encode([0xfb, 0xff], .standard) == "+/8=")
  }

  @Test(
    "A second spelling without padding is refused",
    arguments: [
      "Zh", "Zm9", "Z", "Zg==", "Zg=", "Zm8=", "Zm9v=", "Zm9v====", "Zm9v\n", " Zm9v", "Zm 9v",
      "+/8", "Zm9vA", "Zm9v\0", "Zé", "=", "====",
    ])
  func notCanonical(text: String) {
    #expect(Base64.decode(text) == nil)
    let arena = SecureArena()
    let characters = Array(text.utf8)
    for count in 0...characters.count {
      #expect(Base64.decodeSecret(characters, count: count, in: arena) == nil)
    }
  }

  @Test(
    "A second spelling with padding is refused",
    arguments: [
      "Zg", "Zg=", "Zh==", "Zm8", "Zm9=", "Zm8==", "Zm9v=", "Zm9v==", "Zm9v====", "Zg==\n", "-_8=",
      "Zg==Zg==", "=", "==", "====", "Z===", "Zm9vA===",
    ])
  func notCanonicalPadded(text: String) {
    #expect(Base64.decode(text, .standard) == nil)
    let arena = SecureArena()
    let characters = Array(text.utf8)
    for count in 0...characters.count {
      #expect(Base64.decodeSecret(characters, .standard, count: count, in: arena) == nil)
    }
  }

  @Test("Of all two-character texts exactly those of the 256 bytes are accepted")
  func everyPair() {
    var accepted: Set<[UInt8]> = []
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        let text = [first, second]
        guard let bytes = Base64.decode(text) else { continue }
        accepted.insert(bytes)
        #expect(Base64.encodeToBytes(bytes) == text)
      }
    }
    #expect(accepted.count == 256)
  }

  @Test("No byte outside of ASCII stands for a character, as it would for libsodium")
  func notASCII() {
    let arena = SecureArena()
    for byte in UInt8(0x80)...0xff {
      for (text, alphabet) in [("Zm9_", Base64.Alphabet.urlSafe), ("Zm9/", .standard)] {
        #expect(Base64.decodeSecret(Array(text.utf8), alphabet, count: 3, in: arena) != nil)
        let changed = Array(text.utf8.dropLast()) + [byte]
        #expect(Base64.decode(changed.span.bytes, alphabet) == nil)
        #expect(Base64.decodeSecret(changed, alphabet, count: 3, in: arena) == nil)
      }
    }
  }

  @Test("A text of another size than its place is refused")
  func otherSize() {
    let text = Array("Zm9vYg".utf8)
    for count in [0, 3, 5, 6] {
      let target = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
      defer { target.deallocate() }
      #expect(!Base64.decode(text, into: target))
    }
  }
}
