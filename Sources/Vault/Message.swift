// A sealed message (format.md §9): one value for up to 64 people, signed by who made it, that may
// lie in any chat or ticket.

public import Sealing

/// Why a message cannot be made or opened.
public enum MessageError: Error, Equatable {
  /// The text or the bytes are not a message, or were changed.
  case damaged(MessageFault)
  /// The signature or the list of recipients is not what its maker signed.
  case forged(MessageForgery)
  /// Nothing is wrong; it is for others.
  case noAccess
  /// It was to be opened before this time, in Unix seconds.
  case expired(at: UInt64)
  /// A message goes to 1 to 64 recipients.
  case recipientCount(Int)
  /// Nobody can seal to this key: it is of small order or no key at all.
  case unusableKey(PublicKey)
}

/// What a message was found not to be.
public enum MessageFault: Equatable, Sendable {
  /// There is no `BEGIN SECRETS MESSAGE` line.
  case noBlock
  /// There is no `END SECRETS MESSAGE` line.
  case cutShort
  /// What stands between them is not padded standard base64.
  case characters
  /// Not 1 to 64 slots, or fewer bytes than they need.
  case size
  /// A slot opens and the message does not: something was changed.
  case box
  /// What it holds is not a value, or a kind that no message has.
  case payload
}

/// How a message is not its sender's.
public enum MessageForgery: Equatable, Sendable {
  /// The signature does not hold.
  case signature
  /// A sender or recipient whose key is no usable key.
  case key
  /// The slot that opened was made for someone else: the message was passed on.
  case recipient
}

/// An opened message.
public struct Message {
  /// The most recipients.
  public static let recipientLimit = 64
  private static let label = Array("secrets/1 message\n".utf8)
  private static let slotSize = 80
  private static let keySize = 32
  private static let headSize = 40

  /// Whose signature it bears.
  public let sender: PublicKey
  /// For whom it was made.
  public let recipients: [PublicKey]
  /// From when on it is not to be opened, in Unix seconds; nil for never.
  public let expiry: UInt64?
  /// What it says.
  public let payload: Payload

  /// Seals a value for some people.
  ///
  /// - Parameters:
  ///   - payload: any kind but `removed`.
  ///   - sender: who signs.
  ///   - recipients: 1 to 64 keys, each once.
  ///   - expiry: from when on it is not to be opened, in Unix seconds.
  ///   - arena: where secrets on the way go.
  /// - Throws: `MessageError`.
  /// - Returns: the block as text.
  public static func seal(
    _ payload: Payload, from sender: Identity, to recipients: [PublicKey], expiry: UInt64? = nil,
    in arena: SecureArena
  ) throws(MessageError) -> String {
    guard (1...recipientLimit).contains(recipients.count), Set(recipients).count == recipients.count
    else { throw .recipientCount(recipients.count) }
    guard payload.kind != .removed else { throw .damaged(.payload) }
    let count = UInt8(recipients.count)
    let key = DataKey.generate(in: arena)
    var head = [count]
    for recipient in recipients {
      guard let boxKey = recipient.boxKey, let slot = try? SealedBox.seal(key.bytes, to: boxKey)
      else { throw .unusableKey(recipient) }
      head += slot
    }

    var before = label + [count] + sender.publicKey.bytes.array
    withUnsafeBytes(of: (expiry ?? 0).littleEndian) { before += $0 }
    for recipient in recipients { before += recipient.bytes.array }
    let bodySize = before.count - label.count - 1 + payload.encodedCount
    let contentSize = bodySize + Signature.size
    // One piece holds what is signed and, behind the label and count, what is encrypted.
    let whole = arena.allocate(label.count + 1 + Padding.paddedCount(contentSize))
    let content = whole.part((label.count + 1)..<whole.count)
    whole.withMutableBytes { target in
      target.copyBytes(from: before)
      let end = before.count + payload.encodedCount
      payload.write(to: UnsafeMutableRawBufferPointer(rebasing: target[before.count..<end]))
    }
    let signature = whole.part(0..<(label.count + 1 + bodySize)).withBytes { sender.sign($0) }
    content.part(bodySize..<contentSize).withMutableBytes { $0.copyBytes(from: signature) }
    Padding.pad(content, count: contentSize)
    let box = key.seal(content, ad: (label + head).span.bytes)
    whole.wipe()
    return MessageArmor.encode(head + box)
  }

