// The vectors of whole folders: valid ones, invalid ones, and merges.

import Foundation
import Sealing
import Testing

@testable import Vault

extension Vectors {
  typealias Expectation = [String: Any]

  static func expectation(_ vector: String) throws -> Expectation {
    try #require(
      JSONSerialization.jsonObject(with: Data(read("\(vector)/expect.json"))) as? Expectation)
  }

  static func bytes(_ text: Any?) throws -> [UInt8] {
    let text = try #require(text as? String)
    return try #require(Base64.decode(text))
  }

  static func time(_ text: Any?) throws -> Int64 {
    let text = try #require(text as? String)
    return try #require(Timestamp.parse(text))
  }

  @Test("A sound folder reads as the vector says", arguments: names(of: "valid"))
  func valid(name: String) throws {
    let vector = "valid/\(name)"
    let expected = try Vectors.expectation(vector)
    if expected["generate"] != nil { return try generated(vector, expected) }
    let folder = try VectorFolder("\(vector)/secrets")
    for view in try #require(expected["views"] as? [Expectation]) {
      try check(folder, view: view, expected, vector)
    }
  }

  private func generated(_ vector: String, _ expected: Expectation) throws {
    let folder = try VectorRecipe.folder(vector, expected)
    let reading = try read(folder, expected, expected)
    #expect(reading.parseError == nil, "\(vector)")
    #expect(reading.reports(isError: true) == [], "\(vector)")
    for (key, part) in [("value_length", \Payload.value), ("note_length", \Payload.note)] {
      for (place, length) in expected[key] as? [String: Int] ?? [:] {
        let value = reading.inspection?.values.first { "\($0.role)/\($0.name)" == place }
        #expect(value?.payload[keyPath: part].count == length, "\(vector) \(place)")
      }
    }
  }

  @Test(
    "Both ways to unite two branches read as the vector says", arguments: names(of: "merge"))
  func merge(name: String) throws {
    let vector = "merge/\(name)"
    let expected = try Vectors.expectation(vector)
    let sides = try ["base", "ours", "theirs"].map { try VectorFolder("\(vector)/\($0)") }
    for folder in [try gitUnion(sides), linesUnited(sides[1], sides[2])] {
      for view in try #require(expected["views"] as? [Expectation]) {
        try check(folder, view: view, expected, vector)
      }
    }
  }

  private func linesUnited(_ ours: VectorFolder, _ theirs: VectorFolder) -> VectorFolder {
    var united = ours
    for (name, bytes) in theirs.files {
      united.files[name] = RecordText.united(ours.files[name] ?? [], bytes)
    }
    return united
  }

  private func gitUnion(_ sides: [VectorFolder]) throws -> VectorFolder {
    let scratch = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    var united = VectorFolder()
    for name in Set(sides.flatMap(\.files.keys)) {
      for (side, folder) in zip(["base", "ours", "theirs"], sides) {
        try Data(folder.files[name] ?? []).write(to: scratch.appending(path: side))
      }
      let git = Process()
      git.executableURL = URL(filePath: "/usr/bin/git")
      git.currentDirectoryURL = scratch
      git.arguments = ["merge-file", "--union", "ours", "base", "theirs"]
      try git.run()
      git.waitUntilExit()
      #expect(git.terminationStatus == 0)
      united.files[name] = try [UInt8](Data(contentsOf: scratch.appending(path: "ours")))
    }
    return united
  }

  func read(_ folder: VectorFolder, _ view: Expectation, _ expected: Expectation) throws
    -> VectorReading
  {
    let trust = (expected["trust"] ?? expected["project"]) as? String
    return VectorReading(
      folder, environment: try #require(view["env"] as? String),
      seed: try Vectors.bytes(view["seed"]), now: try Vectors.time(view["now"]),
      trusted: trust.flatMap { ProjectID(text: $0) },
      rootKey: (expected["root_key"] as? String).flatMap { PublicKey(openSSH: $0) })
  }

  /// Reads as the view's identity; remembers `before/` first where there is one.
  func readRemembering(
    _ vector: String, _ folder: VectorFolder, _ view: Expectation, _ expected: Expectation
  ) throws -> VectorReading {
    guard let before = try? VectorFolder("\(vector)/before") else {
      return try read(folder, view, expected)
    }
    return try VectorMemory.read(vector, before: before, folder, view, expected)
  }

  private func check(
    _ folder: VectorFolder, view: Expectation, _ expected: Expectation, _ vector: String
  ) throws {
    let reading = try readRemembering(vector, folder, view, expected)
    #expect(reading.parseError == nil, "\(vector): \(String(describing: reading.parseError))")
    let identity = view["identity"] as? String ?? ""
    var wanted = view
    for key in ["env", "identity", "seed", "now", "warnings"] { wanted[key] = nil }
    wanted["errors"] = Vectors.reports(view["errors"]).sorted()
    let seen = reading.view()
    for key in Set(wanted.keys).union(seen.keys).sorted() {
      let (left, right) = (Vectors.json(seen[key]), Vectors.json(wanted[key]))
      #expect(left == right, "\(vector) as \(identity): \(key)")
    }
    if let warnings = view["warnings"] {
      let missing = Vectors.reports(warnings).subtracting(reading.reports(isError: false))
      #expect(
        missing == [], "\(vector) as \(identity): warnings, of \(reading.reports(isError: false))")
    }
  }

  static func reports(_ list: Any?) -> Set<String> {
    Set(
      (list as? [[String: String]] ?? []).map { "\($0["class"] ?? ""): \($0["thing"] ?? "")" })
  }

  static func json(_ value: Any?) -> String {
    guard let value else { return "nothing" }
    let data = try? JSONSerialization.data(
      withJSONObject: ["": value], options: [.sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "not JSON"
  }

  @Test("A fault is reported where and as the vector says", arguments: names(of: "invalid"))
  func invalid(name: String) throws {
    let vector = "invalid/\(name)"
    let expected = try Vectors.expectation(vector)
    let folder = try VectorRecipe.folder(vector, expected)
    let reading = try readRemembering(vector, folder, expected, expected)
    let kind = expected["class"] as? String ?? ""
    let line = expected["line"] as? Int
    let file = expected["file"] as? String
    if kind == "parse" {
      let error = try #require(reading.parseError, "\(vector)")
      #expect(error.file == file, "\(vector)")
      if let line { #expect(error.line == line, "\(vector)") }
      if let column = expected["column"] as? Int { #expect(error.column == column, "\(vector)") }
      return
    }
    #expect(reading.parseError == nil, "\(vector): \(String(describing: reading.parseError))")
    let thing = expected["thing"] as? String
    let isError = expected["level"] as? String == "error"
    let found = reading.findings.filter {
      $0.kind.rawValue == kind && $0.thing.description == thing && $0.isError == isError
    }
    #expect(!found.isEmpty, "\(vector): \(kind) \(thing ?? "") among \(reading.findings)")
    if let line { #expect(found.contains { $0.line == line }, "\(vector): line, \(found)") }
    if let file { #expect(found.contains { $0.file == file }, "\(vector): file, \(found)") }
    let also = Vectors.reports(expected["also"])
    let missing = also.subtracting(reading.reports(isError: true))
    #expect(missing == [], "\(vector): also, \(reading.reports(isError: true))")
    if let readable = expected["readable"] as? [String: [String: String]] {
      #expect(reading.readable == readable, "\(vector): readable")
    }
    if let closed = expected["no_sealing"] as? [String] {
      #expect(reading.environment?.rolesWithoutSealing.sorted() == closed, "\(vector)")
    }
  }
}
