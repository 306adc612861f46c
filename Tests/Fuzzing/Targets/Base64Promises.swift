// Decoding by table, for public bytes, is the same as libsodium's, which is used for secret ones.

import CSodium
import Sealing

enum Base64Promises {
  static func base64(_ text: [UInt8]) {
    let variants: [(Base64.Alphabet, Int32)] = [
      (.urlSafe, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
      (.standard, sodium_base64_VARIANT_ORIGINAL),
    ]
    let arena = SecureArena(capacity: 1 << 12)
    for (alphabet, variant) in variants {
      let decoded = Base64.decode(text.span.bytes, alphabet)
      // What is not ASCII libsodium 1.0.18 takes for the last character of the alphabet.
      let isASCII = text.allSatisfy { $0 < 0x80 }
      promise(
        decoded == (isASCII ? sodium(text, variant) : nil), "libsodium decodes otherwise")
      let size = decoded?.count ?? text.count * 3 / 4
      let secret = Base64.decodeSecret(text.span.bytes, alphabet, count: size, in: arena)
      promise(
        decoded == secret.map { $0.withBytes { bytes in bytes.withUnsafeBytes { [UInt8]($0) } } },
        "secret bytes are decoded otherwise")
      if let decoded {
        promise(Base64.encodeToBytes(decoded, alphabet) == text, "one of two spellings is taken")
      }
      // Taken as bytes to be encoded, the input comes back.
      let encoded = Base64.encodeToBytes(text, alphabet)
      promise(Base64.decode(encoded.span.bytes, alphabet) == text, "encoding does not come back")
      let kept = Base64.encodeSecret(arena.copy(text.span.bytes), alphabet, in: arena)
      promise(
        kept.withBytes { bytes in bytes.withUnsafeBytes { $0.elementsEqual(encoded) } },
        "secret bytes are encoded otherwise")
    }
  }

  private static func sodium(_ text: [UInt8], _ variant: Int32) -> [UInt8]? {
    var count = 0
    var bytes = [UInt8](repeating: 0, count: text.count + 1)
    let result = text.withUnsafeBytes { source in
      sodium_base642bin(
        &bytes, bytes.count, source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
        nil, &count, nil, variant)
    }
    return result == 0 ? Array(bytes[..<count]) : nil
  }
}
