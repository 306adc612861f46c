// What these tests share: bytes in and out of secrets, hexadecimal, and the vectors' identities.

import Foundation
import Sealing

extension SecureArena {
  func secret(_ bytes: [UInt8], headroom: Int = 0, tailroom: Int = 0) -> Secret {
    copy(bytes.span.bytes, headroom: headroom, tailroom: tailroom)
  }

  func secret(_ text: String) -> Secret { secret(Array(text.utf8)) }
}

extension Secret {
  var array: [UInt8] { withBytes { span in span.withUnsafeBytes { [UInt8]($0) } } }
}

func hex(_ text: String) -> [UInt8] {
  let digits = text.compactMap(\.hexDigitValue).map { UInt8($0) }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

struct VectorIdentity: Decodable {
  let name: String
  let seed: String
  let `public`: String
  let fingerprint: String
  let speakable: String

  func identity(in arena: SecureArena) -> Identity? {
    Base64.decodeSecret(Array(seed.utf8), count: 32, in: arena).flatMap { Identity(seed: $0) }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Vectors")

  static func all() throws -> [VectorIdentity] {
    try JSONDecoder().decode(
      [VectorIdentity].self, from: Data(contentsOf: folder.appending(path: "identities.json")))
  }
}

// `#expect` takes no arguments of a type that cannot escape, so spans are made below it.

extension Secret {
  func environmentString(named name: [UInt8]) -> String {
    String(cString: environmentString(named: name.span.bytes))
  }
}

extension Base64 {
  static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text.span.bytes) }

  static func decode(_ text: [UInt8], into target: UnsafeMutableRawBufferPointer) -> Bool {
    decode(text.span.bytes, into: target)
  }

  static func decodeSecret(
    _ text: [UInt8], _ alphabet: Alphabet = .urlSafe, count: Int, in arena: SecureArena
  ) -> Secret? {
    decodeSecret(text.span.bytes, alphabet, count: count, in: arena)
  }
}

extension DataKey {
  func seal(_ content: Secret, ad: [UInt8]) -> [UInt8] { seal(content, ad: ad.span.bytes) }

  func open(
    _ box: [UInt8], ad: [UInt8], in arena: SecureArena, headroom: Int = 0, tailroom: Int = 0
  ) -> Secret? {
    open(box.span.bytes, ad: ad.span.bytes, in: arena, headroom: headroom, tailroom: tailroom)
  }
}

extension Identity {
  func sign(_ message: [UInt8]) -> [UInt8] { sign(message.span.bytes) }

  func open(_ box: [UInt8], in arena: SecureArena) -> Secret? { open(box.span.bytes, in: arena) }
}

extension RoleSecret {
  func open(_ box: [UInt8], in arena: SecureArena) -> Secret? { open(box.span.bytes, in: arena) }
}

extension Signature {
  static func verify(_ signature: [UInt8], of message: [UInt8], by key: PublicKey) -> Bool {
    verify(signature.span.bytes, of: message.span.bytes, by: key)
  }
}

extension Digest {
  func update(_ bytes: [UInt8]) { update(bytes.span.bytes) }
}
