import Testing

@testable import Commands

@Suite("Tables")
struct TableTests {
  private let terminal = Terminal(isTerminal: true, width: 80, hasColour: false)

  private var table: Table {
    var table = Table("NAME", "ROLE", "AUTHOR")
    table.add("A", "billing", "")
    table.add("LONG_NAME", "", "bob")
    table.add("Ü日", "x", "ann\u{1B}")
    return table
  }

  @Test("A person sees aligned columns under headings, and no line ends in a space")
  func aligned() {
    #expect(
      table.text(for: terminal) == """
        NAME       ROLE     AUTHOR
        A          billing
        LONG_NAME           bob
        Ü日        x        ann\\u{1b}

        """)
  }

  @Test("What does not fit into the width stands in full below its row")
  func folded() {
    var table = Table("NAME", "STATE", "FINGERPRINT", "GRANTS")
    table.add("ada", "root", "SHA256:abcdefghijklm", "development write, production write")
    table.add("bob.laptop", "", "SHA256:nopqrstuvwxyz", "")
    #expect(
      table.text(for: Terminal(isTerminal: true, width: 30)) == """
        NAME        STATE
            FINGERPRINT  GRANTS
        ada         root
            SHA256:abcdefghijklm
            development write,
            production write
        bob.laptop
            SHA256:nopqrstuvwxyz

        """)
    let wide = table.text(for: Terminal(isTerminal: true, width: 200))
    #expect(wide.split(separator: "\n").count == 3)
  }

  @Test("A program gets one tab between two fields, and no headings")
  func piped() {
    #expect(table.text(for: .none) == "A\tbilling\t\nLONG_NAME\t\tbob\nÜ日\tx\tann\\u{1b}\n")
  }

  @Test("Combining marks take no column")
  func widths() {
    #expect(columns(of: "e\u{301}") == 1)
    #expect(columns(of: "日本") == 4)
    #expect(columns(of: "😀") == 2)
    #expect(columns(of: "ab") == 2)
    #expect(Table("A").isEmpty)
  }
}
