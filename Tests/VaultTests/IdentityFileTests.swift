// Identity files and strings (format.md §8): what is written is read, and nothing near it is.

import Sealing
import Testing
import Vault

@Suite("Identity file")
struct IdentityFileTests {
  private let arena = SecureArena()
  private let low = PassphraseCost(operations: 1, memory: 8192)

  private func trust() throws -> ProjectTrust {
    ProjectTrust(
      project: try #require(ProjectID(bytes: (1...16).map { UInt8($0) })),
      rootKey: Identity.generate(in: arena).publicKey)
  }

  private func parse(_ text: String, mode: UInt16 = 0o600) throws(IdentityError) -> IdentityFile {
    try IdentityFile.parse(arena.secret(text), mode: mode, in: arena)
  }

  @Test("A project's id has one spelling")
  func projectID() throws {
    let id = try #require(ProjectID(text: "UHg9Qkl9HmS09fRsRyf0Ug"))
    #expect(id.text == "UHg9Qkl9HmS09fRsRyf0Ug" && id.bytes.count == 16)
    #expect(ProjectID(bytes: id.bytes) == id)
    let others = [
      "", "UHg9Qkl9HmS09fRsRyf0U", "UHg9Qkl9HmS09fRsRyf0Uh", "UHg9Qkl9HmS09fRsRyf0UgA",
      "UHg9Qkl9HmS09fRsRyf0Ug==", "UHg9Qkl9HmS09fRsRyf0U+", " UHg9Qkl9HmS09fRsRyf0U",
    ]
    for text in others { #expect(ProjectID(text: text) == nil, "\(text)") }
    #expect(ProjectID(bytes: Array(id.bytes.dropLast())) == nil)
    #expect(ProjectID(bytes: id.bytes + [0]) == nil)
  }

  @Test("A sealed file opens with its passphrase only")
  func sealed() throws {
    for trust in [nil, try trust()] {
      let identity = Identity.generate(in: arena)
      let bytes = try IdentityFile.seal(
        identity, passphrase: arena.secret("fake passphrase é"), trust: trust, cost: low, in: arena)
      let file = try IdentityFile.parse(arena.secret(bytes), mode: 0o644, in: arena)
      #expect(file.isLocked && file.identity == nil)
      #expect(file.publicKey == identity.publicKey && file.trust == trust)
      let opened = try file.unlock(passphrase: arena.secret("fake passphrase é"), in: arena)
      #expect(opened.seed.hasSameBytes(as: identity.seed))
      for other in ["", "fake passphrase e", "fake passphrase é "] {
        #expect(throws: IdentityError.notOpened) {
          try file.unlock(passphrase: arena.secret(other), in: arena)
        }
      }
      #expect(file.unlock(seed: identity.seed)?.publicKey == identity.publicKey)
      #expect(file.unlock(seed: Identity.generate(in: arena).seed) == nil)
      #expect(file.unlock(seed: arena.secret("short")) == nil)
    }
  }

