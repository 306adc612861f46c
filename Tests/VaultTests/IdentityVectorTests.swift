// Every vector of Tests/Vectors/identity: what opens gives what it says, the rest is refused.

import Foundation
import Sealing
import Testing
import Vault

extension Vectors {
  struct IdentityExpectation: Decodable {
    struct Trust: Decodable {
      let project: String
      let rootKey: String
    }
    let `class`: String
    let form: String
    let mode: String?
    let passphrase: String?
    let seed: String?
    let `public`: String?
    let trust: Trust?
  }

  @Test("Identity", arguments: Vectors.names(of: "identity"))
  func identity(name: String) throws {
    let expected = try Vectors.expectation("identity/\(name)", as: IdentityExpectation.self)
    let arena = SecureArena()
    let text = arena.secret(try Vectors.read("identity/\(name)/identity.txt"))
    guard expected.class == "valid" else {
      #expect(expected.class == "damaged", "\(name)")
      #expect(throws: IdentityError.self, "\(name) must be refused") {
        try open(text, expected, in: arena)
      }
      return
    }
    let (identity, trust) = try open(text, expected, in: arena)
    #expect(Base64.encode(identity.seed.array) == expected.seed, "\(name)")
    #expect(identity.publicKey.openSSH == expected.public, "\(name)")
    #expect(trust?.project.text == expected.trust?.project, "\(name)")
    #expect(trust?.rootKey.openSSH == expected.trust?.rootKey, "\(name)")
  }

  private func open(
    _ text: Secret, _ expected: IdentityExpectation, in arena: SecureArena
  ) throws -> (Identity, ProjectTrust?) {
    if expected.form == "string" { return try IdentityString.parse(text, in: arena) }
    let mode = try #require(UInt16(expected.mode ?? "", radix: 8))
    let file = try IdentityFile.parse(text, mode: mode, in: arena)
    #expect(file.isLocked == (expected.passphrase != nil))
    let passphrase = arena.secret(expected.passphrase ?? "")
    return (try file.unlock(passphrase: passphrase, in: arena), file.trust)
  }
}
