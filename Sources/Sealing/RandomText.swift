// Random text, for values that are generated: every character has the same chance, and none of them
// is ever outside of secret memory.

internal import CSodium

extension Random {
  /// Chooses characters, each with the same chance and without regard to the others.
  ///
  /// `randombytes_uniform` draws again where a remainder would prefer some: nothing is biased.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - alphabet: what is chosen from; one that stands twice is chosen twice as often.
  ///   - arena: where they go.
  /// - Returns: the characters.
  public static func characters(
    _ count: Int, of alphabet: [UInt8], in arena: SecureArena
  ) -> Secret {
    precondition(!alphabet.isEmpty, "there is nothing to choose from")
    let text = arena.allocate(count)
    text.withMutableBytes { target in
      for index in target.indices { target[index] = character(of: alphabet) }
    }
    return text
  }

  /// Makes a version 4 UUID (RFC 9562 §5.4): 122 random bits in lower case.
  ///
  /// - Parameter arena: where it goes.
  /// - Returns: its 36 characters.
  public static func uuid(in arena: SecureArena) -> Secret {
    let text = characters(36, of: Array("0123456789abcdef".utf8), in: arena)
    text.withMutableBytes { target in
      for index in [8, 13, 18, 23] { target[index] = UInt8(ascii: "-") }
      target[14] = UInt8(ascii: "4")
      target[19] = character(of: Array("89ab".utf8))
    }
    return text
  }

  private static func character(of alphabet: [UInt8]) -> UInt8 {
    _ = Sodium.ready
    return alphabet[Int(randombytes_uniform(UInt32(alphabet.count)))]
  }
}
