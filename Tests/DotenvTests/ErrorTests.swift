// What is refused, and the exact place that is named.

import Dotenv
import Testing

private func at(_ line: Int, _ column: Int) -> Place { Place(line: line, column: column) }

@Suite("Refusals")
struct ErrorTests {
  static let dotenv: [(String, [DotenvError])] = [
    ("1A=x", [.badName(at(1, 1))]),
    ("A-B=x", [.badName(at(1, 2))]),
    ("a.b=x", [.badName(at(1, 2))]),
    ("=x", [.badName(at(1, 1))]),
    ("'A'=x", [.badName(at(1, 1))]),
    ("É=x", [.badName(at(1, 1))]),
    ("export A-B=x", [.badName(at(1, 9))]),
    ("A:b", [.badName(at(1, 2))]),
    ("A+=b", [.badName(at(1, 2))]),
    (String(repeating: "A", count: 256) + "=x", [.nameTooLong(at(1, 256))]),
    ("A", [.missingEquals(at(1, 2))]),
    ("export A\n", [.missingEquals(at(1, 9))]),
    ("A B=x", [.missingEquals(at(1, 3))]),
    ("export ", [.missingEquals(at(1, 8))]),
    ("set -a", [.missingEquals(at(1, 5))]),
    ("OK=1\n\n  A='x\ny\n", [.unterminatedQuote(at(3, 5), name: "A")]),
    ("A=\"x\\\"", [.unterminatedQuote(at(1, 3), name: "A")]),
    ("A=`x", [.unterminatedQuote(at(1, 3), name: "A")]),
    ("A='x'y", [.textAfterQuote(at(1, 6), name: "A", opened: at(1, 3))]),
    ("A=\"x\ny\" z", [.textAfterQuote(at(2, 4), name: "A", opened: at(1, 3))]),
    (
      "A=\"x\nB=\"y\"\nC D",
      [
        .textAfterQuote(at(2, 4), name: "A", opened: at(1, 3)), .missingEquals(at(3, 3)),
      ]
    ),
    ("\u{feff}A B", [.missingEquals(at(1, 3))]),
    ("A=x\0y", [.nul(at(1, 4), name: "A")]),
    ("A='x\n\0'\nB C", [.nul(at(2, 1), name: "A"), .missingEquals(at(3, 3))]),
    (
      "A 1\r\nB=2\rC 3\nD 4",
      [
        .missingEquals(at(1, 3)), .missingEquals(at(3, 3)), .missingEquals(at(4, 3)),
      ]
    ),
  ]

  @Test("Every refused line of a dotenv file is named at once, with line and column")
  func dotenvPlaces() {
    for (text, refusals) in Self.dotenv {
      #expect(ParsedText(dotenv: text).refusals == refusals, "\(text)")
    }
  }

  @Test("Lines after a refused one are still read")
  func readingGoesOn() {
    let parsed = ParsedText(dotenv: "A=1\nnot one\nB=2\nC='x'y\nD=4\n")
    #expect(parsed.assignments.map(\.name) == ["A", "B", "D"])
    #expect(parsed.refusals.count == 2)
  }

  @Test("What is inside an unclosed quote is never taken for names")
  func insideOfKey() {
    let parsed = ParsedText(dotenv: "KEY=\"-----BEGIN\nfake/fake\nfakeTail==\n")
    #expect(parsed.assignments == [])
    #expect(parsed.refusals == [.unterminatedQuote(at(1, 5), name: "KEY")])
  }

  @Test("A value that is not UTF-8 is refused at its first bad byte; a comment may be anything")
  func notUTF8() {
    let cases: [([UInt8], Int)] = [
      ([0xff], 3), ([0x61, 0x80], 4), ([0xc0, 0xaf], 3), ([0xc3], 3), ([0xed, 0xa0, 0x80], 3),
      ([0xf4, 0x90, 0x80, 0x80], 3), ([0xe0, 0x9f, 0x80], 3), ([0xc3, 0xa9, 0xf0, 0x9f, 0x94], 5),
    ]
    for (value, column) in cases {
      let text = Array("# ".utf8) + value + Array("\nA=".utf8) + value + Array("\nB=1".utf8)
      let parsed = ParsedText(dotenv: text.span.bytes)
      #expect(parsed.refusals == [.notUTF8(at(2, column), name: "A")], "\(value)")
      #expect(parsed.assignments.map(\.name) == ["B"])
    }
    #expect(ParsedText(dotenv: "A=é世👋\u{10ffff}\u{d7ff}\u{e000}").refusals == [])
  }

