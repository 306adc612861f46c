// OpenSSH's private and public keys: real ones are read, near ones are refused with the reason.

import Foundation
import Sealing
import Testing
import Workspace

@Suite("OpenSSH key")
struct OpenSSHKeyTests {
  private let arena = SecureArena()
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func parse(_ text: String) throws(OpenSSHKeyError) -> OpenSSHKey {
    try OpenSSHKey.parse(arena.secret(text), in: arena)
  }

  private static let begin = "-----BEGIN OPENSSH PRIVATE KEY-----\n"
  private static let end = "-----END OPENSSH PRIVATE KEY-----\n"

  private func armored(_ blob: [UInt8]) -> String {
    Self.begin + Base64.encode(blob, .standard) + "\n" + Self.end
  }

  private func blob(of text: String) throws -> [UInt8] {
    let lines = text.split(separator: "\n").dropFirst().dropLast()
    return try #require(Base64.decode(lines.joined(), .standard))
  }

  @Test("A key made by ssh-keygen gives the identity of its public line")
  func plain() throws {
    let line = try OpenSSHPublicKey.parse(folder.makeKey("key"))
    #expect(line.comment == "a comment")
    let text = try folder.read("key")
    for text in [text, text.replacing("\n", with: "\r\n"), String(text.dropLast())] {
      let key = try parse(text)
      #expect(!key.isEncrypted && key.publicKey == line.key)
      let message = Array("message".utf8)
      let signature = try #require(key.identity).sign(message.span.bytes)
      let holds = Signature.verify(signature.span.bytes, of: message.span.bytes, by: line.key)
      #expect(holds)
    }
  }