  /// Opens the first message in a text.
  ///
  /// - Parameters:
  ///   - text: the block, with whatever stands around it.
  ///   - identity: whose slot is looked for.
  ///   - now: the reader's clock in Unix seconds.
  ///   - evenExpired: opens a message also from its expiry on.
  ///   - arena: where the value goes.
  /// - Throws: `MessageError`.
  /// - Returns: the message, whose signature holds.
  public static func open(
    _ text: RawSpan, as identity: Identity, now: Int64, evenExpired: Bool = false,
    in arena: SecureArena
  ) throws(MessageError) -> Message {
    let bytes = try MessageArmor.decode(text)
    guard let first = bytes.first, case let count = Int(first),
      (1...recipientLimit).contains(count), case let headEnd = 1 + count * slotSize,
      bytes.count > headEnd + DataKey.overhead
    else { throw .damaged(.size) }
    let (slot, key) = try openSlot(bytes, count: count, as: identity, in: arena)
    let head = label + bytes[..<headEnd]
    guard
      let padded = key.open(
        bytes.span.bytes.extracting(headEnd..<bytes.count), ad: head.span.bytes, in: arena),
      let content = Padding.unpad(padded)
    else { throw .damaged(.box) }

    let payloadStart = headSize + count * keySize
    let payloadEnd = content.count - Signature.size
    guard payloadStart <= payloadEnd else { throw .damaged(.payload) }
    let keys = content.part(0..<payloadStart).publicBytes
    guard let sender = usableKey(keys, at: 0) else { throw .forged(.key) }
    var recipients: [PublicKey] = []
    for place in 0..<count {
      guard let key = usableKey(keys, at: headSize + place * keySize) else { throw .forged(.key) }
      recipients.append(key)
    }
    guard recipients[slot] == identity.publicKey else { throw .forged(.recipient) }
    guard isSigned(content, upTo: payloadEnd, count: first, by: sender, in: arena) else {
      throw .forged(.signature)
    }

    let expiry = keys[keySize..<headSize].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if expiry != 0, now >= 0, UInt64(now) >= expiry, !evenExpired { throw .expired(at: expiry) }
    guard let payload = try? Payload.parse(content.part(payloadStart..<payloadEnd)),
      payload.kind != .removed
    else { throw .damaged(.payload) }
    return Message(
      sender: sender, recipients: recipients, expiry: expiry == 0 ? nil : expiry, payload: payload)
  }

  private static func openSlot(
    _ bytes: [UInt8], count: Int, as identity: Identity, in arena: SecureArena
  ) throws(MessageError) -> (slot: Int, key: DataKey) {
    for slot in 0..<count {
      let start = 1 + slot * slotSize
      if let key = identity.open(
        bytes.span.bytes.extracting(start..<(start + slotSize)), in: arena)
      {
        return (slot, DataKey(key))
      }
    }
    throw .noAccess
  }

  private static func usableKey(_ bytes: [UInt8], at place: Int) -> PublicKey? {
    guard let bytes = Bytes32(Array(bytes[place..<(place + keySize)])),
      case let key = PublicKey(bytes: bytes), key.boxKey != nil
    else { return nil }
    return key
  }

  private static func isSigned(
    _ content: Secret, upTo end: Int, count: UInt8, by sender: PublicKey, in arena: SecureArena
  ) -> Bool {
    let signature = content.part(end..<content.count).publicBytes
    let signed = arena.joined(label + [count], content.part(0..<end), [])
    defer { signed.wipe() }
    return signed.withBytes { Signature.verify(signature.span.bytes, of: $0, by: sender) }
  }
}
