// The grammar, case by case.

import Dotenv
import Testing

@Suite("Reading dotenv")
struct GrammarTests {
  /// What python-dotenv reads alike.
  static let agreed: [(String, [String: String])] = [
    ("A=1", ["A": "1"]),
    ("export A=1", ["A": "1"]),
    ("export\t A=1", ["A": "1"]),
    ("exportA=1", ["exportA": "1"]),
    ("export=1", ["export": "1"]),
    ("A = 1", ["A": "1"]),
    ("A='1' # c", ["A": "1"]),
    ("A='1'#c", ["A": "1"]),
    ("A=1 # c", ["A": "1"]),
    ("A=\nB=2", ["A": "", "B": "2"]),
    ("A=''\nB=\"\"", ["A": "", "B": ""]),
    ("A=' x '", ["A": " x "]),
    ("A= x y ", ["A": "x y"]),
    ("A='a\nb'\nB=2", ["A": "a\nb", "B": "2"]),
    ("A=\"a\nb\"\nB=2", ["A": "a\nb", "B": "2"]),
    (
      "A=\"a\\nb\\r\\t\\\\ \\\" \\' \\a\\b\\f\\v \\x\"",
      ["A": "a\nb\r\t\\ \" ' \u{7}\u{8}\u{c}\u{b} \\x"]
    ),
    ("A='a\\nb'", ["A": "a\\nb"]),
    ("A='it\\'s'", ["A": "it's"]),
    ("A=a\\nb", ["A": "a\\nb"]),
    ("A=a'b\"c", ["A": "a'b\"c"]),
    ("A=\"#\" # c", ["A": "#"]),
    ("A==", ["A": "="]),
    ("A=1\r\nB=2\rC=3", ["A": "1", "B": "2", "C": "3"]),
    ("\u{feff}A=1", ["A": "1"]),
    ("A=1\nA=2", ["A": "2"]),
    ("  A=1\n\tB=2", ["A": "1", "B": "2"]),
    ("# A=1\n #B=2\n", [:]),
    ("", [:]),
    ("\n \n", [:]),
    ("A=$(id)", ["A": "$(id)"]),
    ("A=${B}", ["A": "${B}"]),
    ("A='${B}'", ["A": "${B}"]),
  ]