  @Test(
    "A key with a passphrase tells its public half, whatever cipher it has",
    arguments: ["aes256-ctr", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"])
  func encrypted(cipher: String) throws {
    let line = try folder.makeKey(
      "key", passphrase: "fake-pass", options: ["-Z", cipher, "-a", "1"])
    let key = try parse(folder.read("key"))
    #expect(key.isEncrypted && key.identity == nil)
    #expect(try key.publicKey == OpenSSHPublicKey.parse(line).key)
  }

  @Test(
    "Keys that cannot open anything are named",
    arguments: [
      ("rsa", [], "ssh-rsa"), ("ecdsa", [], "ecdsa-sha2-nistp256"),
      ("rsa", ["-m", "PEM"], "ssh-rsa"), ("ecdsa", ["-m", "PEM"], "ecdsa"),
    ])
  func otherTypes(type: String, options: [String], name: String) throws {
    for (file, passphrase) in [("plain", ""), ("locked", "fake-pass")] {
      let line = try folder.makeKey(file, type: type, passphrase: passphrase, options: options)
      #expect(throws: OpenSSHKeyError.otherType(name)) { try parse(folder.read(file)) }
      let type = String(line.prefix { $0 != " " })
      #expect(throws: OpenSSHPublicKeyError.noEd25519(otherTypes: [type])) {
        try OpenSSHPublicKey.parse(line)
      }
    }
  }

  @Test("A hardware key is named")
  func hardware() throws {
    func string(_ text: [UInt8]) -> [UInt8] {
      withUnsafeBytes(of: UInt32(text.count).bigEndian) { [UInt8]($0) } + text
    }
    let type = "sk-ssh-ed25519@openssh.com"
    let none = string(Array("none".utf8))
    let content =
      Array("openssh-key-v1\0".utf8) + none + none + string([]) + [0, 0, 0, 1]
      + string(string(Array(type.utf8)) + string([UInt8](repeating: 1, count: 32))) + string([])
    #expect(throws: OpenSSHKeyError.otherType(type)) { try parse(armored(content)) }
  }

  @Test("Files of other programs are told apart")
  func otherFormats() throws {
    let table: [(String, OpenSSHKeyError)] = [
      ("", .notPrivateKey), ("ssh-ed25519 AAAA\n", .notPrivateKey),
      ("-----BEGIN CERTIFICATE-----\n", .notPrivateKey),
      ("-----BEGIN PRIVATE KEY-----\n", .otherFormat("PRIVATE KEY")),
      ("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", .otherFormat("ENCRYPTED PRIVATE KEY")),
      ("-----BEGIN DSA PRIVATE KEY-----\n", .otherType("ssh-dss")),
      ("-----BEGIN \u{1b}[31mPRIVATE KEY-----\n", .notPrivateKey),
    ]
    for (text, error) in table { #expect(throws: error) { try parse(text) } }
  }

  @Test("A key file of which any byte was changed or is missing is refused")
  func changed() throws {
    _ = try folder.makeKey("key")
    let blob = try blob(of: folder.read("key"))
    let comment = Array("a comment".utf8)
    let start = try #require(blob.indices.first { blob[$0...].starts(with: comment) })
    for index in blob.indices where !(start..<(start + comment.count)).contains(index) {
      var other = blob
      other[index] ^= 1
      #expect(throws: OpenSSHKeyError.self, "byte \(index)") {
        // Changing the cipher's name makes it a locked key, of no use without `ssh-keygen`.
        let key = try parse(armored(other))
        if key.isEncrypted { throw OpenSSHKeyError.damaged(.structure) }
      }
    }
    for count in 0..<blob.count {
      #expect(throws: OpenSSHKeyError.self) { try parse(armored(Array(blob.prefix(count)))) }
    }
    for more in 1...16 {
      let other = blob + (1...more).map { UInt8($0) }
      #expect(throws: OpenSSHKeyError.damaged(.structure)) { try parse(armored(other)) }
    }
  }

  @Test("Lengths beyond the end are refused before they are used")
  func lengths() throws {
    _ = try folder.makeKey("key")
    let blob = try blob(of: folder.read("key"))
    for place in 15..<(blob.count - 4) {
      var other = blob
      other.replaceSubrange(place..<(place + 4), with: [0xff, 0xff, 0xff, 0xff])
      _ = try? parse(armored(other))
    }
  }

  @Test("What is not the text of a key file is refused")
  func armor() throws {
    _ = try folder.makeKey("key")
    let text = try folder.read("key")
    let others = [
      text.replacing(Self.end, with: ""), text + text, text + "x", Self.begin + Self.end,
      Self.begin,
      text.replacing("=", with: ""), text.replacing("\n", with: " \n"),
    ]
    for other in others where other != text {
      #expect(throws: OpenSSHKeyError.damaged(.armor), "\(other)") { try parse(other) }
    }
  }

  @Test("Of a forge's list the one ed25519 key is taken")
  func lists() throws {
    let first = Identity.generate(in: arena).publicKey
    let second = Identity.generate(in: arena).publicKey
    let line = "ssh-ed25519 \(first.openSSH)"
    let others = "ssh-rsa AAAAB3Nza\necdsa-sha2-nistp256 AAAAE2\nssh-rsa AAAAC\n"
    let good = [
      line, line + "\n", line + "\r\n", "  " + line + "\t me at home ",
      others + line + "\n\n# end\n",
      line + "\n" + line + " again\n",
    ]
    for text in good { #expect(try OpenSSHPublicKey.parse(text).key == first, "\(text)") }
    #expect(try OpenSSHPublicKey.parse(line + " me at home").comment == "me at home")

    // The neutral point.
    let small = "AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    let table: [(String, OpenSSHPublicKeyError)] = [
      ("", .noEd25519(otherTypes: [])), ("# nothing\n", .noEd25519(otherTypes: [])),
      (others, .noEd25519(otherTypes: ["ssh-rsa", "ecdsa-sha2-nistp256"])),
      (line + "\nssh-ed25519 \(second.openSSH)\n", .several(2)),
      ("hello\n", .damaged(line: 1)), (others + "ssh-ed25519\n", .damaged(line: 4)),
      (line.dropLast() + "\n", .damaged(line: 1)), ("\nNot Found", .damaged(line: 2)),
      (first.openSSH, .damaged(line: 1)), ("ssh-ed25519 \(small)\n", .unusable(line: 1)),
      (Self.begin, .privateKey),
    ]
    for (text, error) in table {
      #expect(throws: error, "\(text)") { try OpenSSHPublicKey.parse(text) }
    }
  }
}
