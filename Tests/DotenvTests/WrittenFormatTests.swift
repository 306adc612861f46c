// YAML and Docker's env file: what they carry comes back byte for byte, the rest is refused by name.

import Dotenv
import Testing

@Suite("YAML and Docker, written")
struct WrittenFormatTests {
  /// What PyYAML makes of a text, by both of its parsers where it has both.
  private func readByPyYAML(_ text: [UInt8]) throws -> [[String]] {
    let script = """
      import sys, yaml
      text = sys.stdin.buffer.read()
      values = yaml.load(text, yaml.SafeLoader)
      if hasattr(yaml, "CSafeLoader"):
          assert yaml.load(text, yaml.CSafeLoader) == values
      for key, value in values.items():
          assert type(key) is str and type(value) is str, key
          print(key, value.encode().hex(), sep="\\t")
      """
    return table(try Judge.python.run([script], input: text))
  }

  private func same(
    _ taken: [(name: String, value: [UInt8])], _ rows: [[String]]
  ) throws {
    #expect(rows.count == taken.count)
    for (entry, row) in zip(taken, rows) { try #require(row == [entry.name, hex(entry.value)]) }
  }

  @Test("PyYAML reads back every value that is written as YAML, byte for byte")
  func yaml() throws {
    let (text, taken, refused) = try written(
      .yaml, RoundTripTests.chosen + RoundTripTests.entries(5, 3000, anyBytes: true))
    #expect(taken.count > 1000)
    for case .cannotCarry(_, let format, let obstacle) in refused {
      #expect(format == .yaml && obstacle == .notUTF8)
    }
    try same(taken, try readByPyYAML(text))
  }

  @Test("Every character that there is goes through YAML")
  func everyCharacter() throws {
    let blocks = stride(from: UInt32(0), to: 0x11_0000, by: 0x100)
      .filter { $0 < 0x1_0000 || $0 & 0xffff == 0xff00 || $0 & 0xffff == 0 }
    let entries: [(String, [UInt8])] = blocks.map { start in
      let scalars = (start..<(start + 0x100)).filter { $0 != 0 }.compactMap(Unicode.Scalar.init)
      return ("V\(start)", Array(String(String.UnicodeScalarView(scalars)).utf8))
    }
    let (text, taken, refused) = try written(.yaml, entries)
    #expect(refused == [] && taken.count > 256)
    try same(taken, try readByPyYAML(text))
  }

  @Test("A name that YAML 1.1 takes for a truth value or nothing stays a name")
  func names() throws {
    let names = ["y", "N", "yes", "NO", "on", "OFF", "true", "False", "null", "_", "_1", "e1"]
    let (text, taken, _) = try written(.yaml, names.map { ($0, Array("no".utf8)) })
    try same(taken, try readByPyYAML(text))
  }

  @Test("A text that YAML takes for something else stays a text")
  func plain() throws {
    let texts = [
      "", "~", "null", "1", "0x1f", "1_000", "1e3", "01:30", "2001-01-01", ".inf", "true", "- a",
      "a: b", "a #b", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`", "{a}", "[a]", "? a", "---",
      "...", "=", "<<",
    ]
    let (text, taken, _) = try written(
      .yaml, texts.enumerated().map { ("T\($0.offset)", Array($0.element.utf8)) })
    try same(taken, try readByPyYAML(text))
  }

  @Test("The YAML of nothing is an empty mapping")
  func emptyYAML() throws {
    #expect(String(decoding: try written(.yaml, []).text, as: UTF8.self) == "{}\n")
  }

  /// The rules of docker/cli's `pkg/kvfile`, as its documentation says them.
  private func readByDocker(_ text: [UInt8]) throws -> [[String]] {
    var rows: [[String]] = []
    for var line in text.split(separator: .lf, omittingEmptySubsequences: false) {
      if line.last == .cr { line.removeLast() }
      try #require(line.count < 65536)
      let string = try #require(String(validating: line, as: UTF8.self))
      let trimmed = string.unicodeScalars.drop { $0.properties.isWhitespace }
      guard let first = trimmed.first, first != "#" else { continue }
      let equals = try #require(trimmed.firstIndex(of: "="))
      let name = String(trimmed[..<equals])
      #expect(!name.isEmpty && !name.contains(" "))
      let value = String(trimmed[trimmed.index(after: equals)...])
      rows.append([name, hex(Array(value.utf8))])
    }
    return rows
  }

  @Test("Docker's rules read back every value that is written for them")
  func docker() throws {
    let (text, taken, refused) = try written(
      .docker, RoundTripTests.chosen + RoundTripTests.entries(6, 3000, anyBytes: false))
    #expect(taken.count > 1000)
    #expect(refused.count > 100)
    try same(taken, try readByDocker(text))
  }

  @Test("What Docker's env file cannot hold is refused by name, and nothing else")
  func dockerRefusals() throws {
    let long = String(repeating: "x", count: 65533)
    let cases: [(String, Obstacle?)] = [
      ("", nil), (" ", nil), ("# no comment", nil), ("a # b", nil), ("$A${B}", nil), ("\\n", nil),
      ("\u{feff}", nil), ("'", nil), ("'a\"", nil), ("a\rb", nil), ("\ra", nil), ("a=b", nil),
      ("a\n", .lineEnd), ("\n", .lineEnd), ("a\r\nb", .lineEnd), ("a\r", .endsInCR),
      ("''", .quoted), ("\"a\"", .quoted), ("'a'", .quoted), (long, nil), (long + "x", .tooLong),
    ]
    for (value, obstacle) in cases {
      let (text, taken, refused) = try written(.docker, [("A", Array(value.utf8))])
      #expect(
        refused == (obstacle.map { [.cannotCarry(name: "A", .docker, $0)] } ?? []),
        "\(value.prefix(20))")
      try same(taken, try readByDocker(text))
    }
  }
}

extension UInt8 {
  fileprivate static let lf = UInt8(ascii: "\n")
  fileprivate static let cr = UInt8(ascii: "\r")
}
