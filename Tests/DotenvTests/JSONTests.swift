// Flat JSON objects as a source of values.

import Dotenv
import Testing

@Suite("Reading JSON")
struct JSONTests {
  @Test("Strings are unescaped, numbers and words keep their text, null is empty")
  func values() throws {
    let text = """
      \u{feff} {
        "A": "plain é 👋",
        "B": "\\"\\\\\\/\\b\\f\\n\\r\\t",
        "C": "\\u00e9\\u4E16\\ud83d\\uDC4B",
        "D": 1.50, "E": -0, "F": 12345678901234567890123, "G": 1E+3,
        "H": true, "I": false, "J": null, "K": "${A} $$"
      }
      """
    let bytes = Array(text.utf8)
    let parsed = ParsedText(detecting: bytes.span.bytes)
    #expect(parsed.refusals == [])
    #expect(
      DotenvTests.values(parsed, bytes) == [
        "A": "plain é 👋", "B": "\"\\/\u{8}\u{c}\n\r\t", "C": "é世👋", "D": "1.50", "E": "-0",
        "F": "12345678901234567890123", "G": "1E+3", "H": "true", "I": "false", "J": "",
        "K": "${A} $$",
      ])
    let last = try #require(parsed.assignments.last)
    #expect(last.references(in: bytes.span.bytes) == [])
    #expect(String(decoding: last.template(in: bytes), as: UTF8.self) == "$${A} $$$$")
    #expect(parsed.assignments[9].style == .jsonNull)
    #expect(parsed.assignments[4].place == Place(line: 5, column: 14))
  }

  @Test("The last of two equal names holds, and the first is told")
  func duplicates() {
    let parsed = ParsedText(json: "{\"A\": 1,\n\"A\": 2}")
    #expect(parsed.effective.map(\.place.line) == [2])
    #expect(parsed.overridden.map(\.place.line) == [1])
  }

  @Test("An empty object gives nothing")
  func empty() {
    for text in ["{}", " { } \n"] {
      #expect(ParsedText(json: text).items == [])
      #expect(ParsedText(json: text).refusals == [])
    }
  }
}
