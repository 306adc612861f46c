import Glibc
import Sealing
import Testing

@testable import Commands

@Suite("JSON")
struct JSONTests {
  private let arena = SecureArena()

  private func text(_ json: JSON) throws -> String {
    var bytes: [UInt8] = []
    try json.write { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func secret(_ bytes: [UInt8]) -> JSON { .secret(arena.copy(bytes.span.bytes)) }

  @Test("Members keep their order, and everything its indent")
  func shape() throws {
    let json: JSON = [
      "b": 1, "a": ["x", nil, true, -5, [], [:]],
      "c": ["d": .secret(arena.copy("v".utf8Span.span.bytes))],
    ]
    #expect(
      try text(json) == """
        {
          "b": 1,
          "a": [
            "x",
            null,
            true,
            -5,
            [],
            {}
          ],
          "c": {
            "d": "v"
          }
        }

        """)
  }

  @Test(
    "Texts and secrets are escaped alike, and nothing in them moves a terminal",
    arguments: [
      ("", ""), ("plain ü日😀 / '", "plain ü日😀 / '"), ("\"\\", "\\\"\\\\"),
      ("\u{8}\t\n\u{C}\r", "\\b\\t\\n\\f\\r"), ("\0\u{1B}\u{7F}", "\\u0000\\u001b\\u007f"),
      ("\u{80}\u{9F}\u{A0}", "\\u0080\\u009f\u{A0}"), ("x\u{202E}y\u{2069}", "x\\u202ey\\u2069"),
      ("\u{61C}\u{60C}", "\\u061c\u{60C}"), ("\u{2028}\u{2013}", "\\u2028\u{2013}"),
    ])
  func escapes(_ plain: String, _ expected: String) throws {
    #expect(try text(.string(plain)) == "\"\(expected)\"\n")
    #expect(try text(secret(Array(plain.utf8))) == "\"\(expected)\"\n")
    #expect(try text([.init(stringLiteral: "x"), secret(Array(plain.utf8))]).contains(expected))
  }

  @Test(
    "A secret that is no text stops it before the first byte",
    arguments: [[0xFF], [0xC2], [0xE2, 0x80]])
  func notText(_ bytes: [UInt8]) {
    var handed = 0
    #expect(throws: ConsoleError.notText) {
      try JSON.object([("a", "b"), ("c", secret(bytes))]).write { handed += $0.count }
    }
    #expect(handed == 0)
  }

  @Test("Another reader of JSON finds every character below U+3000 again")
  func interoperates() throws {
    let all = String(String.UnicodeScalarView((0..<0x3000).compactMap(Unicode.Scalar.init)))
    let json = try text([.string(all), secret(Array(all.utf8))])
    let script = """
      import json, sys
      value = json.load(sys.stdin)
      sys.exit(value != ["".join(map(chr, range(0x3000)))] * 2)
      """
    let python = try #require(popen("python3 -X utf8 -c '\(script)'", "we"))
    fputs(json, python)
    #expect(pclose(python) == 0)
  }
}
