// Ed25519: the known answers of RFC 8032, and nothing else verifies.

import Sealing
import Testing

@Suite("Signature")
struct SignatureTests {
  @Test("The known answers of RFC 8032 §7.1 hold")
  func knownAnswers() throws {
    let table = [
      (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        """
        e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
        5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
        """
      ),
      (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        """
        92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
        085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
        """
      ),
    ]
    let arena = SecureArena()
    for (seed, key, message, signature) in table {
      let identity = try #require(Identity(seed: arena.secret(hex(seed))))
      #expect(identity.publicKey.bytes.array == hex(key))
      #expect(identity.sign(hex(message)) == hex(signature))
      #expect(
        Signature.verify(
          hex(signature), of: hex(message), by: identity.publicKey))
    }
  }

  @Test("A signature does not hold for another message, key or signature")
  func changed() throws {
    let arena = SecureArena()
    let identity = Identity.generate(in: arena)
    let message = Array("secrets/1 record\n".utf8)
    let signature = identity.sign(message)
    #expect(Signature.verify(signature, of: message, by: identity.publicKey))
    for index in signature.indices {
      var other = signature
      other[index] ^= 1
      #expect(!Signature.verify(other, of: message, by: identity.publicKey))
    }
    for other in [[], message + [0], Array(message.dropLast())] {
      #expect(!Signature.verify(signature, of: other, by: identity.publicKey))
    }
    for other in [[], signature + [0], Array(signature.dropLast())] {
      #expect(!Signature.verify(other, of: message, by: identity.publicKey))
    }
    let stranger = Identity.generate(in: arena).publicKey
    #expect(!Signature.verify(signature, of: message, by: stranger))
  }

  @Test("A key of small order signs nothing")
  func smallOrder() throws {
    // With R the neutral point and S zero, such a key would verify any message.
    let signature = [UInt8(1)] + [UInt8](repeating: 0, count: 63)
    for bytes in smallOrderKeys {
      let key = PublicKey(bytes: try #require(Bytes32(bytes)))
      #expect(!Signature.verify(signature, of: [1], by: key))
    }
  }

  @Test("An identity needs a seed of 32 bytes", arguments: [0, 31, 33, 64])
  func seedSize(count: Int) {
    #expect(Identity(seed: SecureArena().allocate(count)) == nil)
  }
}
