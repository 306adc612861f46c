// Every vector of Tests/Vectors/message.

import Foundation
import Sealing
import Testing
import Vault

extension Vectors {
  struct MessageExpectation: Decodable {
    let `class`: String
    let seed: String
    let now: String
    let expired: Bool?
    let sender: String?
    let recipients: [String]?
    let expiry: UInt64?
    let kind: String?
    let note: String?
    let value: String?
    let valueB64: String?
  }

  @Test("Message", arguments: Vectors.names(of: "message"))
  func message(name: String) throws {
    let expected = try Vectors.expectation("message/\(name)", as: MessageExpectation.self)
    let arena = SecureArena()
    let seed = try #require(Base64.decode(expected.seed))
    let reader = try #require(Identity(seed: arena.secret(seed)))
    let text = try Vectors.read("message/\(name)/message.txt")
    let time = try #require(ISO8601DateFormatter().date(from: expected.now))
    let found: Message
    do {
      found = try Message.open(
        text.span.bytes, as: reader, now: Int64(time.timeIntervalSince1970),
        evenExpired: expected.expired ?? false, in: arena)
    } catch {
      #expect(messageClass(error) == expected.class, "\(name): \(error)")
      return
    }
    #expect(expected.class == "valid", "\(name) must be refused")
    #expect(found.sender.openSSH == expected.sender, "\(name)")
    #expect(found.recipients.map(\.openSSH) == expected.recipients, "\(name)")
    #expect(found.expiry ?? 0 == expected.expiry, "\(name)")
    #expect("\(found.payload.kind)" == expected.kind, "\(name)")
    #expect(found.payload.note.string == expected.note, "\(name)")
    let value =
      expected.value.map { Array($0.utf8) }
      ?? expected.valueB64.flatMap { Base64.decode($0, .standard) }
    #expect(found.payload.value.array == value, "\(name)")
  }

  /// The class of format.md §10.
  private func messageClass(_ error: MessageError) -> String {
    switch error {
    case .damaged: "damaged"
    case .forged: "forged"
    case .noAccess: "no access"
    case .expired: "expired"
    case .recipientCount, .unusableKey: "none: only in making one"
    }
  }
}
