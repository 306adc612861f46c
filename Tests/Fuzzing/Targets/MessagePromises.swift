// Sealed messages (format.md §9): the text around the block, and behind the box, which no mutation
// gets through, the content that a sender may choose at will.

import Sealing

@testable import Vault

enum MessagePromises {
  private static let now: Int64 = 1_769_904_000

  // libFuzzer has one thread.
  nonisolated(unsafe) private static let identity: Identity = {
    let seed = [UInt8](repeating: 7, count: 32)
    guard let identity = Identity(seed: SecureArena().copy(seed.span.bytes)) else {
      fatalError("this is no seed")
    }
    return identity
  }()

  static func message(_ input: [UInt8]) {
    let arena = SecureArena(capacity: 1 << 14)
    _ = try? Message.open(input.span.bytes, as: identity, now: now, in: arena)
    if let bytes = try? MessageArmor.decode(input.span.bytes) {
      let again = Array(MessageArmor.encode(bytes).utf8)
      promise((try? MessageArmor.decode(again.span.bytes)) == bytes, "a block is written otherwise")
    }
    content(input, in: arena)
  }

  /// The input as what is in the box: all of it, or the payload of what is well signed.
  private static func content(_ input: [UInt8], in arena: SecureArena) {
    let own = identity.publicKey
    let label = Array("secrets/1 message\n".utf8) + [1]
    guard let choice = input.first, let boxKey = own.boxKey else { return }
    var body = Array(input.dropFirst())
    if choice & 1 == 1 {
      guard body.count >= 8 else { return }
      let (expiry, payload) = (body[..<8], body[8...])
      body = own.bytes.array + expiry + own.bytes.array + payload
      let signed = label + body
      body += identity.sign(signed.span.bytes)
    }
    let key = DataKey.generate(in: arena)
    let content = arena.allocate(Padding.paddedCount(body.count))
    content.withMutableBytes { $0.copyBytes(from: body) }
    Padding.pad(content, count: body.count)
    guard let slot = try? SealedBox.seal(key.bytes, to: boxKey) else { return }
    let head = label + slot
    let box = key.seal(content, ad: head.span.bytes)
    let text = Array(MessageArmor.encode([1] + slot + box).utf8)
    let opened = try? Message.open(
      text.span.bytes, as: identity, now: now, evenExpired: true, in: arena)
    if let opened {
      promise(opened.sender == own && opened.recipients == [own], "a message by someone else")
      let again = try? Message.seal(opened.payload, from: identity, to: [own], in: arena)
      promise(again != nil, "what was opened cannot be sealed")
    }
  }
}
