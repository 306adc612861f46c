// The help texts in their three forms: they say the same, and fit a terminal of 80 columns.

import Testing

@testable import Commands

@Suite("Manual")
struct ManualTests {
  @Test("docs/commands.md says what the help texts say now; `make docs` writes it anew")
  func document() {
    #expect(SourceTree.file("docs/commands.md")?.text == ManualPage.document(ManualPage.all))
  }

  @Test("No help text has a line of more than 80 columns")
  func width() {
    #expect(ManualPage.all.count > 25)
    for page in ManualPage.all {
      for line in page.help.split(separator: "\n") {
        #expect(line.count <= 80, "\(page.name): \(line)")
      }
    }
  }

  @Test("A man page has its sections, and no line of text that roff takes for a request")
  func roff() {
    for page in ManualPage.all {
      let lines = page.roff.split(separator: "\n")
      #expect(lines.contains(".SH NAME") && lines.contains(".SH USAGE"), "\(page.name)")
      for line in lines where line.hasPrefix(".") || line.hasPrefix("'") {
        let isOurs = [".TH ", ".SH ", ".nf", ".fi"].contains { line.hasPrefix($0) }
        #expect(isOurs, "\(page.name): \(line)")
      }
    }
  }
}
