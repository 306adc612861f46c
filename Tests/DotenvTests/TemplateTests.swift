// `${NAME}` in what is read, and the text of an editing session.

import Dotenv
import Testing

/// Expands a template as format.md §4 says.
private func expand(_ template: [UInt8], _ value: (String) -> String?) -> String {
  var result: [UInt8] = []
  var offset = 0
  while offset < template.count {
    let rest = template[offset...]
    if rest.starts(with: Array("$$".utf8)) {
      result.append(UInt8(ascii: "$"))
      offset += 2
    } else if rest.starts(with: Array("${".utf8)), let end = rest.firstIndex(of: UInt8(ascii: "}")),
      let value = value(String(decoding: template[(offset + 2)..<end], as: UTF8.self))
    {
      result += Array(value.utf8)
      offset = end + 1
    } else {
      result.append(template[offset])
      offset += 1
    }
  }
  return String(decoding: result, as: UTF8.self)
}

@Suite("References and the editor's text")
struct TemplateTests {
  @Test("References are found outside single quotes, with their place in the value")
  func references() {
    let cases: [(String, [String])] = [
      (
        "A=x${B}y${C_1}",
        ["B 1..<5", "C_1 6..<12"]
      ),
      ("A=\"\\n${B}\"", ["B 1..<5"]),
      ("A=`${B}`", ["B 0..<4"]),
      ("A='${B}'", []), ("A=\"\\${B}\"", []), ("A=$B", []), ("A=${B:-c}", []), ("A=${1}", []),
      ("A=${}", []), ("A=${B", []), ("A=$${B}", ["B 1..<5"]),
      ("A=\\${B}", ["B 1..<5"]),
      ("A=\"\\\\${B}\"", ["B 1..<5"]),
      ("A=\"${B\"\nC=}", []),
    ]
    for (text, expected) in cases {
      let bytes = Array(text.utf8)
      let parsed = ParsedText(dotenv: bytes.span.bytes)
      let found = parsed.assignments.first?.references(in: bytes.span.bytes)
      #expect(found?.map { "\($0.name) \($0.range)" } == expected, "\(text)")
    }
  }

  @Test(
    "A template doubles just the `$` that would be misread",
    arguments: [
      ("A=${B}", "${B}"), ("A=a$5${B}", "a$5${B}"), ("A=$$${B}", "$$$$${B}"),
      ("A=\"\\$\\${B} ${B}\"", "$$$${B} ${B}"), ("A=${B}${Other}", "${B}$${Other}"),
      ("A=\"$\\$${B}\"", "$$$$${B}"), ("A='${B}'", "$${B}"), ("A=${B}$", "${B}$"),
    ])
  func templates(text: String, template: String) throws {
    let bytes = Array(text.utf8)
    let assignment = try #require(ParsedText(dotenv: bytes.span.bytes).assignments.first)
    let made = assignment.template(in: bytes) { $0 == "B" }
    #expect(String(decoding: made, as: UTF8.self) == template)
  }

  @Test("A template, its references put back, says what the literal value says")
  func sameMeaning() {
    var random = Seeded(state: 6)
    for _ in 0..<5000 {
      var inside = random.value(anyBytes: false)
      inside.removeAll { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "`") }
      for quote in ["\"", "`"] {
        let bytes = Array("A=\(quote)".utf8) + inside + Array(quote.utf8)
        for assignment in ParsedText(dotenv: bytes.span.bytes).assignments {
          let names = Set(assignment.references(in: bytes.span.bytes).map(\.name))
          let meant = expand(assignment.template(in: bytes)) { name in
            names.contains(name) ? "${\(name)}" : nil
          }
          #expect(meant == String(decoding: assignment.value(in: bytes), as: UTF8.self))
        }
      }
    }
  }

  @Test("What the editor shows, saved unchanged, gives every value, template and comment back")
  func editorRoundTrip() throws {
    var random = Seeded(state: 7)
    struct Entry {
      let name: String
      let value: [UInt8]
      let kind: EditorText.Kind
      let note: [UInt8]
    }
    var entries: [Entry] = []
    for index in 0..<4000 {
      var note = random.value(anyBytes: false)
      note.removeAll { $0 == UInt8(ascii: "\r") }
      if index % 7 == 0 { note = Array("[role x]\n role\n\n[role".utf8) }
      // A single empty line of comment cannot be told from none.
      entries.append(
        Entry(
          name: "V\(index)", value: random.value(anyBytes: false),
          kind: Bool.random(using: &random) ? .template : .literal, note: note))
    }
    var text: [UInt8] = []
    EditorText.writeComment(Array("Editing development.".utf8).span.bytes) { text += $0.array }
    EditorText.writeBlank { text += $0.array }
    EditorText.writeSection("billing-2.x") { text += $0.array }
    for entry in entries {
      let before = text.count
      try EditorText.write(
        entry.name, entry.value.span.bytes, entry.kind, note: entry.note.span.bytes
      ) { text += $0.array }
      let size = try EditorText.size(
        entry.name, entry.value.span.bytes, entry.kind, note: entry.note.span.bytes)
      #expect(text.count - before == size)
    }
    let parsed = ParsedText(dotenv: text.span.bytes, sections: true)
    #expect(parsed.refusals == [])
    #expect(parsed.assignments.count == entries.count)
    for (entry, assignment) in zip(entries, parsed.assignments) {
      #expect(assignment.role == "billing-2.x")
      #expect(assignment.name == entry.name)
      #expect(hex(assignment.note(in: text)) == hex(entry.note), "\(entry.name)")
      switch entry.kind {
      case .literal:
        #expect(hex(assignment.value(in: text)) == hex(entry.value), "\(entry.name)")
        #expect(assignment.references(in: text.span.bytes) == [])
      case .template:
        #expect(hex(assignment.template(in: text)) == hex(entry.value), "\(entry.name)")
      }
    }
  }

  @Test("Sections divide the text only where asked for, and a misspelt one is refused")
  func sections() {
    let text = "A=1\n# [role billing]\nA=2\n# [role ops] \nB=3\n"
    #expect(
      ParsedText(dotenv: text, sections: true).assignments.map(\.role) == [nil, "billing", "ops"])
    #expect(ParsedText(dotenv: text, sections: true).overridden == [])
    #expect(ParsedText(dotenv: text).assignments.map(\.role) == [nil, nil, nil])
    #expect(ParsedText(dotenv: text).overridden.count == 1)
    for line in [
      "# [role Billing]", "# [role ]", "# [role x", "# [role]", "# [role x] y", "# [role .x]",
    ] {
      let parsed = ParsedText(dotenv: "\n \(line)\nA=1", sections: true)
      #expect(parsed.refusals == [.badSection(Place(line: 2, column: 2))], "\(line)")
    }
  }

  @Test("The editor is given no value or comment that is not text")
  func refusals() {
    let cases: [([UInt8], [UInt8], Obstacle)] = [
      ([0], [], .nul), ([0xff], [], .notUTF8), ([], [0], .comment), ([], [0xff], .comment),
      ([], [0x0d], .comment),
    ]
    for (value, note, obstacle) in cases {
      #expect(throws: DotenvError.cannotCarry(name: "A", .dotenv, obstacle)) {
        try EditorText.write("A", value.span.bytes, .literal, note: note.span.bytes) { _ in
          Issue.record("something was written")
        }
      }
    }
  }
}