  @Test("A sealed file of which any byte was changed does not open")
  func changed() throws {
    let identity = Identity.generate(in: arena)
    let passphrase = arena.secret("fake passphrase")
    let bytes = try IdentityFile.seal(
      identity, passphrase: passphrase, trust: try trust(), cost: low, in: arena)
    for index in bytes.indices {
      var other = bytes
      other[index] ^= 1
      #expect(throws: IdentityError.self, "byte \(index)") {
        // A cost that a changed digit made dear is refused here, not paid.
        let file = try IdentityFile.parse(arena.secret(other), mode: 0o600, in: arena)
        return try file.unlock(passphrase: passphrase, in: arena)
      }
    }
  }

  @Test("A plain file opens by itself, if no one else may read it")
  func plain() throws {
    for trust in [nil, try trust()] {
      let identity = Identity.generate(in: arena)
      let text = IdentityFile.plain(identity, trust: trust, in: arena)
      for mode in [UInt16(0o600), 0o400, 0o700] {
        let file = try IdentityFile.parse(text, mode: mode, in: arena)
        #expect(!file.isLocked && file.trust == trust)
        #expect(file.identity?.seed.hasSameBytes(as: identity.seed) == true)
      }
      for bit in [UInt16(0o40), 0o20, 0o10, 0o4, 0o2, 0o1] {
        #expect(throws: IdentityError.openToOthers(mode: 0o600 | bit)) {
          try IdentityFile.parse(text, mode: 0o600 | bit, in: arena)
        }
      }
    }
  }

  @Test("Every fault is told with its line")
  func faults() throws {
    let key = "AAAAC3NzaC1lZDI1NTE5AAAAICnBzKaxaiPws5EjVN6AqozyJV5qoT9b3uIPGKaspsvc"
    let seed = "1J6Ho9-dogoyzRPSC2JIuxPPJn1dmh9G8qVZJFFWSKM"
    let project = "UHg9Qkl9HmS09fRsRyf0Ug"
    let head = "secrets/1 identity\npublic ssh-ed25519 \(key)\n"
    let salt = "e_XhQ8denInCraVjIq-WTQ"
    let kdf = "kdf argon2id13 ops=1 mem=8192 salt=\(salt)\n"
    let box = "box \(String(repeating: "A", count: 96))\n"
    // The neutral point: of small order.
    let small = "AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    let table: [(String, Int, IdentityFault)] = [
      ("", 1, .cutShort), ("\n" + head, 1, .notAnIdentity), ("hello\n", 1, .notAnIdentity),
      (" secrets/1 identity\n", 1, .notAnIdentity), ("secrets/1 identity \n", 1, .notAnIdentity),
      ("secrets/1  identity\n", 1, .notAnIdentity), ("secrets/1 team\n", 1, .notAnIdentity),
      ("secrets/2 identity\n", 1, .newerVersion), ("secrets/1 identity", 1, .lineEnd),
      ("secrets/1 identity\r\n", 1, .lineEnd), ("ssh-ed25519 \(key)\n", 1, .openSSHPublicKey),
      ("ssh-rsa AAAA", 1, .openSSHPublicKey), ("SECRETS-KEY-1-AAAA", 1, .identityString),
      ("-----BEGIN OPENSSH PRIVATE KEY-----\n", 1, .openSSHPrivateKey),
      ("secrets/1 identity\n", 2, .cutShort),
      ("secrets/1 identity\nseed \(seed)\n", 2, .publicLine),
      ("secrets/1 identity\npublic ssh-rsa \(key)\n", 2, .publicLine),
      ("secrets/1 identity\npublic \(key)\n", 2, .publicLine),
      ("secrets/1 identity\npublic ssh-ed25519 \(key) me\n", 2, .publicLine),
      (head, 3, .cutShort), (head + "seed  \(seed)\n", 3, .seedOrKdfLine),
      (head + "seed \(seed)", 3, .lineEnd), (head + "seed \(seed.dropLast())\n", 3, .seed),
      (head + "seed \(seed.dropLast())N\n", 3, .seed), (head + "seed \(seed)=\n", 3, .seed),
      (head + "seed \(seed) \(seed)\n", 3, .seed), (head + "seed \(seed) \n", 3, .seedOrKdfLine),
      (head + "seed \(seed)\nseed \(seed)\n", 4, .tooMuch),
      (head + "seed \(seed)\n\n\nx", 6, .tooMuch), (head + kdf + box + "\n" + box, 6, .tooMuch),
      (head + "seed \(String(repeating: "A", count: 43))\n", 3, .seedOfAnotherKey),
      (head + "Seed \(seed)\n", 3, .seedOrKdfLine), (head + box, 3, .seedOrKdfLine),
      (head + "trust \(project) \(small)\nseed \(seed)\n", 3, .trust),
      (head + "trust \(project)\nseed \(seed)\n", 3, .trust),
      (head + "trust \(project) ssh-ed25519 \(key)\nseed \(seed)\n", 3, .trust),
      (head + "trust \(project) \(key)\n", 4, .cutShort),
      (head + "trust \(project) \(key)\ntrust \(project) \(key)\n", 4, .seedOrKdfLine),
      (head + kdf, 4, .cutShort), (head + kdf + "seed \(seed)\n", 4, .boxLine),
      (head + kdf + box.replacing("AAA\n", with: "AA\n"), 4, .boxLine),
      (head + kdf.replacing("argon2id13", with: "argon2i13") + box, 3, .seedOrKdfLine),
      (head + kdf.replacing("ops=1", with: "ops=0") + box, 3, .cost),
      (head + kdf.replacing("ops=1", with: "ops=01") + box, 3, .cost),
      (head + kdf.replacing("ops=1", with: "ops=17") + box, 3, .cost),
      (head + kdf.replacing("ops=1", with: "ops=+1") + box, 3, .cost),
      (head + kdf.replacing("mem=8192", with: "mem=8191") + box, 3, .cost),
      (head + kdf.replacing("mem=8192", with: "mem=1073741825") + box, 3, .cost),
      (head + kdf.replacing("mem=8192", with: "mem=99999999999999999999") + box, 3, .cost),
      (head + kdf.replacing("ops=1 mem=8192", with: "mem=8192 ops=1") + box, 3, .seedOrKdfLine),
      (head + kdf.replacing(salt, with: salt + "AA") + box, 3, .seedOrKdfLine),
    ]
    for (text, line, fault) in table {
      #expect(throws: IdentityError.damaged(line: line, fault), "\(text)") { try parse(text) }
    }
    #expect(try !parse(head + "\n\nseed \(seed)\n\n").isLocked, "empty lines are ignored")
    #expect(try parse(head + kdf + box).isLocked)
  }

  @Test("A string carries an identity and its trust")
  func string() throws {
    for trust in [nil, try trust()] {
      let identity = Identity.generate(in: arena)
      let text = IdentityString.render(identity, trust: trust, in: arena)
      #expect(text.count == 14 + 112)
      for (before, after) in [("", ""), (" \t\r\n", "\n"), ("\u{b}\u{c}", "\r\n\n ")] {
        let read = try IdentityString.parse(
          arena.secret(before + text.string + after), in: arena)
        #expect(read.identity.seed.hasSameBytes(as: identity.seed))
        #expect(read.trust == trust)
      }
    }
  }

  @Test("A string of which any character was changed is refused")
  func changedString() throws {
    let text = IdentityString.render(
      Identity.generate(in: arena), trust: try trust(), in: arena
    ).array
    for index in text.indices {
      var other = text
      other[index] = other[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(throws: IdentityError.self, "character \(index)") {
        try IdentityString.parse(arena.secret(other), in: arena)
      }
    }
    let table: [([UInt8], IdentityFault)] = [
      ([], .notAnIdentity), (Array("  \n".utf8), .notAnIdentity),
      (Array("hunter2".utf8), .notAnIdentity), (Array("secrets-key-1-".utf8), .notAnIdentity),
      (Array("SECRETS-KEY-2-AAAA".utf8), .newerVersion), (Array(text.dropLast()), .cutShort),
      (text + [UInt8(ascii: "A")], .tooMuch), (text + Array("=".utf8), .tooMuch),
      (text.dropLast() + [UInt8(ascii: "=")], .characters), (text.dropLast() + [0], .characters),
    ]
    for (other, fault) in table {
      #expect(throws: IdentityError.damagedString(fault)) {
        try IdentityString.parse(arena.secret(other), in: arena)
      }
    }
  }
}
