// Keys from passphrases, and hashes.

import Sealing
import Testing

@Suite("Passphrase")
struct PassphraseTests {
  private let arena = SecureArena()
  private let low = PassphraseCost(operations: 1, memory: 8192)

  @Test("Only costs within the format's limits are accepted")
  func limits() {
    let table: [(UInt64, Int, Bool)] = [
      (0, 8192, false), (1, 8191, false), (1, 8192, true), (16, 1 << 30, true),
      (17, 1 << 30, false), (16, 1 << 30 + 1, false), (3, -1, false), (.max, .max, false),
    ]
    for (operations, memory, accepted) in table {
      let cost = PassphraseCost(operations: operations, memory: memory)
      #expect(cost.isAcceptable == accepted, "\(cost)")
    }
    #expect(PassphraseCost.moderate == PassphraseCost(operations: 3, memory: 256 << 20))
  }

  @Test("Passphrase, salt and cost each change the key")
  func parts() throws {
    let salt = [UInt8](repeating: 7, count: PassphraseKey.saltSize)
    let typed = arena.secret("fake passphrase é")
    let key = try PassphraseKey.derive(typed, salt: salt, cost: low, in: arena)
    let again = try PassphraseKey.derive(typed, salt: salt, cost: low, in: arena)
    #expect(key.bytes.hasSameBytes(as: again.bytes))
    let others = try [
      PassphraseKey.derive(arena.secret("fake passphrase e"), salt: salt, cost: low, in: arena),
      PassphraseKey.derive(arena.secret(""), salt: salt, cost: low, in: arena),
      PassphraseKey.derive(typed, salt: salt.map { $0 + 1 }, cost: low, in: arena),
      PassphraseKey.derive(
        typed, salt: salt, cost: PassphraseCost(operations: 2, memory: 8192), in: arena),
      PassphraseKey.derive(
        typed, salt: salt, cost: PassphraseCost(operations: 1, memory: 65536), in: arena),
    ]
    for other in others { #expect(!key.bytes.hasSameBytes(as: other.bytes)) }
  }

  @Test("The known answers of BLAKE2b hold, whole, in parts and of a secret")
  func blake2b() {
    // RFC 7693, appendix A.
    let answer = hex(
      """
      ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1
      7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923
      """)
    #expect(Digest.blake2b(64, Array("abc".utf8)) == answer)
    #expect(Digest.blake2b(64, of: arena.secret("abc")) == answer)
    let digest = Digest(64)
    for byte in "abc".utf8 { digest.update([byte]) }
    #expect(digest.finish() == answer)
  }
}