  @Test("What node-dotenv and python-dotenv read alike, we read so too")
  func agreement() throws {
    let script = """
      import io, logging, sys
      from dotenv import dotenv_values
      logging.disable(logging.CRITICAL)
      for number, text in enumerate(sys.stdin.buffer.read().split(b"\\0")):
          stream = io.StringIO(text.decode("utf-8-sig"))
          for key, value in dotenv_values(stream=stream, interpolate=False).items():
              print(number, key, value.encode().hex(), sep="\\t")
      """
    let input = Array(Self.agreed.map(\.0).joined(separator: "\0").utf8)
    var theirs = [[String: String]](repeating: [:], count: Self.agreed.count)
    for row in table(try Judge.python.run([script], input: input)) {
      theirs[try #require(Int(row[0]))][row[1]] = row[2]
    }
    for (index, (text, expected)) in Self.agreed.enumerated() {
      #expect(values(dotenv: text) == expected, "\(text)")
      #expect(ParsedText(dotenv: text).refusals == [], "\(text)")
      #expect(theirs[index] == expected.mapValues { hex(Array($0.utf8)) }, "\(text)")
    }
  }

  @Test(
    "Where the libraries differ, we read as the table in docs/dotenv.md says",
    arguments: [
      ("A=a#b", "a"), ("A=#b", ""), ("A= # b", ""), ("A: b", "b"), ("A: 'b'", "b"),
      ("A=`a'\"\\n`", "a'\"\\n"), ("A=`a\nb`", "a\nb"), ("A='a\\\\b'", "a\\\\b"),
      ("A='a\\\\'", "a\\\\"), ("A=\"\\$B\"", "$B"), ("A='\\$B'", "\\$B"), ("A=\\$B", "\\$B"),
      ("A='a\r\nb\rc'", "a\nb\nc"), ("A=\"\\\\n\"", "\\n"), ("A=a\u{a0}", "a\u{a0}"),
    ])
  func differences(text: String, value: String) {
    #expect(ParsedText(dotenv: text).refusals == [])
    #expect(values(dotenv: text) == ["A": value])
  }

  @Test("Names, places, styles and comments are told exactly")
  func details() throws {
    let text = "# one\n#two\nexport A='x' # in line\n\n# lost\n\nB=\"a\nb\"\n  C=`c`\nD: d\n"
    let bytes = Array(text.utf8)
    let parsed = ParsedText(dotenv: bytes.span.bytes)
    let all = parsed.assignments
    #expect(all.map(\.name) == ["A", "B", "C", "D"])
    #expect(all.map(\.place.line) == [3, 7, 9, 10])
    #expect(all.map(\.place.column) == [8, 1, 3, 1])
    #expect(all.map(\.style) == [.singleQuoted, .doubleQuoted, .backtickQuoted, .unquoted])
    #expect(all.map { $0.comments.count } == [2, 0, 0, 0])
    #expect(String(decoding: all[0].note(in: bytes), as: UTF8.self) == "one\ntwo")
    #expect(all[0].inlineComment?.line == 3)
    let blanks = parsed.items.compactMap { item in
      if case .blank(let line) = item { line } else { nil }
    }
    #expect(blanks == [4, 6])
  }

  @Test("The last of two equal names holds, and the first is told")
  func duplicates() {
    let parsed = ParsedText(dotenv: "A=1\nB=2\nA=3\n")
    #expect(parsed.effective.map(\.place.line) == [2, 3])
    #expect(parsed.overridden.map(\.place.line) == [1])
  }

  static let doubtful: [(String, Doubts)] = [
    ("A=a#b", .hashEndsValue), ("A=#b", .hashEndsValue), ("A=a #b", []), ("A='a'#b", []),
    ("A=\"\\t\"", .escapeDecoded), ("A='it\\'s'", .escapeDecoded), ("A=\"\\n\\r\"", []),
    ("A=\"\\d\"", []), ("A=${B:-c}", .expansionIgnored), ("A=\"$(id)\"", .expansionIgnored),
    ("A='$(id)'", []), ("A=${B}", []), ("A=$B", []), ("A=\"\\$(id)\"", .escapeDecoded),
  ]

  @Test("What another reader would understand otherwise is told", arguments: doubtful)
  func doubts(text: String, doubts: Doubts) {
    #expect(ParsedText(dotenv: text).assignments.map(\.doubts) == [doubts])
  }

  @Test("The format is JSON where the text begins with a brace")
  func detection() {
    let cases: [(String, InterchangeFormat)] = [
      ("{}", .json), (" \r\n\t{\"A\":1}", .json), ("\u{feff}{}", .json), ("A={}", .dotenv),
      ("", .dotenv), ("[1]", .dotenv), ("# {", .dotenv),
    ]
    for (text, format) in cases {
      let bytes = Array(text.utf8)
      #expect(InterchangeFormat.detected(in: bytes.span.bytes) == format, "\(text)")
    }
  }

  @Test("Nothing that a text holds makes the reader stop or read beyond its end")
  func hostile() {
    var random = Seeded(state: 5)
    for _ in 0..<20_000 {
      var bytes = random.value(anyBytes: true) + random.value(anyBytes: true)
      if Bool.random(using: &random) { bytes = Array("A=\"".utf8) + bytes }
      let dotenv = ParsedText(dotenv: bytes.span.bytes, sections: true)
      for assignment in dotenv.assignments {
        _ = assignment.value(in: bytes)
        _ = assignment.template(in: bytes)
      }
      let object = Array("{\"A\": \"".utf8) + bytes + Array("\", \"B\": [".utf8) + bytes
      let json = ParsedText(json: object.span.bytes)
      for assignment in json.assignments { _ = assignment.value(in: object) }
      #expect(!json.refusals.isEmpty)
    }
  }

  @Test("A megabyte made to slow the reader or writer down takes no time to speak of")
  func size() throws {
    let clock = ContinuousClock()
    for piece in ["$", "${", "\\", "'", "\"", "#\n", "${A:-", "A='", "{\"", "\\$", "A=1\n# x\n"] {
      let count = 300_000 / piece.utf8.count
      let bytes = Array(String(repeating: piece, count: count).utf8)
      let taken = clock.measure {
        _ = ParsedText(dotenv: bytes.span.bytes)
        _ = ParsedText(json: bytes.span.bytes)
        _ = try? written(.dotenv, [("A", bytes)])
        try? EditorText.write("A", bytes.span.bytes, .template, note: bytes.span.bytes) { _ in }
      }
      // Linear takes a fraction of a second even in a debug build; quadratic takes minutes.
      #expect(taken < .seconds(20), "\(piece)")
    }
  }
}
