import Testing

@testable import Launch

@Suite("Choosing names")
struct SelectionTests {
  @Test(
    "A pattern matches whole names, and case counts",
    arguments: [
      ("A", "A", true), ("A", "AB", false), ("A", "a", false), ("", "A", false), ("", "", true),
      ("*", "", true), ("*", "A", true), ("**", "A", true), ("?", "A", true), ("?", "", false),
      ("?", "AB", false), ("DB_*", "DB_URL", true), ("DB_*", "DB_", true), ("DB_*", "DB", false),
      ("*_URL", "DB_URL", true), ("*_URL", "DB_URLS", false), ("*A*B*", "xAxAxBx", true),
      ("*A?B", "AABAAB", true), ("*A?B", "AABAAC", false), ("A*?", "A", false),
      ("[AB]", "A", false), ("A.C", "ABC", false), ("\\*", "*", false),
    ])
  func glob(_ pattern: String, _ name: String, _ matches: Bool) {
    #expect(Glob(pattern).matches(name) == matches)
  }

  @Test("A pattern made to be slow is not")
  func slow() {
    let glob = Glob(String(repeating: "*A", count: 100) + "B")
    #expect(!glob.matches(String(repeating: "A", count: 255)))
  }

  @Test("--only takes, --except holds back, whatever the order of names")
  func selection() throws {
    let names = ["DB_URL", "DB_PASSWORD", "API_KEY", "PORT"]
    #expect(try Selection().names(among: names) == names)
    #expect(Selection().isEverything)
    #expect(
      try Selection(only: ["DB_*", "PORT"]).names(among: names) == [
        "DB_URL", "DB_PASSWORD", "PORT",
      ])
    #expect(try Selection(except: ["DB_*"]).names(among: names) == ["API_KEY", "PORT"])
    #expect(try Selection(only: ["DB_*"], except: ["*_URL"]).names(among: names) == ["DB_PASSWORD"])
  }

  @Test("A misspelt pattern is an error, and all of them are named")
  func misspelt() {
    #expect(throws: LaunchError.patternsMatchNothing(["db_*", "PROT"])) {
      try Selection(only: ["DB_*", "db_*"], except: ["PROT"]).names(among: ["DB_URL", "PORT"])
    }
  }
}
