// How the commands about values are called, and the small things that they are made of.

import ArgumentParser
import Dotenv
import Glibc
import Sealing
import Testing
import Vault
import Workspace

@testable import Commands

@Suite("How the commands about values are called")
struct ValueCommandParsingTests {
  @Test("set takes a name and where the value comes from")
  func set() throws {
    let plain = try SetCommand.parse(["A"])
    #expect(plain.assignment == "A" && plain.file == nil && !plain.exact && plain.role == nil)
    let full = try SetCommand.parse([
      "A", "--file", "key.pem", "--exact", "--expires", "2031-01-31", "--role", "billing",
      "--new-role", "-e", "production", "-C", "dir", "--identity", "key",
    ])
    #expect(full.file == "key.pem" && full.exact && full.expires == "2031-01-31")
    #expect(full.role == "billing" && full.newRole && full.environment.name == "production")
    #expect(full.global.directory == "dir" && full.global.identity == "key")
    #expect(throws: (any Error).self) { try SetCommand.parse([]) }
  }

  @Test("get takes one name")
  func get() throws {
    let command = try GetCommand.parse(["A", "--raw", "--json", "--yes", "--role", "billing"])
    #expect(command.name == "A" && command.raw && command.json && command.protection.yes)
    #expect(command.role == "billing")
    #expect(throws: (any Error).self) { try GetCommand.parse(["A", "B"]) }
  }

  @Test("unset takes several names")
  func unset() throws {
    let command = try UnsetCommand.parse(["A", "B", "--role", "billing"])
    #expect(command.names == ["A", "B"] && command.role == "billing")
    #expect(try UnsetCommand.parse(["A"]).role == "default")
    #expect(throws: (any Error).self) { try UnsetCommand.parse([]) }
  }

  @Test("list takes roles")
  func list() throws {
    let command = try ListCommand.parse(["--role", "a", "--role", "b", "--json"])
    #expect(command.role == ["a", "b"] && command.json)
  }

  @Test("import takes a file and what to leave out")
  func importing() throws {
    let command = try ImportCommand.parse([
      ".env", "--keep-existing", "--dry-run", "--except", "A", "B", "3-5", "--role", "billing",
    ])
    #expect(command.file == ".env" && command.keepExisting && command.dryRun)
    #expect(command.except == ["A", "B", "3-5"] && command.role == "billing")
    #expect(try ImportCommand.parse(["-"]).file == "-")
  }

  @Test("export takes a format, roles and globs")
  func export() throws {
    #expect(try ExportCommand.parse([]).format == .dotenv)
    let command = try ExportCommand.parse([
      "--format", "shell", "--role", "a", "--only", "A*", "--except", "AB", "--yes",
    ])
    #expect(command.format == .shell && command.role == ["a"] && command.only == ["A*"])
    #expect(command.except == ["AB"] && command.protection.yes)
    #expect(throws: (any Error).self) { try ExportCommand.parse(["--format", "xml"]) }
  }
}

@Suite("What the commands about values are made of")
struct ValueTests {
  private static let day: Int64 = 1_796_083_200  // 2026-12-01

  @Test("A date means its first second in UTC, a time itself; both must lie ahead")
  func expiry() throws {
    #expect(try ExpiryDate("2026-12-02", now: Self.day).time == Self.day + 86_400)
    #expect(try ExpiryDate("2026-12-01T00:00:01Z", now: Self.day).time == Self.day + 1)
    for past in ["2026-12-01", "2026-11-30", "2026-12-01T00:00:00Z"] {
      let refusal = #expect(throws: Refusal.self) { try ExpiryDate(past, now: Self.day) }
      #expect(refusal?.message.hasSuffix("is not in the future") == true)
    }
    for wrong in ["", "tomorrow", "2027-02-29", "2027-1-1", "01.02.2027", "2027-01-01T10:00"] {
      #expect(throws: Refusal.badExpiry) { try ExpiryDate(wrong, now: Self.day) }
    }
  }

