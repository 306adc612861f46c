import Testing

@testable import Vault

@Suite("Lines of two sides")
struct LineUnionTests {
  private let header = "secrets/1 sealed project=UHg9Qkl9HmS09fRsRyf0Ug env=eu"

  private func united(_ text: String) -> String? {
    LineUnion.withoutMarkers(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("Both sides stay, the ancestor's lines do not, and the header stands once and first")
  func markers() {
    let both = """
      \(header)

      ext a
      <<<<<<< HEAD
      ext b
      ||||||| 1234567
      ext old
      =======
      ext c
      ext a
      >>>>>>> theirs
      \(header)

      """
    #expect(united(both) == "\(header)\n\next a\n\next b\n\next c\n")
    let whole = "<<<<<<< HEAD\n\(header)\next b\n=======\n\(header)\next c\n>>>>>>> theirs\n"
    #expect(united(whole) == "\(header)\n\next b\n\next c\n")
  }

  @Test(
    "A file without markers is left alone",
    arguments: ["ext a\n", "<<<<<<<x\n", "ext =======\n", ""])
  func noMarkers(line: String) { #expect(united("\(header)\n\(line)") == nil) }

  @Test("A line taken out on one side is gone, as with git's union")
  func merged() {
    func merge(_ ours: String, _ theirs: String, _ bases: String...) -> String {
      let text = { (lines: String) in Array("h\n\(lines.map { "\($0)\n" }.joined())".utf8) }
      return String(
        decoding: LineUnion.merged(text(ours), text(theirs), bases: bases.map(text)),
        as: UTF8.self
      ).split(separator: "\n").dropFirst().joined()
    }
    #expect(merge("ab", "ac", "a") == "abc")
    #expect(merge("b", "ac", "a") == "bc")
    #expect(merge("ab", "ac") == "abc")
    #expect(merge("", "", "a") == "")
    // Each was merged into the other before: git begins with what both of these have.
    #expect(merge("a", "abc", "a", "ab") == "ac")
    // Each may have taken another copy out.
    #expect(merge("ab", "a", "aab") == "")
    #expect(merge("aab", "a", "aab") == "a")
    #expect(merge("aab", "aa", "ab") == "a")
  }
}
