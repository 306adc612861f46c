// What `copy` does where it goes, which templates a `rename` leaves behind, and how `diff` is asked.

import ArgumentParser
import Sealing
import Testing
import Vault

@testable import Commands

@Suite("copy, rename and diff: what is asked for")
struct MovingTests {
  private let target = RoleAddress(environment: "development", role: "default")

  private func copy(
    _ name: String, _ payload: Payload, expires: Int64? = nil
  ) -> CopiedValue {
    CopiedValue(
      name: name, environment: "production", role: "default", payload: payload, expires: expires,
      exposed: [])
  }

  @Test("Each command takes its names and where they go")
  func parsing() throws {
    let rename = try RenameCommand.parse(["A", "B", "--role", "billing", "-e", "staging"])
    #expect(rename.name == "A" && rename.newName == "B" && rename.role == "billing")
    #expect(try RenameCommand.parse(["A", "B"]).role == "default")
    #expect(throws: (any Error).self) { try RenameCommand.parse(["A"]) }
    let copy = try CopyCommand.parse(["A", "B", "--to", "staging/billing", "--replace", "--yes"])
    #expect(copy.names == ["A", "B"] && copy.to == "staging/billing" && copy.replace)
    #expect(copy.protection.yes && copy.role == nil)
    #expect(throws: (any Error).self) { try CopyCommand.parse(["A"]) }
    #expect(throws: (any Error).self) { try CopyCommand.parse(["--to", "staging"]) }
    let diff = try DiffCommand.parse(["--values", "--exit-code", "--json", "--role", "a", "HEAD~1"])
    #expect(diff.values && diff.exitCode && diff.json && diff.role == ["a"])
    #expect(diff.places == ["HEAD~1"])
    let imported = try ImportCommand.parse([".env", "--delete"])
    #expect(imported.delete && imported.file == ".env")
    #expect(try ExportCommand.parse(["--format", "yaml"]).format == .yaml)
    #expect(try ExportCommand.parse(["--format", "docker"]).format == .docker)
  }

  @Test("What is there with another value is not overwritten on the side")
  func different() throws {
    var town = try Town()
    try town.set("development", ["A": "fake-old", "B": "fake-same"])
    let copies = [
      copy("A", try town.payload("fake-new")), copy("B", try town.payload("fake-same")),
      copy("C", try town.payload("fake-c")),
    ]
    let before = try town.open("development")
    #expect(throws: Refusal.othersThere(["A"], target)) {
      try CopyPlan(copies, to: target, replacing: false, before: before)
    }
    let plan = try CopyPlan(copies, to: target, replacing: true, before: before)
    #expect(plan.items.map(\.change) == [.changed, .unchanged, .added])
    #expect(plan.written.map(\.name) == ["A", "C"])
  }

  @Test("The same value of another kind is another value, and another date is no other value")
  func kinds() throws {
    var town = try Town()
    try town.set("development", ["A": "fake", "B": "fake"])
    let before = try town.open("development")
    let file = [copy("A", try town.payload("fake", kind: .file))]
    #expect(throws: Refusal.othersThere(["A"], target)) {
      try CopyPlan(file, to: target, replacing: false, before: before)
    }
    let dated = [copy("B", try town.payload("fake"), expires: 2_000_000_000)]
    let plan = try CopyPlan(dated, to: target, replacing: false, before: before)
    #expect(plan.items.map(\.change) == [.changed] && plan.items[0].expires == 2_000_000_000)
  }

  @Test("A comment that is brought along wins, one that is there stays")
  func notes() throws {
    var town = try Town()
    let noted = try town.payload("fake", note: "there")
    try town.change("development") { try $0.set("A", role: "default", to: noted) }
    let before = try town.open("development")
    let plain = try CopyPlan(
      [copy("A", try town.payload("fake"))], to: target, replacing: false, before: before)
    #expect(plain.items[0].change == .unchanged && plain.items[0].payload.note.text == "there")
    let brought = try CopyPlan(
      [copy("A", try town.payload("fake", note: "brought"))], to: target, replacing: false,
      before: before)
    #expect(brought.items[0].change == .changed && brought.items[0].payload.note.text == "brought")
  }

  @Test("Names that a template will lack are told; those that are copied with it are there")
  func missingNames() throws {
    var town = try Town()
    try town.set("development", ["HERE": "fake"])
    let template = try town.payload("${HERE}${WITH}${NOT}${NOT}$${ALSO_NOT}", kind: .template)
    let copies = [copy("T", template), copy("WITH", try town.payload("fake"))]
    let plan = try CopyPlan(
      copies, to: target, replacing: false, before: try town.open("development"))
    #expect(plan.missingNames.map(\.template) == ["T"])
    #expect(plan.missingNames.map(\.names) == [["NOT"]])
  }

  @Test("The templates of the same role that use a name are found, and no text that looks alike")
  func templates() throws {
    var town = try Town()
    try town.set("development", ["A": "fake", "TEXT": "${A}"])
    try town.set("development", ["T2": "${A}", "T1": "x${A}y${B}", "T3": "$${A}"], kind: .template)
    try town.grant("alice", "development", role: "other")
    try town.set("development", role: "other", ["T4": "${A}"], kind: .template)
    let opened = try town.open("development")
    #expect(opened.templates(using: "A", role: "default") == ["T1", "T2"])
  }

  @Test("Arguments of diff are a revision, a range, or two environments")
  func requests() throws {
    let cases: [([String], String?, DiffRequest)] = [
      ([], nil, .revisions(from: "HEAD", to: nil)),
      ([], "HEAD~3", .revisions(from: "HEAD~3", to: nil)),
      (["v1"], nil, .revisions(from: "v1", to: nil)),
      (["v1..v2"], nil, .revisions(from: "v1", to: "v2")),
      (["v1.."], nil, .revisions(from: "v1", to: "HEAD")),
      (["..v2"], nil, .revisions(from: "HEAD", to: "v2")),
      (["staging", "production"], nil, .environments("staging", "production", rev: nil)),
      (["staging", "production"], "v1", .environments("staging", "production", rev: "v1")),
    ]
    for (places, rev, request) in cases {
      #expect(try DiffRequest(places, rev: rev) == request, "\(places)")
    }
    #expect(throws: Refusal.revisionTwice) { try DiffRequest(["v1"], rev: "v2") }
    #expect(throws: Refusal.twoRevisions(["HEAD~1", "HEAD"])) {
      try DiffRequest(["HEAD~1", "HEAD"], rev: nil)
    }
    #expect(throws: Refusal.tooManyPlaces) { try DiffRequest(["a", "b", "c"], rev: nil) }
  }

  @Test("A re-sealed value has not changed; one that was removed and set again has")
  func changes() throws {
    var town = try Town()
    try town.set("development", ["A": "fake"])
    let entry = { (town: Town) in try town.environment("development").entries.first }
    let first = try entry(town)
    try town.change("development") { try $0.prepare("default", isRekeyed: true) }
    let resealed = try entry(town)
    #expect(resealed?.first != nil && DiffComparison.change(first, resealed) == nil)
    try town.change("development") { _ = try $0.remove("A", role: "default") }
    let removed = try entry(town)
    #expect(DiffComparison.change(first, removed) == .removed)
    #expect(DiffComparison.change(nil, removed) == nil)
    try town.set("development", ["A": "fake"])
    let again = try entry(town)
    #expect(DiffComparison.change(removed, again) == .added)
    #expect(DiffComparison.change(first, again) == .changed)
    #expect(DiffComparison.change(again, nil) == .removed)
  }
}