  @Test(
    "Ages are short",
    arguments: [
      (0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"),
      (86_399, "23 h"), (86_400, "1 d"), (40_000_000, "462 d"), (-5, "0 s"),
    ] as [(Int64, String)])
  func ages(seconds: Int64, text: String) {
    #expect(age(since: 2_000_000_000 - seconds, now: 2_000_000_000) == text)
  }

  @Test("Standard input of any size arrives whole, and too much of it is refused")
  func standardInput() throws {
    let arena = SecureArena()
    for count in [0, 1, 16_384, 16_385, 100_000] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let read = try reading(bytes) {
        try StandardInput.read(from: $0, limit: 100_000, into: arena)
      }
      #expect(read.withBytes { $0.withUnsafeBytes { Array($0) } } == bytes)
    }
    #expect(throws: Refusal.fileTooLarge("standard input", limit: 1 << 20)) {
      try reading([UInt8](repeating: 65, count: (1 << 20) + 1)) {
        try StandardInput.read(from: $0, limit: 1 << 20, into: arena)
      }
    }
  }

  private func reading<R>(_ bytes: [UInt8], _ body: (Int32) throws -> R) throws -> R {
    let file = try #require(tmpfile())
    defer { fclose(file) }
    fwrite(bytes, 1, bytes.count, file)
    rewind(file)
    return try body(fileno(file))
  }

  @Test("A word is quoted for the shell only where it must be")
  func shellWords() {
    #expect(shellWord("a/b-c_1.env") == "a/b-c_1.env")
    #expect(shellWord("my file") == "'my file'")
    #expect(shellWord("it's") == "'it'\\''s'")
    #expect(shellWord("") == "''")
  }

  @Test("An export is complete or nothing, and names every value that it cannot carry")
  func export() throws {
    var town = try Town()
    try town.set("development", ["A": "fake 1", "B": "it's"])
    var layers = try Layers(
      [town.environment("development")], as: town.identity("alice"), in: town.arena)
    let values = try layers.values()
    #expect(
      try ExportCommand.text(values, .shell, in: town.arena).text
        == "export A='fake 1'\nexport B='it'\\''s'\n")
    #expect(
      try ExportCommand.text(values, .json, in: town.arena).text
        == "{\n  \"A\": \"fake 1\",\n  \"B\": \"it's\"\n}\n")
    #expect(try ExportCommand.text([], .json, in: town.arena).text == "{}\n")
    try town.set("development", ["C": "fake"], kind: .file)
    try town.set("development", ["LD_PRELOAD": "fake.so"])
    layers = try Layers(
      [town.environment("development")], as: town.identity("alice"), in: town.arena)
    let all = try layers.values()
    let refusal = #expect(throws: Refusal.self) {
      try ExportCommand.text(all, .dotenv, in: town.arena)
    }
    #expect(refusal?.others.count == 2)
    #expect(refusal?.hint == "to leave them out, add: --except C --except LD_PRELOAD")
  }

  @Test("list shows what is the matter with each secret, and closed roles as closed")
  func rows() throws {
    var town = try Town()
    try town.grant("alice", "development", role: "billing")
    try town.add("bob")
    try town.grant("bob", "development")
    try town.set("development", ["B": "fake"], kind: .file)
    try town.set("development", role: "billing", ["A": "fake"])
    let old = try town.payload("fake")
    try town.change("development") {
      try $0.set("C", role: "default", to: old, expires: Town.now - 1)
    }
    try town.makeEnvironment("staging", extends: "development")
    try town.grant("bob", "staging")
    try town.change("staging") { try $0.prepare("default") }
    var opened = [try town.open("development", as: "bob"), try town.open("staging", as: "bob")]
    let rows = SecretRow.rows(of: &opened, roles: [], now: Town.now)
    #expect(
      rows.map { $0.fields(own: "staging", now: Town.now).joined(separator: "|") } == [
        "A|billing|-|1|alice|0 s|from development; closed",
        "B|default|file|1|alice|0 s|from development",
        "C|default|text|1|alice|0 s|from development; expired",
      ])
  }
}
