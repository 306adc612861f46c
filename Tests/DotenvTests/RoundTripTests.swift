// What we write, read back by the programs it is for.

import Dotenv
import Testing

@Suite("Round trips")
struct RoundTripTests {
  static func entries(_ seed: UInt64, _ count: Int, anyBytes: Bool) -> [(String, [UInt8])] {
    var random = Seeded(state: seed)
    return (0..<count).map { ("V\($0)", random.value(anyBytes: anyBytes)) }
  }

  static let chosen: [(String, [UInt8])] = [
    "", " ", "plain", "it's", "say \"hi\"", "both ' and \"", "`tick`", "all ' \" `", "a\nb", "\r",
    "a\r\nb", "back\\slash", "C:\\new\\table", "\\\\server\\share", "\\n", "a\\\nb", "'\\\n", "a#b",
    " # x", "$HOME", "$(id)", "cost $5", "$$", "=", "a=b", "trailing ", "\ttab\t", "é世👋",
    "\u{2028}", "'quoted'", "\"quoted\"", "-----BEGIN FAKE-----\nfake==\n-----END FAKE-----\n",
    "\\'", "\\\"", "it's\\", "a'\"\\b", "{\"a\": \"it's\\n\"}", "${a:b}", "${", "$2y$10$fake",
    "ends in \\", "a\\$b", "$\\${x", "'$\\$", "'\"\\$", "\\\r", "'\\\r\"",
  ].enumerated().map { ("C\($0.offset)", Array($0.element.utf8)) }

  @Test("python-dotenv reads back every value that is written as dotenv, byte for byte")
  func python() throws {
    let (text, taken, refused) = try written(
      .dotenv, Self.chosen + Self.entries(1, 3000, anyBytes: false))
    #expect(taken.count > 2000)
    for case .cannotCarry(_, _, let obstacle) in refused {
      #expect(obstacle == .interpolated || obstacle == .endsInBackslash)
    }
    // As a program of theirs reads its `.env`: from a file, with interpolation.
    let script = """
      import logging, sys, tempfile
      from dotenv import dotenv_values
      logging.disable(logging.CRITICAL)
      with tempfile.NamedTemporaryFile() as file:
          file.write(sys.stdin.buffer.read())
          file.flush()
          for key, value in dotenv_values(file.name).items():
              print(key, value.encode().hex(), sep="\\t")
      """
    try expectSame(taken, table(try Judge.python.run([script], input: text)))
  }

  @Test("Our reader reads back every value that is written as dotenv")
  func dotenv() throws {
    let (text, taken, _) = try written(
      .dotenv, Self.chosen + Self.entries(2, 3000, anyBytes: true))
    let parsed = ParsedText(dotenv: text.span.bytes)
    #expect(parsed.refusals == [])
    try expectSame(taken, parsed.assignments.map { [$0.name, hex($0.value(in: text))] })
    #expect(parsed.assignments.allSatisfy { $0.references(in: text.span.bytes).isEmpty })
  }

  @Test("jq, and our reader, read back every value that is written as JSON")
  func json() throws {
    let (text, taken, refused) = try written(
      .json, Self.chosen + Self.entries(3, 3000, anyBytes: true))
    #expect(taken.count > 1000)
    for case .cannotCarry(_, let format, let obstacle) in refused {
      #expect(format == .json && obstacle == .notUTF8)
    }
    // jq has no hexadecimal; base64 would do, but its code points say where a difference is.
    let filter = "to_entries[] | [.key, (.value | explode | map(tostring) | join(\" \"))] | @tsv"
    let rows = table(try Judge.jq.run(["-r", filter], input: text)).map { row in
      let scalars = row[1].split(separator: " ").compactMap { UInt32($0) }
        .compactMap(Unicode.Scalar.init)
      return [row[0], hex(Array(String(String.UnicodeScalarView(scalars)).utf8))]
    }
    try expectSame(taken, rows)
    let parsed = ParsedText(json: text.span.bytes)
    #expect(parsed.refusals == [])
    try expectSame(taken, parsed.assignments.map { [$0.name, hex($0.value(in: text))] })
  }

  @Test("A shell that reads the file with `.` or `eval` holds every byte of every value")
  func shell() throws {
    let (text, taken, refused) = try written(
      .shell, Self.chosen + Self.entries(4, 1500, anyBytes: true))
    #expect(refused == [])
    let names = taken.map(\.name).joined(separator: " ")
    for load in [". /dev/stdin", "eval \"$(cat)\""] {
      let script = """
        \(load)
        for name in \(names); do eval "printf '%s\\0' \\"\\$$name\\""; done
        """
      let answer = try Judge.sh.run(["-c", script], input: text)
      let values = answer.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      #expect(values.count == taken.count)
      for (entry, value) in zip(taken, values) {
        #expect(hex(entry.value) == hex(Array(value)), "\(load) \(entry.name)")
      }
    }
  }

  @Test("No format takes a NUL, and only the shell takes what is not UTF-8")
  func refusals() throws {
    for format in InterchangeFormat.allCases {
      let (text, _, refused) = try written(format, [("A", [0x61, 0]), ("B", [0xff])])
      let expected: [DotenvError] =
        [.cannotCarry(name: "A", format, .nul)]
        + (format == .shell ? [] : [.cannotCarry(name: "B", format, .notUTF8)])
      #expect(refused == expected)
      #expect(!text.contains(0))
    }
  }

  @Test("Only what python-dotenv would expand or lose is refused as dotenv")
  func dotenvRefusals() throws {
    let cases: [(String, Obstacle?)] = [
      ("${A}", .interpolated), ("x${}y", .interpolated), ("${A:-b}", .interpolated),
      ("${a\nb}", .interpolated), ("${${A}", .interpolated), ("${A:b}", nil), ("${A", nil),
      ("$A", nil), ("a\\", nil), ("it's # a\\", .endsInBackslash), ("\n\\", .endsInBackslash),
      ("'\\", .endsInBackslash),
    ]
    for (value, obstacle) in cases {
      let (_, _, refused) = try written(.dotenv, [("A", Array(value.utf8))])
      #expect(
        refused == (obstacle.map { [.cannotCarry(name: "A", .dotenv, $0)] } ?? []), "\(value)")
    }
  }

  @Test("A size is what will be written, so that a caller can make room before")
  func sizes() throws {
    for format in InterchangeFormat.allCases {
      var writer = ValueWriter(format)
      for (name, value) in [("A", [])] + Self.chosen {
        guard let size = try? writer.size(name, value.span.bytes) else { continue }
        var count = 0
        try writer.write(name, value.span.bytes) { count += $0.byteCount }
        // The first member of a JSON object has no comma before it.
        #expect(count == size || name == "A" && format == .json && count == size - 1)
      }
    }
  }

  @Test("The JSON of nothing is an empty object")
  func emptyJSON() throws {
    #expect(String(decoding: try written(.json, []).text, as: UTF8.self) == "{}\n")
    #expect(try Judge.jq.run(["-c", "."], input: written(.json, []).text) == Array("{}\n".utf8))
  }

  private func expectSame(
    _ taken: [(name: String, value: [UInt8])], _ rows: [[String]]
  ) throws {
    #expect(rows.count == taken.count)
    for (entry, row) in zip(taken, rows) {
      try #require(row == [entry.name, hex(entry.value)])
    }
  }
}
