// Both alphabets of RFC 4648, canonical only: a second spelling of the same bytes is refused, so
// that a signed text has one form.

internal import CSodium

/// Base64 as `format.md` §2 uses it.
public enum Base64 {
  /// Which 64 characters, and whether `=` fills the last group.
  public enum Alphabet: Sendable {
    /// RFC 4648 §5 without padding: the format's `b64`.
    case urlSafe
    /// RFC 4648 §4 with padding: OpenSSH lines and sealed messages.
    case standard
  }

  /// How many bytes an unpadded text of this many characters decodes to; nil where none can.
  public static func decodedCount(_ characters: Int) -> Int? {
    characters % 4 == 1 ? nil : characters / 4 * 3 + max(0, characters % 4 - 1)
  }

  /// Decodes public bytes (ciphertext, signatures, ids) by table, for speed.
  ///
  /// - Parameters:
  ///   - text: the characters; anything that is not canonical is refused.
  ///   - target: where the bytes go; of exactly the decoded size.
  /// - Returns: whether the text was canonical and of the right size.
  public static func decode(_ text: RawSpan, into target: UnsafeMutableRawBufferPointer) -> Bool {
    text.withUnsafeBytes { decode($0, into: target) }
  }

  /// Decodes public bytes into a new array; nil where the text is not canonical.
  public static func decode(_ text: RawSpan, _ alphabet: Alphabet = .urlSafe) -> [UInt8]? {
    text.withUnsafeBytes { source -> [UInt8]? in
      var characters = source
      if alphabet == .standard {
        guard source.count % 4 == 0 else { return nil }
        let padding = source.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        characters = UnsafeRawBufferPointer(rebasing: source.dropLast(padding))
        // One that ends in the middle of a group must have been padded up to it.
        guard padding == (4 - characters.count % 4) % 4 else { return nil }
      }
      guard let count = decodedCount(characters.count) else { return nil }
      var failed = false
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        failed = !decode(
          characters, into: UnsafeMutableRawBufferPointer(buffer), table: alphabet.table)
        initialized = failed ? 0 : count
      }
      return failed ? nil : bytes
    }
  }

  /// Decodes `text`, a Swift string; nil where it is not canonical.
  public static func decode(_ text: String, _ alphabet: Alphabet = .urlSafe) -> [UInt8]? {
    decode(Array(text.utf8).span.bytes, alphabet)
  }

  /// Encodes public bytes.
  public static func encode(_ bytes: [UInt8], _ alphabet: Alphabet = .urlSafe) -> String {
    String(decoding: encodeToBytes(bytes, alphabet), as: UTF8.self)
  }

  /// Encodes public bytes to ASCII characters.
  public static func encodeToBytes(_ bytes: [UInt8], _ alphabet: Alphabet = .urlSafe) -> [UInt8] {
    let characters = alphabet.characters
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let have = min(3, bytes.count - index)
      var group = UInt32(bytes[index]) << 16
      if have > 1 { group |= UInt32(bytes[index + 1]) << 8 }
      if have > 2 { group |= UInt32(bytes[index + 2]) }
      for position in 0...have {
        text.append(characters[Int(group >> (18 - 6 * UInt32(position))) & 63])
      }
      if alphabet == .standard {
        for _ in have..<3 { text.append(UInt8(ascii: "=")) }
      }
      index += 3
    }
    return text
  }

  /// Decodes secret characters without a table look-up that depends on them.
  ///
  /// - Parameters:
  ///   - text: the characters; anything that is not canonical is refused.
  ///   - alphabet: how they are spelt.
  ///   - count: how many bytes there must be.
  ///   - arena: where the bytes go.
  /// - Returns: the bytes, or nil where the text is not canonical or of another size.
  public static func decodeSecret(
    _ text: RawSpan, _ alphabet: Alphabet = .urlSafe, count: Int, in arena: SecureArena
  ) -> Secret? {
    let secret = arena.allocate(count)
    let decoded = text.withUnsafeBytes { source in
      // libsodium 1.0.18 takes every byte from 0x80 on for `_` or `/` (format.md §11).
      guard source.reduce(0, |) & 0x80 == 0 else { return false }
      var length = 0
      // With an end pointer, libsodium 1.0.18 lets trailing characters pass (format.md §11).
      let result = sodium_base642bin(
        secret.base.assumingMemoryBound(to: UInt8.self), count,
        UnsafeRawPointer(source.octets).assumingMemoryBound(to: CChar.self), source.count, nil,
        &length, nil, alphabet.variant)
      return result == 0 && length == count
    }
    return decoded ? secret : nil
  }

  /// Encodes secret bytes into secret characters.
  public static func encodeSecret(
    _ bytes: Secret, _ alphabet: Alphabet = .urlSafe, in arena: SecureArena
  ) -> Secret {
    let size = sodium_base64_encoded_len(bytes.count, alphabet.variant)
    // libsodium writes a NUL as well; it stays in the tailroom.
    let text = arena.allocate(size)
    sodium_bin2base64(
      text.base.assumingMemoryBound(to: CChar.self), size,
      bytes.base.assumingMemoryBound(to: UInt8.self), bytes.count, alphabet.variant)
    return text.part(0..<(size - 1))
  }

  private static func decode(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
    table: [UInt8] = Alphabet.urlSafeTable
  ) -> Bool {
    guard decodedCount(source.count) == target.count else { return false }
    guard let read = source.baseAddress?.assumingMemoryBound(to: UInt8.self),
      let write = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
    else { return source.isEmpty }
    // The sizes were compared, and a byte leads nowhere out of 256: no index is checked again.
    return table.withUnsafeBufferPointer { table -> Bool in
      guard table.count == 256, let table = table.baseAddress else { return false }
      var invalid: UInt8 = 0
      for group in 0..<(source.count / 4) {
        let (read, write) = (read + 4 * group, write + 3 * group)
        let a = table[Int(read[0])]
        let b = table[Int(read[1])]
        let c = table[Int(read[2])]
        let d = table[Int(read[3])]
        invalid |= a | b | c | d
        write[0] = a << 2 | b >> 4
        write[1] = b << 4 | c >> 2
        write[2] = c << 6 | d
      }
      let rest = source.count % 4
      if rest >= 2 {
        let (read, write) = (read + source.count - rest, write + source.count / 4 * 3)
        let a = table[Int(read[0])]
        let b = table[Int(read[1])]
        invalid |= a | b
        write[0] = a << 2 | b >> 4
        if rest == 2 {
          // Bits beyond the last byte must be zero, or two texts would give the same bytes.
          if b & 0x0f != 0 { invalid = 0x80 }
        } else {
          let c = table[Int(read[2])]
          invalid |= c
          write[1] = b << 4 | c >> 2
          if c & 0x03 != 0 { invalid = 0x80 }
        }
      }
      // A character outside the alphabet stands in the table as 0xff; no good one has this bit.
      return invalid & 0x80 == 0
    }
  }
}

extension Base64.Alphabet {
  private static let common = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
  private static let urlSafeCharacters = common + Array("-_".utf8)
  private static let standardCharacters = common + Array("+/".utf8)
  static let urlSafeTable = makeTable(urlSafeCharacters)
  static let standardTable = makeTable(standardCharacters)

  var characters: [UInt8] { self == .urlSafe ? Self.urlSafeCharacters : Self.standardCharacters }
  /// How libsodium calls it.
  var variant: Int32 {
    self == .urlSafe ? sodium_base64_VARIANT_URLSAFE_NO_PADDING : sodium_base64_VARIANT_ORIGINAL
  }
  var table: [UInt8] { self == .urlSafe ? Self.urlSafeTable : Self.standardTable }

  private static func makeTable(_ characters: [UInt8]) -> [UInt8] {
    var table = [UInt8](repeating: 0xff, count: 256)
    for (value, character) in characters.enumerated() { table[Int(character)] = UInt8(value) }
    return table
  }
}
