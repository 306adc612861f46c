// The rules of the house that neither the compiler nor the linter knows.

import Testing

@Suite("House rules")
struct HouseRuleTests {
  @Test("Every source file opens with a paragraph that says which idea lives in it")
  func openings() {
    for file in SourceTree.swift {
      let paragraph = file.lines.prefix { $0.hasPrefix("//") }
      #expect(!paragraph.isEmpty, "\(file) has no opening paragraph")
      #expect(paragraph.allSatisfy { !$0.hasPrefix("///") }, "\(file) opens with a doc comment")
      #expect(file.lines.dropFirst(paragraph.count).first == "", "\(file): no empty line after it")
    }
  }

  @Test("No source file grows long: few have 300 lines, none 450")
  func lengths() {
    let files = SourceTree.files("Sources", ".swift", ".c", ".h")
    #expect(files.count > 100)
    for file in files { #expect(file.lines.count < 450, "\(file) has \(file.lines.count) lines") }
    #expect(files.count { $0.lines.count > 300 } * 20 <= files.count)
  }

  @Test("Nothing is put off, and nothing is forced")
  func forbiddenWords() {
    // Spelled in two halves, so that this file is not found.
    let putOff = ["to" + "do", "fix" + "me", "db" + "g", "w" + "ip"]
    let forced = ["try" + "!", "as" + "! "]
    let all =
      SourceTree.swift + SourceTree.files("Sources", ".c", ".h")
      + SourceTree.files("Tests", ".swift", ".py") + SourceTree.documents
    for file in all {
      for (number, line) in zip(1..., file.lines) {
        let words = line.lowercased().split { !$0.isLetter }
        for word in putOff { #expect(!words.contains(word[...]), "\(file):\(number): \(word)") }
        guard file.path.hasPrefix("Sources") else { continue }
        for word in forced { #expect(!line.contains(word), "\(file):\(number): \(word)") }
      }
    }
  }

  @Test("Errors get their words in Diagnostics and nowhere else")
  func wording() {
    for file in SourceTree.swift {
      guard file.target == "Commands", !file.path.contains("/Diagnostics/") else { continue }
      for (number, line) in zip(1..., file.code) {
        let hasWords = line.contains("Refusal(\"")
        #expect(!hasWords, "\(file):\(number) words an error")
      }
    }
  }

  /// Errors that never reach a person as they are, and what becomes of them.
  private static let turned: Set = [
    "SealError",  // the writer of a box turns it into its own error
    "PassphraseError",  // IdentityFile turns it into IdentityError
    "MessageError",  // no command opens a message yet
  ]

  @Test("Every case of every error that a room can throw is put into words")
  func errors() {
    let words = SourceTree.files("Sources/Commands", ".swift").map(\.text).joined()
    var count = 0
    for file in SourceTree.swift where file.target != "Commands" {
      for (kind, cases) in errors(in: file) where !Self.turned.contains(kind) {
        count += 1
        for name in cases {
          #expect(words.contains(".\(name)"), "\(file): \(kind).\(name) has no words")
        }
      }
    }
    #expect(count > 8)
  }

  /// The error enums of a file with the names of their cases.
  private func errors(in file: SourceText) -> [(kind: String, cases: [String])] {
    var found: [(kind: String, cases: [String])] = []
    var isInside = false
    for line in file.code {
      if line.hasPrefix("public enum "), line.contains("Error:") {
        let name = line.dropFirst("public enum ".count).prefix { $0.isLetter }
        found.append((String(name), []))
        isInside = true
      } else if line == "}" {
        isInside = false
      } else if isInside, line.hasPrefix("  case ") {
        // Of `case a(x: Int), b` the names, and nothing of what they carry.
        var depth = 0
        let names = line.dropFirst("  case ".count).filter { character in
          if character == "(" { depth += 1 }
          defer { if character == ")" { depth -= 1 } }
          return depth == 0 && character != ")"
        }
        found[found.count - 1].cases += names.split(separator: ",").map { name in
          String(name.drop { $0 == " " }.prefix { $0.isLetter || $0.isNumber })
        }
      }
    }
    return found
  }
}
