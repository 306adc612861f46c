// A secret is lent, never printed, and becomes an environment string where it lies.

import Sealing
import Testing

private struct Holder { let secret: Secret }

@Suite("Secret")
struct SecretTests {
  @Test("No way of printing shows a byte")
  func notPrintable() {
    let arena = SecureArena()
    let secret = arena.secret("fake-value")
    var dumped = ""
    dump(secret, to: &dumped)
    dump(Holder(secret: secret), to: &dumped)
    dump([secret], to: &dumped)
    dump(
      DataKey(arena.secret(Array("fake-value".utf8) + [UInt8](repeating: 0, count: 22))),
      to: &dumped)
    let printed = [
      String(describing: secret), String(reflecting: secret), "\(secret)", "\([secret])",
      "\(Holder(secret: secret))", String(reflecting: Holder(secret: secret)), dumped,
    ]
    for text in printed {
      #expect(text.contains("[secret]"))
      #expect(!text.contains("fake"))
      #expect(!text.contains("102"), "the first byte as a number")
    }
    #expect(Mirror(reflecting: secret).children.isEmpty)
  }

  @Test("A part shares the bytes of the whole")
  func part() {
    let arena = SecureArena()
    let whole = arena.secret("NOTEvalue")
    let part = whole.part(4..<9)
    #expect(String(decoding: part.array, as: UTF8.self) == "value")
    part.withMutableBytes { $0[0] = UInt8(ascii: "V") }
    #expect(String(decoding: whole.array, as: UTF8.self) == "NOTEValue")
    #expect(whole.part(9..<9).count == 0)
    part.wipe()
    #expect(whole.array == Array("NOTE".utf8) + [0, 0, 0, 0, 0])
  }

  @Test("An environment string is made around the value in place")
  func environmentString() {
    let arena = SecureArena()
    let name = Array("NAME".utf8)
    let secret = arena.secret(Array("fake=value".utf8), headroom: 5, tailroom: 1)
    let before = arena.secret("before")
    #expect(secret.environmentString(named: name) == "NAME=fake=value")
    let address = UnsafeRawPointer(secret.environmentString(named: name.span.bytes))
    let value = secret.withBytes { span in span.withUnsafeBytes { $0.baseAddress } }
    #expect(value == address + 5, "not copied")
    #expect(before.array == Array("before".utf8))
  }

  @Test("A part's environment string uses what lies around it")
  func environmentStringOfPart() {
    let arena = SecureArena()
    let name = Array("N".utf8)
    let plaintext = arena.secret("....value....").part(4..<9)
    #expect(plaintext.environmentString(named: name) == "N=value")
  }

  @Test("Secrets of one arena do not overlap, also beyond its first size")
  func noOverlap() {
    let arena = SecureArena(capacity: 256)
    let secrets = (0..<40).map { number in
      arena.secret([UInt8](repeating: UInt8(number), count: 8 * number), headroom: 3, tailroom: 1)
    }
    for (number, secret) in secrets.enumerated() {
      #expect(secret.array == [UInt8](repeating: UInt8(number), count: 8 * number))
    }
    #expect(arena.allocate(100).array == [UInt8](repeating: 0, count: 100))
  }

  @Test("A secret outlives the last name for its arena")
  func keepsArena() {
    let secret = SecureArena().secret("fake-value")
    #expect(String(decoding: secret.array, as: UTF8.self) == "fake-value")
  }

  @Test("Two secrets are compared by their bytes")
  func comparing() {
    let arena = SecureArena()
    #expect(arena.secret("a").hasSameBytes(as: arena.secret("a")))
    #expect(!arena.secret("a").hasSameBytes(as: arena.secret("b")))
    #expect(!arena.secret("a").hasSameBytes(as: arena.secret("ab")))
    #expect(arena.secret("").hasSameBytes(as: SecureArena().secret("")))
  }

  @Test("Random bytes are not the same twice")
  func random() {
    #expect(Random.bytes(24) != Random.bytes(24))
    #expect(Random.bytes(0).isEmpty)
  }
}
