// `--alphabet`: the characters that a generated value is made of.

internal import Glibc

/// Different printable characters of ASCII, two at least.
struct Alphabet: Equatable {
  /// The characters.
  let characters: [UInt8]

  static let alphanumeric = Alphabet(ranges: "A-Za-z0-9")
  static let hexadecimal = Alphabet(ranges: "0-9a-f")

  private init(ranges: String) {
    characters = (try? Self.characters(ranges)) ?? []
  }

  /// Reads characters, and ranges as in `A-Za-z0-9`; a `-` at either end is itself.
  ///
  /// - Throws: `Refusal`.
  init(_ text: String) throws(Refusal) {
    let characters = try Self.characters(text)
    // One that stands twice would be chosen twice as often.
    guard Set(characters).count == characters.count else { throw .alphabetRepeats }
    guard characters.count >= 2 else { throw .alphabetTooSmall }
    self.characters = characters
  }

  private static func characters(_ text: String) throws(Refusal) -> [UInt8] {
    var rest = Array(text.utf8)[...]
    guard rest.allSatisfy({ (0x20...0x7e).contains($0) }) else { throw .alphabetNotASCII }
    var characters: [UInt8] = []
    while let first = rest.popFirst() {
      guard rest.first == dash, rest.count > 1 else {
        // Between others it would be anyone's guess whether a range was meant.
        guard first != dash || characters.isEmpty || rest.isEmpty else { throw .alphabetRange }
        characters.append(first)
        continue
      }
      let last = rest[rest.startIndex + 1]
      guard first < last, kind(first) != nil, kind(first) == kind(last) else {
        throw .alphabetRange
      }
      characters += first...last
      rest = rest.dropFirst(2)
    }
    return characters
  }

  private static let dash = UInt8(ascii: "-")

  /// Digits, capitals and small letters: ranges go over one of them only.
  private static func kind(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): 0
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): 1
    case UInt8(ascii: "a")...UInt8(ascii: "z"): 2
    default: nil
    }
  }

  /// How many bits of chance so many characters hold, rounded down.
  func bits(_ length: Int) -> Int { Int(Double(length) * log2(Double(characters.count))) }
}
