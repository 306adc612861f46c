// Small tools of these tests. Values here are fake, so that arrays may hold them.

import Dotenv

/// Pseudo-random numbers that are the same in every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}

extension Seeded {
  /// A value made of what trips readers up, sometimes of any bytes.
  mutating func value(anyBytes: Bool) -> [UInt8] {
    let pieces = [
      "'", "\"", "`", "\\", "\\n", "\\r", "\n", "\r", "\r\n", "#", " #", " ", "\t", "$", "$$",
      "${A}", "${", "}", ":-", "$(id)", "=", "a", "n", "r", "$A", "é", "世", "👋", "\u{2028}",
      "\u{85}",
      "\u{a0}", "\u{feff}", "\u{7f}", "\u{1}", "\u{1b}", "export ", "A=b", "!", "*", "~", "\u{81}",
    ]
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...9, using: &self) {
      if anyBytes, Bool.random(using: &self) {
        bytes.append(UInt8.random(in: 1...255, using: &self))
      } else if let piece = pieces.randomElement(using: &self) {
        bytes += Array(piece.utf8)
      }
    }
    return bytes
  }
}

extension Assignment {
  func value(in text: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xaa, count: valueCount)
    let written = bytes.withUnsafeMutableBytes { decode(text.span.bytes, into: $0) }
    precondition(written == valueCount)
    return bytes
  }

  func note(in text: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xaa, count: noteCount)
    let written = bytes.withUnsafeMutableBytes { decodeNote(text.span.bytes, into: $0) }
    precondition(written == noteCount)
    return bytes
  }

  func template(in text: [UInt8], expanding: (String) -> Bool = { _ in true }) -> [UInt8] {
    let count = templateCount(text.span.bytes, expanding: expanding)
    var bytes = [UInt8](repeating: 0xaa, count: count)
    let written = bytes.withUnsafeMutableBytes {
      decodeTemplate(text.span.bytes, into: $0, expanding: expanding)
    }
    precondition(written == count)
    return bytes
  }
}

extension ParsedText {
  init(dotenv text: String, sections: Bool = false) {
    let bytes = Array(text.utf8)
    self.init(dotenv: bytes.span.bytes, sections: sections)
  }

  init(json text: String) {
    let bytes = Array(text.utf8)
    self.init(json: bytes.span.bytes)
  }
}

/// What a dotenv text gives, last one wins; values as text.
func values(dotenv text: String) -> [String: String] {
  let bytes = Array(text.utf8)
  return values(ParsedText(dotenv: bytes.span.bytes), bytes)
}

func values(_ parsed: ParsedText, _ bytes: [UInt8]) -> [String: String] {
  var result: [String: String] = [:]
  for assignment in parsed.effective {
    result[assignment.name] = String(decoding: assignment.value(in: bytes), as: UTF8.self)
  }
  return result
}

func hex(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined()
}

/// The lines of a judge's answer, each split at tabs.
func table(_ answer: [UInt8]) -> [[String]] {
  answer.split(separator: UInt8(ascii: "\n")).map { line in
    line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }
}

extension RawSpan {
  var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

/// What a writer makes of entries, and the entries that it refused.
func written(
  _ format: InterchangeFormat, _ entries: [(name: String, value: [UInt8])]
) throws -> (text: [UInt8], taken: [(name: String, value: [UInt8])], refused: [DotenvError]) {
  var text: [UInt8] = []
  var taken: [(name: String, value: [UInt8])] = []
  var refused: [DotenvError] = []
  var writer = ValueWriter(format)
  writer.begin { text += $0.array }
  for entry in entries {
    do throws(DotenvError) {
      try writer.write(entry.name, entry.value.span.bytes) { text += $0.array }
      taken.append(entry)
    } catch {
      refused.append(error)
    }
  }
  writer.end { text += $0.array }
  return (text, taken, refused)
}
