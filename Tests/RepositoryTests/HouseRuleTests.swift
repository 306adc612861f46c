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

  @Test("No file grows beyond 400 lines")
  func lengths() {
    let files = SourceTree.files("Sources", ".swift", ".c") + SourceTree.files("Tests", ".swift")
    #expect(files.count > 100)
    for file in files {
      // A file ends with a newline, so the last piece is empty.
      #expect(file.lines.count - 1 <= 400, "\(file) has \(file.lines.count - 1) lines")
    }
  }

  @Test("Nothing is put off, and nothing is forced")
  func forbiddenWords() {
    // Spelled in two halves, so that this file is not found.
    let putOff = ["to" + "do", "fix" + "me", "db" + "g", "x" + "xx", "w" + "ip"]
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

  @Test("Every error that a room can throw is put into words")
  func errors() throws {
    let words = SourceTree.files("Sources/Commands", ".swift").map(\.text).joined()
    let kinds = SourceTree.swift.flatMap { file in
      file.code.compactMap { line -> String? in
        let parts = line.split { !$0.isLetter && !$0.isNumber }
        guard line.hasPrefix("public enum "), line.contains("Error:"), parts.count > 2 else {
          return nil
        }
        return String(parts[2])
      }
    }
    #expect(kinds.count > 10)
    for kind in kinds {
      let isWorded = words.contains(kind)
      #expect(isWorded, "\(kind) is not known to Commands")
    }
  }
}
