// Files in the shapes of real projects' `.env.example`, read by us and by python-dotenv.

import Dotenv
import Glibc
import Testing

@Suite("Real projects' files")
struct FixtureTests {
  /// Where we follow node-dotenv and python-dotenv does otherwise, as docs/dotenv.md says.
  ///
  /// A name that only one of both reads has no value on the other side.
  static let differences: [String: [String: (ours: String?, python: String?)]] = [
    "inline-comments.env": [
      "E": ("", "# nothing but this comment, and python-dotenv takes it for the value")
    ],
    "hash.env": ["PASSWORD": ("fake", "fake#hash"), "COLOR": ("", "#ff00ff")],
    "yaml-style.env": [
      "HOST": ("localhost", nil), "PORT": ("8080", nil), "QUOTED": ("a b", nil),
    ],
    "backticks.env": [
      "CODE": ("echo \"it's\"", "`echo \"it's\"`"), "LINES": ("a\nb", "`a"), "b`": (nil, ""),
    ],
    "dollar.env": [
      "PRICE": ("costs $5", "costs \\$5"), "BOTH": ("${A} and ${A}", "\\${A} and ${A}"),
    ],
  ]

  static let folder =
    #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Fixtures"

  static func files() throws -> [String] {
    let stream = try #require(opendir(folder))
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".env") { names.append(name) }
    }
    return names.sorted()
  }

  @Test("Thirty real shapes of dotenv files give what python-dotenv gives")
  func fixtures() throws {
    let files = try Self.files()
    #expect(files.count >= 30)
    let script = """
      import logging, sys
      from dotenv import dotenv_values
      logging.disable(logging.CRITICAL)
      for name in sys.argv[2:]:
          values = dotenv_values(sys.argv[1] + "/" + name, interpolate=False, encoding="utf-8-sig")
          for key, value in values.items():
              print(name, key, (value or "").encode().hex(), sep="\\t")
      """
    var theirs: [String: [String: String]] = [:]
    for row in table(try Judge.python.run([script, Self.folder] + files)) {
      theirs[row[0], default: [:]][row[1]] = row[2]
    }
    for file in files {
      let text = try contents(ofFile: Self.folder + "/" + file)
      let parsed = ParsedText(detecting: text.span.bytes)
      #expect(parsed.refusals == [], "\(file)")
      var ours: [String: String] = [:]
      for assignment in parsed.effective {
        ours[assignment.name] = hex(assignment.value(in: text))
      }
      var expected = theirs[file] ?? [:]
      for (name, difference) in Self.differences[file] ?? [:] {
        #expect(
          expected[name] == difference.python.map { hex(Array($0.utf8)) }, "\(file) \(name)")
        expected[name] = difference.ours.map { hex(Array($0.utf8)) }
      }
      #expect(ours == expected, "\(file)")
    }
  }
}
