// A key's spellings for people agree with OpenSSH's, and keys that give nothing away are refused.

import Foundation
import Sealing
import Testing

/// Every encoding of a point of small order that libsodium's list of them covers.
let smallOrderKeys: [[UInt8]] = {
  let points = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ].map(hex)
  return points + points.map { Array($0.dropLast()) + [$0[31] | 0x80] }
}()

@Suite("Public key")
struct PublicKeyTests {
  @Test("Seeds of the vectors give their key, fingerprint and speakable form")
  func vectors() throws {
    let arena = SecureArena()
    let identities = try VectorIdentity.all()
    #expect(identities.count == 9)
    for vector in identities {
      let key = try #require(vector.identity(in: arena)).publicKey
      #expect(key.openSSH == vector.public)
      #expect(key.fingerprint == vector.fingerprint)
      #expect(key.speakable == vector.speakable)
      #expect(PublicKey(openSSH: vector.public) == key)
    }
  }

  @Test("ssh-keygen prints the same fingerprint")
  func fingerprintOfOpenSSH() throws {
    let key = Identity.generate(in: SecureArena()).publicKey
    let file = FileManager.default.temporaryDirectory
      .appending(path: "secrets-test-\(UUID().uuidString).pub")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("ssh-ed25519 \(key.openSSH) a comment\n".utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/ssh-keygen")
    process.arguments = ["-lf", file.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text == "256 \(key.fingerprint) a comment (ED25519)\n")
  }

  @Test("Anything but the base64 of one ed25519 key is refused")
  func otherTexts() {
    let good = Identity.generate(in: SecureArena()).publicKey.openSSH
    let blob = Base64.decode(good, .standard)!
    var texts = [
      "", good + "=", good + "\n", " " + good, String(good.dropLast()), String(good.dropLast(4)),
      good + "AAAA", "ssh-ed25519 " + good, good.replacing("ed25", with: "ED25"),
    ]
    for index in 0..<19 {
      var changed = blob
      changed[index] ^= 1
      texts.append(Base64.encode(changed, .standard))
    }
    for text in texts where text != good { #expect(PublicKey(openSSH: text) == nil, "\(text)") }
  }

  @Test("A key of small order has nothing to seal to")
  func smallOrder() throws {
    for bytes in smallOrderKeys {
      #expect(PublicKey(bytes: try #require(Bytes32(bytes))).boxKey == nil, "\(bytes)")
    }
  }

  @Test("A key that is no point of the curve has nothing to seal to")
  func noPoint() throws {
    // About half of all y coordinates have no x.
    let refused = try (2..<40).filter { number in
      let bytes = try #require(Bytes32([UInt8(number)] + [UInt8](repeating: 0, count: 31)))
      return PublicKey(bytes: bytes).boxKey == nil
    }
    #expect(refused.contains(2) && refused.count > 10)
  }

  @Test("An identity's converted key is the one that it opens with")
  func conversion() throws {
    let arena = SecureArena()
    for _ in 0..<8 {
      let identity = Identity.generate(in: arena)
      let key = try #require(identity.publicKey.boxKey)
      let box = try SealedBox.seal(arena.secret("fake-value"), to: key)
      #expect(identity.open(box, in: arena)?.array == Array("fake-value".utf8))
    }
  }
}