  @Test("A UTF-16 file is called that")
  func utf16() {
    for text: [UInt8] in [[0xff, 0xfe, 0x41, 0], [0xfe, 0xff, 0, 0x41]] {
      #expect(ParsedText(detecting: text.span.bytes).refusals == [.utf16])
    }
  }

  static let json: [(String, [DotenvError])] = [
    ("", [.json(.endsEarly, at(1, 1), name: nil)]),
    ("[1]", [.json(.notAnObject, at(1, 1), name: nil)]),
    ("{", [.json(.endsEarly, at(1, 2), name: nil)]),
    ("{} x", [.json(.unexpectedByte, at(1, 4), name: nil)]),
    ("{\"A\":1,}", [.json(.unexpectedByte, at(1, 8), name: nil)]),
    ("{\"A\" 1}", [.json(.unexpectedByte, at(1, 6), name: "A")]),
    ("{A:1}", [.json(.unexpectedByte, at(1, 2), name: nil)]),
    ("{'A':1}", [.json(.unexpectedByte, at(1, 2), name: nil)]),
    ("{\"A\":1 \"B\":2}", [.json(.unexpectedByte, at(1, 8), name: nil)]),
    ("{\"A\":}", [.json(.unexpectedByte, at(1, 6), name: "A")]),
    ("{\"A\":tru}", [.json(.unexpectedByte, at(1, 6), name: "A")]),
    ("{\"A\":truely}", [.json(.unexpectedByte, at(1, 10), name: nil)]),
    ("{\"A\":01}", [.json(.badNumber, at(1, 7), name: "A")]),
    ("{\"A\":1.}", [.json(.badNumber, at(1, 8), name: "A")]),
    ("{\"A\":1e+}", [.json(.badNumber, at(1, 9), name: "A")]),
    ("{\"A\":-}", [.json(.badNumber, at(1, 7), name: "A")]),
    ("{\"A\":+1}", [.json(.unexpectedByte, at(1, 6), name: "A")]),
    ("{\"A\":NaN}", [.json(.unexpectedByte, at(1, 6), name: "A")]),
    ("{\n  \"A\": \"x\n\"}", [.json(.controlCharacter, at(2, 10), name: "A")]),
    ("{\"A\":\"\\x\"}", [.json(.badEscape, at(1, 7), name: "A")]),
    ("{\"A\":\"\\u12g4\"}", [.json(.badEscape, at(1, 7), name: "A")]),
    ("{\"A\":\"x", [.json(.endsEarly, at(1, 8), name: "A")]),
    ("{\"A\":\"\\ud800\"}", [.json(.loneSurrogate, at(1, 7), name: "A")]),
    ("{\"A\":\"a\\udc00\\ud800\"}", [.json(.loneSurrogate, at(1, 8), name: "A")]),
    ("{\"A\":\"\\u0000\"}", [.nul(at(1, 7), name: "A")]),
    ("{\"A-B\":1}", [.badName(at(1, 4))]),
    ("{\"\":1}", [.badName(at(1, 3))]),
    ("{\"\\u0041\":1}", [.badName(at(1, 3))]),
    (
      "{\"A\": {\"x\": [\"}\"]},\n \"B-\": 1,\n \"C\": [],\n \"D\": \"ok\"}",
      [
        .json(.nested, at(1, 7), name: "A"), .badName(at(2, 4)),
        .json(.nested, at(3, 7), name: "C"),
      ]
    ),
    ("// c\n{}", [.json(.notAnObject, at(1, 1), name: nil)]),
  ]

  @Test("What is no flat JSON object is refused where it stops being one")
  func jsonPlaces() {
    for (text, refusals) in Self.json {
      #expect(ParsedText(json: text).refusals == refusals, "\(text)")
    }
  }
}
