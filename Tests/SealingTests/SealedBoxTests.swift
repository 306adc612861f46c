// Anonymous boxes for a member or a role, and the keys that follow from a role's secret.

import Foundation
import Sealing
import Testing

@Suite("Sealed box")
struct SealedBoxTests {
  private let arena = SecureArena()

  @Test("A box opens for its key only, and not when changed")
  func boxes() throws {
    let alice = Identity.generate(in: arena)
    let bob = Identity.generate(in: arena)
    let box = try SealedBox.seal(arena.secret("fake-value"), to: #require(alice.publicKey.boxKey))
    #expect(box.count == 10 + SealedBox.overhead)
    #expect(alice.open(box, in: arena)?.array == Array("fake-value".utf8))
    #expect(bob.open(box, in: arena) == nil)
    for index in box.indices {
      var changed = box
      changed[index] ^= 1
      #expect(alice.open(changed, in: arena) == nil, "byte \(index)")
    }
    for count in 0..<box.count {
      #expect(alice.open(Array(box.prefix(count)), in: arena) == nil)
    }
  }

  @Test("An empty box is a box")
  func empty() throws {
    let alice = Identity.generate(in: arena)
    let box = try SealedBox.seal(arena.secret(""), to: #require(alice.publicKey.boxKey))
    #expect(box.count == SealedBox.overhead)
    #expect(alice.open(box, in: arena)?.count == 0)
  }

  @Test("A key with its high bit set, for which nobody could open, is refused")
  func highBit() throws {
    let key = try #require(Identity.generate(in: arena).publicKey.boxKey)
    var bytes = key.bytes.array
    bytes[31] |= 0x80
    let unusable = BoxKey(bytes: try #require(Bytes32(bytes)))
    #expect(throws: SealError.unusableKey) { try SealedBox.seal(arena.secret("v"), to: unusable) }
  }

  @Test("A key that gives no shared secret is refused")
  func zeroKey() {
    #expect(throws: SealError.unusableKey) {
      try SealedBox.seal(arena.secret("v"), to: BoxKey(bytes: Bytes32()))
    }
  }

  @Test("A role's secret of the vectors gives the public key, epoch and value that they say")
  func roleSecret() throws {
    let file = VectorIdentity.folder.appending(path: "valid/smallest/secrets/production.sealed")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    func field(_ name: String, of first: String, _ second: String) throws -> String {
      let line = try #require(lines.first { $0.starts(with: [first, second]) })
      return String(try #require(line.first { $0.hasPrefix(name + "=") }).dropFirst(name.count + 1))
    }
    let alice = try #require(VectorIdentity.all().first { $0.name == "alice" })
    let identity = try #require(alice.identity(in: arena))
    let box = try #require(Base64.decode(field("box", of: "to", "alice")))
    let opened = try #require(identity.open(box, in: arena))
    let secret = try #require(RoleSecret(opened.part((opened.count - 32)..<opened.count)))

    #expect(
      try Base64.encode(secret.publicKey.bytes.array) == field("public", of: "role", "default"))
    #expect(
      try Base64.encode(Digest.blake2b(16, secret.publicKey.bytes.array))
        == field("epoch", of: "role", "default"))

    let header = lines[0]
    let record = try #require(lines.first { $0.starts(with: ["secret", "TOKEN"]) })
    let ad =
      "secrets/1 value\n" + header[2].dropFirst("project=".count) + "\nproduction\n"
      + record.prefix { !$0.hasPrefix("box=") }.joined(separator: " ")
    let value = try #require(Base64.decode(field("box", of: "secret", "TOKEN")))
    let content = try #require(
      secret.dataKey.open(value, ad: Array(ad.utf8), in: arena))
    #expect(Padding.unpad(content) != nil)
  }

  @Test("A proposal sealed to a role's public key opens with its secret only")
  func proposal() throws {
    let role = RoleSecret.generate(in: arena)
    let box = try SealedBox.seal(arena.secret("fake-value"), to: role.publicKey)
    #expect(role.open(box, in: arena)?.array == Array("fake-value".utf8))
    #expect(RoleSecret.generate(in: arena).open(box, in: arena) == nil)
  }

  @Test("A role's secret has 32 bytes", arguments: [0, 31, 33])
  func roleSecretSize(count: Int) {
    #expect(RoleSecret(arena.allocate(count)) == nil)
  }
}
