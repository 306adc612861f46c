// Sealed messages (format.md §9): for whom, until when, and what a chat may do to the text.

import Sealing
import Testing
import Vault

@Suite("Message")
struct MessageTests {
  private let arena = SecureArena()
  private let alice = Identity.generate(in: SecureArena())
  private let bob = Identity.generate(in: SecureArena())

  private func payload(_ value: String, kind: Payload.Kind = .text) throws -> Payload {
    try Payload(kind: kind, note: arena.secret("a note"), value: arena.secret(value))
  }

  private func open(
    _ text: String, as identity: Identity, now: Int64 = 1000, evenExpired: Bool = false
  ) throws(MessageError) -> Message {
    let bytes = Array(text.utf8)
    return try Message.open(
      bytes.span.bytes, as: identity, now: now, evenExpired: evenExpired, in: arena)
  }

  @Test("Each recipient reads it, and no one else")
  func recipients() throws {
    let text = try Message.seal(
      payload("fake-value"), from: alice, to: [alice.publicKey, bob.publicKey], in: arena)
    #expect(!text.contains("fake"))
    for reader in [alice, bob] {
      let message = try open(text, as: reader)
      #expect(message.sender == alice.publicKey)
      #expect(message.recipients == [alice.publicKey, bob.publicKey])
      #expect(message.expiry == nil)
      #expect(message.payload.value.string == "fake-value")
      #expect(message.payload.note.string == "a note")
    }
    #expect(throws: MessageError.noAccess) {
      try open(text, as: Identity.generate(in: arena))
    }
  }

  @Test("Values of every size come back", arguments: [0, 1, 60, 61, 62, 63, 64, 100_000])
  func sizes(count: Int) throws {
    let value = String(repeating: "v", count: count)
    let text = try Message.seal(payload(value), from: alice, to: [bob.publicKey], in: arena)
    #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })
    #expect(try open(text, as: bob).payload.value.string == value)
  }

  @Test("From its expiry on it opens only when asked to all the same")
  func expiry() throws {
    let text = try Message.seal(
      payload("v"), from: alice, to: [bob.publicKey], expiry: 1000, in: arena)
    #expect(try open(text, as: bob, now: 999).expiry == 1000)
    for now in [Int64(1000), 1001, .max] {
      #expect(throws: MessageError.expired(at: 1000)) { try open(text, as: bob, now: now) }
    }
    #expect(try open(text, as: bob, now: 5000, evenExpired: true).expiry == 1000)
  }

  @Test("What chats and mail do to the text does no harm")
  func liberal() throws {
    let text = try Message.seal(
      payload("fake-value"), from: alice, to: [alice.publicKey, bob.publicKey], in: arena)
    let body = text.split(separator: "\n").dropFirst().dropLast()
    let begin = "-----BEGIN SECRETS MESSAGE-----"
    let end = "-----END SECRETS MESSAGE-----"
    let forms = [
      "Hi Bob, here it is - enjoy:\n\n" + text + "\n-- \nAlice",
      text.replacing("\n", with: "\r\n"), text.replacing("\n", with: ""),
      text.replacing("\n", with: " "), "\u{feff}" + text,
      text.split(separator: "\n").map { "> > " + $0 + "  " }.joined(separator: "\n"),
      text.split(separator: "\n").map { "\t>" + $0 }.joined(separator: "\n"),
      text.replacing("-----", with: "\u{2014}-"), text.replacing("-----", with: "\u{2010}"),
      text.replacing("-----", with: "\u{2015}\u{2013}\u{2012}\u{2011}"),
      text.replacing("-----", with: "- - - "), text.replacing("\n", with: "\n\n\u{a0}\u{3000}"),
      begin + "\n" + body.joined(separator: "-\n") + "\n" + end,
      begin.replacing(" ", with: "\n> ") + body.joined(separator: "\n") + end,
      body.joined().map { "\($0)" }.joined(separator: "\n").reduce(into: begin) { $0.append($1) }
        + end,
      text + text.replacing("A", with: "B"), "BEGIN SECRETS MESSAGE -\n" + text,
    ]
    for form in forms {
      let value = Result { try open(form, as: bob).payload.value.string }
      #expect(throws: Never.self, "\(form)") { try value.get() }
    }
  }

  @Test("The text is strict about the bytes that it gives")
  func strict() throws {
    let text = try Message.seal(payload("fake-value"), from: alice, to: [bob.publicKey], in: arena)
    let begin = "-----BEGIN SECRETS MESSAGE-----\n"
    let end = "-----END SECRETS MESSAGE-----\n"
    let body = text.dropFirst(begin.count).dropLast(end.count)
    let table: [(String, MessageFault)] = [
      ("", .noBlock), ("hello", .noBlock), (text.lowercased(), .noBlock),
      (text.replacing("-", with: ""), .noBlock),
      (begin.replacing("SECRETS", with: "PGP"), .noBlock),
      (String(text.dropLast(end.count)), .cutShort), (begin, .cutShort), (end + begin, .cutShort),
      (begin + end, .cutShort), (begin + "AAAA\n" + end, .size), (begin + "AQ==\n" + end, .size),
      (begin + body + "A" + end, .characters), (begin + "é" + body + end, .characters),
      (begin + "." + body + end, .characters), (begin + body + "====\n" + end, .characters),
      (begin + body.replacing("\n", with: "\\n") + end, .characters),
      (begin + begin + body + end, .characters),
    ]
    for (form, fault) in table {
      #expect(throws: MessageError.damaged(fault), "\(form)") { try open(form, as: bob) }
    }
  }

  @Test("A message of which any byte was changed does not open")
  func changed() throws {
    let text = try Message.seal(
      payload("fake-value"), from: alice, to: [alice.publicKey, bob.publicKey], in: arena)
    let lines = text.split(separator: "\n").map(String.init)
    let bytes = try #require(Base64.decode(lines.dropFirst().dropLast().joined(), .standard))
    for index in bytes.indices {
      var other = bytes
      other[index] ^= 1
      let form = [lines[0], Base64.encode(other, .standard), lines[lines.count - 1]]
      #expect(throws: MessageError.self, "byte \(index)") {
        try open(form.joined(separator: "\n"), as: bob)
      }
    }
  }

  @Test("A message that bob made over into one for carol is seen to be forged")
  func passedOn() throws {
    // Bob opens it, keeps the key and everything signed, and adds a slot of Carol's in his place.
    let carol = Identity.generate(in: arena)
    let text = try Message.seal(payload("fake-value"), from: alice, to: [bob.publicKey], in: arena)
    let lines = text.split(separator: "\n").map(String.init)
    let bytes = try #require(Base64.decode(lines.dropFirst().dropLast().joined(), .standard))
    let label = Array("secrets/1 message\n".utf8)
    let slot = Array(bytes[1..<81])
    let opened = bob.open(slot.span.bytes, in: arena)
    let key = DataKey(try #require(opened))
    let box = Array(bytes[81...])
    let ad = label + bytes[..<81]
    let openedBox = key.open(box.span.bytes, ad: ad.span.bytes, in: arena)
    let content = try #require(openedBox)
    let carolSlot = try SealedBox.seal(key.bytes, to: #require(carol.publicKey.boxKey))
    let head = [UInt8(1)] + carolSlot
    let made = head + key.seal(content, ad: (label + head).span.bytes)
    let form = [lines[0], Base64.encode(made, .standard), lines[lines.count - 1]]
    #expect(throws: MessageError.forged(.recipient)) {
      try open(form.joined(separator: "\n"), as: carol)
    }
  }

  @Test("What could not be read is not made")
  func refused() throws {
    let many = (0...64).map { _ in Identity.generate(in: arena).publicKey }
    let value = try payload("v")
    #expect(throws: MessageError.recipientCount(0)) {
      try Message.seal(value, from: alice, to: [], in: arena)
    }
    #expect(throws: MessageError.recipientCount(65)) {
      try Message.seal(value, from: alice, to: many, in: arena)
    }
    #expect(throws: MessageError.recipientCount(2)) {
      try Message.seal(value, from: alice, to: [many[0], many[0]], in: arena)
    }
    let noKey = PublicKey(bytes: Bytes32())
    #expect(throws: MessageError.unusableKey(noKey)) {
      try Message.seal(value, from: alice, to: [noKey], in: arena)
    }
    let removal = try Payload(kind: .removed, note: arena.secret(""), value: arena.secret(""))
    #expect(throws: MessageError.damaged(.payload)) {
      try Message.seal(removal, from: alice, to: [bob.publicKey], in: arena)
    }
  }
}
