// The README and the guides, followed word by word on the built binary.

import Glibc
import Testing

@Suite("The documents, followed")
struct DocumentWalkTests {
  private static let top = String(
    (#filePath as String).dropLast("Tests/EndToEnd/Documents/DocumentWalkTests.swift".count))

  /// The documents that are followed, and the fewest commands that each may have.
  private static let documents = ["README.md": 10, "docs/guide.md": 45, "docs/migrating.md": 20]

  private static func walks(of document: String) throws -> [Walk] {
    guard let text = try Scratch().text(top + document) else {
      throw ProgramFailure(description: "no \(document)")
    }
    return try Walk.walks(of: document, text: text)
  }

  private static let walks = Result { try documents.keys.sorted().flatMap(walks) }
  private static let ready = (try? walks.get())?.filter { missing($0).isEmpty } ?? []
  private static let waiting = (try? walks.get())?.filter { !missing($0).isEmpty } ?? []

  /// What a section needs and is not here.
  private static func missing(_ walk: Walk) -> [String] {
    let locks = walk.steps.contains { $0.command.hasPrefix("secrets key lock") }
    // It would lock the keys of whoever runs the tests.
    return walk.needs.filter { !Peers.has($0) } + (locks && geteuid() != 0 ? ["root"] : [])
  }

  @Test("Whoever follows a section gets what it promises", arguments: ready)
  func follow(_ walk: Walk) throws {
    try Walker().follow(walk)
  }

  @Test(
    "No section waits for a tool that is not installed",
    .enabled(
      if: waiting.isEmpty,
      Comment(
        rawValue: "not followed: "
          + waiting.map { "\($0.testDescription), for want of \(missing($0))" }
          .joined(separator: "; ")
      )))
  func installed() { #expect(Self.waiting.isEmpty) }

  @Test("The documents are read, and none lost its commands", arguments: documents.keys.sorted())
  func commands(_ document: String) throws {
    let steps = try Self.walks(of: document).flatMap(\.steps)
    #expect(steps.count >= Self.documents[document] ?? 1)
  }

  @Test("A command that fails, one that says something else and an unknown hint are found")
  func broken() throws {
    func follow(_ text: String) throws {
      for walk in try Walk.walks(of: "page", text: text) { try Walker().follow(walk) }
    }
    try follow("```console\nbob$ printf 'a\\nb\\nc\\n'\na\n…\nc\n$ true\n```")
    for wrong in [
      "```sh\nsecrets list\n```", "```console\n$ echo a\nb\n```",
      "```console\n$ echo a\na\n…b\n```",
      "```console\n$ secrets version\nsecrets: error: no\n```", "<!-- test: whatever -->",
    ] {
      #expect(throws: ProgramFailure.self, "\(wrong)") { try follow(wrong) }
    }
  }
}
