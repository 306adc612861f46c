// What a person is called where they do not say.

import Testing

@testable import Commands

@Suite("Member labels")
struct MemberLabelTests {
  @Test(
    "A person's name becomes a label",
    arguments: [
      ("Alice", "alice"), ("Alice Example", "alice-example"), ("José Müller", "jose-muller"),
      ("Jose\u{301} Mu\u{308}ller", "jose-muller"), ("Søren Ærø", "soren-aero"),
      ("Łukasz Œuf", "lukasz-oeuf"), ("Strauß", "strauss"), ("Dr. J. O'Neill ", "dr-j-oneill"),
      ("bob.smith", "bob-smith"), ("  -x- ", "x"), ("42", "42"), ("李 Wei", "wei"),
      (String(repeating: "a", count: 80), String(repeating: "a", count: 63)),
    ])
  func label(_ name: String, _ label: String) {
    #expect(MemberLabel.label(name) == label)
  }

  @Test("Where nothing is left there is no label", arguments: ["", " ", "李", "…", "\n"])
  func none(_ name: String) {
    #expect(MemberLabel.label(name) == nil)
  }
}
