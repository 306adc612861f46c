// What an import takes, refuses and leaves alone.

import Dotenv
import Sealing
import Testing
import Vault

@testable import Commands

@Suite("What an import does")
struct ImportTests {
  private func text(
    _ town: Town, _ text: String, except: [String] = []
  ) throws -> ImportText {
    try ImportText(
      town.secret(text), source: ".env", except: except,
      command: { "secrets import .env --except \($0.joined(separator: " "))" })
  }

  private func plan(
    _ town: Town, _ text: String, keepsExisting: Bool = false
  ) throws -> ImportPlan {
    try ImportPlan(
      self.text(town, text), against: town.open("development"), role: "default",
      keepsExisting: keepsExisting, in: town.arena)
  }

  private func words(_ plan: ImportPlan) -> [String] {
    plan.items.map { "\($0.change.rawValue) \($0.name)" }
  }

  @Test("A key of several lines without quotes is refused, not sealed as its first line")
  func tornKey() throws {
    let town = try Town()
    let begin = "TLS=-----BEGIN PRIVATE KEY-----"
    let refusal = #expect(throws: Refusal.self) {
      try text(town, "\(begin)\nMIIEfake\n-----END PRIVATE KEY-----\nA=1\n", except: ["2-3"])
    }
    #expect(
      refusal?.others.map(\.message) == [
        ".env:1:1: `TLS` begins a key of several lines, which needs quotes round the whole of it"
      ])
    #expect(refusal?.hint == "to leave it out: secrets import .env --except 2-3 TLS")
    let quoted = try text(town, "TLS=\"-----BEGIN A-----\nfake\n-----END A-----\"\nB=-----BEGIN\n")
    #expect(quoted.assignments.map(\.name) == ["TLS", "B"])
  }

  @Test("All refused lines are told at once, with one command that leaves them out")
  func refusedLines() throws {
    let town = try Town()
    let file = """
      GOOD=fake
      PATH=/fake
      a.b=fake-value
      MIIEfakefakefake
      ALSOfakefakefake
      NODE_OPTIONS=--require fake
      """
    let refusal = #expect(throws: Refusal.self) { try text(town, file) }
    #expect(refusal?.message == "5 lines of .env were refused; nothing was changed")
    #expect(
      refusal?.hint
        == "to leave them out: secrets import .env --except PATH NODE_OPTIONS 3-5")
    #expect(refusal?.others.count == 5)
    for other in refusal?.others ?? [] { #expect(!other.message.contains("fake")) }
    let taken = try text(town, file, except: ["PATH", "NODE_OPTIONS", "3-5"])
    #expect(taken.assignments.map(\.name) == ["GOOD"])
  }

  @Test("An open quote cannot be left out: nobody knows what it swallowed")
  func openQuote() throws {
    let town = try Town()
    for except in [[], ["A"], ["1"]] {
      let refusal = #expect(throws: Refusal.self) {
        try text(town, "A='fake\nB=fake\n", except: except)
      }
      #expect(refusal?.hint?.contains("--except A") != true)
    }
  }

  @Test("An exception that fits nothing is refused: a misspelt one would take over what it meant")
  func idleException() throws {
    let town = try Town()
    let refusal = #expect(throws: Refusal.self) {
      try text(town, "A=fake\nB=fake\n", except: ["A", "b"])
    }
    #expect(refusal?.message == "--except `b`: there is no such name or refused line in .env")
  }

  @Test("The last of two equal names holds, with a warning")
  func twice() throws {
    let town = try Town()
    let plan = try plan(town, "A=fake-1\nB=fake\nA=fake-2\n")
    #expect(words(plan) == ["added B", "added A"])
    #expect(plan.items[1].payload.value.text == "fake-2")
    let warnings = try text(town, "A=fake-1\nA=fake-2\n").warnings
    #expect(warnings == [".env:1: `A` stands again further down, and the last one holds"])
  }

  @Test("What differs is changed, what is the same is not written again")
  func changes() throws {
    var town = try Town()
    try town.set("development", ["A": "fake-1", "B": "fake-2"])
    #expect(
      words(try plan(town, "A=fake-1\nB=fake-new\nC=fake-3\n"))
        == ["unchanged A", "changed B", "added C"])
    #expect(
      words(try plan(town, "A=fake-1\nB=fake-new\nC=fake-3\n", keepsExisting: true))
        == ["kept A", "kept B", "added C"])
  }

  @Test("A comment above a name becomes its note; a name without one keeps the note it had")
  func notes() throws {
    var town = try Town()
    let payload = try town.payload("fake-1", note: "from the bank")
    try town.change("development") { try $0.set("A", role: "default", to: payload) }
    let kept = try plan(town, "A=fake-2\n")
    #expect(kept.items[0].payload.note.text == "from the bank")
    let same = try plan(town, "# from the bank\nA=fake-1\n")
    #expect(words(same) == ["unchanged A"])
    let other = try plan(town, "# two\n# lines\nA=fake-1\n")
    #expect(words(other) == ["changed A"])
    #expect(other.items[0].payload.note.text == "two\nlines")
  }

  @Test("A note outlives its value, also a conflict")
  func noteOutlives() throws {
    var town = try Town()
    let payload = try town.payload("fake-1", note: "from the bank")
    try town.change("development") { try $0.set("A", role: "default", to: payload) }
    #expect(try town.open("development").note(of: "A", role: "default")?.text == "from the bank")
    #expect(try town.open("development").note(of: "B", role: "default") == nil)
    var other = town
    let theirs = try town.payload("fake-2", note: "from the bank")
    try other.change("development") { try $0.set("A", role: "default", to: theirs) }
    try town.set("development", ["A": "fake-3"])
    town.unite("development", with: other)
    let opened = try town.open("development")
    #expect(opened.payload(of: "A", role: "default") == nil)
    #expect(opened.note(of: "A", role: "default")?.text == "from the bank")
    let plan = try plan(town, "A=fake-4\n")
    #expect(words(plan) == ["changed A"])
    #expect(plan.items[0].payload.note.text == "from the bank")
  }

  @Test(
    "A reference becomes a template where the role has the name, else it is kept with a warning",
    arguments: [
      ("URL=https://${HOST}/", Payload.Kind.template, "https://${HOST}/", 0),
      ("URL=https://${KNOWN}/$x", .template, "https://${KNOWN}/$x", 0),
      ("URL=${HOST}${NOWHERE}", .template, "${HOST}$${NOWHERE}", 1),
      ("URL=https://${NOWHERE}/", .text, "https://${NOWHERE}/", 1),
      ("URL='https://${HOST}/'", .text, "https://${HOST}/", 0),
      ("URL=${URL}:fake", .text, "${URL}:fake", 1),
    ])
  func references(line: String, kind: Payload.Kind, value: String, warnings: Int) throws {
    var town = try Town()
    try town.set("development", ["KNOWN": "fake"])
    let plan = try plan(town, "HOST=fake.example\n\(line)\n")
    #expect(plan.items[1].payload.kind == kind)
    #expect(plan.items[1].payload.value.text == value)
    #expect(plan.warnings.count == warnings)
  }

  @Test("What other readers understand otherwise is warned of")
  func doubts() throws {
    let town = try Town()
    let warnings = try text(town, "A=a#b\nB=\"a\\tb\"\nC=$(fake)\n").warnings
    #expect(
      warnings == [
        ".env:1: `A` ends before a `#` that other readers keep; quote the value if it belongs to it",
        ".env:2: `B` has an escape that was undone, which node-dotenv would keep",
        ".env:3: `C` has a `$(…)` or `${…}` that is kept as text, and never run or expanded",
      ])
  }

  @Test("A flat JSON object is taken as well, and a nested value refused by its name")
  func json() throws {
    let town = try Town()
    let plan = try plan(town, #"{"A": "${B}", "B": 1.50, "C": null}"#)
    #expect(plan.items.map(\.payload.value.text) == ["${B}", "1.50", ""])
    #expect(plan.items.allSatisfy { $0.payload.kind == .text })
    let refusal = #expect(throws: Refusal.self) {
      try text(town, #"{"A": {"fake": 1}, "B": "fake"}"#)
    }
    #expect(refusal?.hint == "to leave it out: secrets import .env --except A")
  }

  @Test("A value that is written again stays exposed to whom it was")
  func exposure() throws {
    var town = try Town()
    try town.add("bob")
    try town.grant("bob", "development")
    try town.set("development", ["A": "fake-1", "B": "fake-1"])
    try town.change {
      try $0.revoke(GrantKey(member: "bob", environment: "development", role: "default"))
    }
    let same = try town.payload("fake-1", note: "a new comment")
    let new = try town.payload("fake-2")
    try town.change("development") {
      try $0.set("A", role: "default", to: same)
      try $0.set("B", role: "default", to: new)
    }
    let entries = try town.environment("development").entries
    #expect(entries.map(\.exposed) == [["bob"], []])
    #expect(entries.map(\.rev) == [2, 2])
  }
}
