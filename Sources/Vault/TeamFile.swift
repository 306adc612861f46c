// format.md §4, Records: the grammar of team.keys.

internal import Sealing

/// `team.keys`, read and not yet judged.
public struct TeamFile {
  /// The file's name, as it stands in findings.
  public static let name = "team.keys"

  /// The file's bytes.
  public let bytes: [UInt8]
  /// The project that the header names.
  public let project: ProjectID
  let records: [TeamRecord]

  /// Reads the file strictly.
  ///
  /// - Parameters:
  ///   - bytes: the whole file, at most 4 MiB.
  ///   - isKnown: whether these very bytes were read strictly before.
  /// - Throws: `ParseError` for the first line that is not the grammar.
  public init(_ bytes: [UInt8], isKnown: Bool = false) throws(ParseError) {
    self.bytes = bytes
    var records: [TeamRecord] = []
    var seen: Set<String> = []
    let header = try RecordText.read(bytes, file: Self.name, isTeam: true, isKnown: isKnown) {
      (cursor, line) throws(Misfit) in
      let record = try TeamRecord(&cursor, line)
      // §7: of exact duplicates one is dropped.
      let text = String(decoding: bytes[Int(line.start)..<Int(line.end)], as: UTF8.self)
      if seen.insert(text).inserted {
        records.append(record)
      }
    }
    guard case .team(let project) = header else {
      throw ParseError(file: Self.name, line: 1, column: 1, reason: .header)
    }
    self.project = project
    self.records = records
  }

  /// The text of a record's line.
  func text(_ line: RecordLine) -> ArraySlice<UInt8> { bytes[Int(line.start)..<Int(line.end)] }
}

extension TeamRecord {
  /// Reads one line of team.keys.
  init(_ cursor: inout LineCursor, _ line: RecordLine) throws(Misfit) {
    let kinds: [(StaticString, Kind)] = [
      ("root ", .root), ("env ", .env), ("member ", .member), ("admin ", .admin),
      ("grant ", .grant), ("join ", .join), ("request ", .request), ("ext ", .ext),
    ]
    guard let (word, kind) = kinds.first(where: { cursor.looking(at: $0.0) }) else {
      throw Misfit(column: 1, reason: .unknownRecord)
    }
    self.init(kind: kind, line: line)
    cursor.position += word.utf8CodeUnitCount
    let field = cursor.position
    let subject = try cursor.label(
      kind == .env ? "environment" : "name", from: field, environment: kind == .env)
    name = cursor.string(subject)
    switch kind {
    case .root:
      try takeKey(&cursor)
      try takeRevision(&cursor)
      try takeID(&cursor)
      try takeTime(&cursor)
    case .env:
      if try !takeRemoved(&cursor) {
        isProtected = try cursor.choice("protected=", ["no", "yes"]) == 1
        let start = try cursor.key("extends=")
        extends = try cursor.labelOrDash("extends=", from: start, environment: true)
      }
      try takeHistory(&cursor)
    case .member:
      isRemoved = try takeRemoved(&cursor)
      try takeKey(&cursor)
      if !isRemoved {
        memberKind = try cursor.choice("kind=", ["person", "machine"]) == 0 ? .person : .machine
      }
      try takeTime(&cursor)
      try takeAuthor(&cursor)
    case .admin:
      _ = try takeRemoved(&cursor)
      try takeHistory(&cursor)
    case .grant:
      try takePlace(&cursor)
      if try !takeRemoved(&cursor) {
        access = try cursor.choice("access=", ["read", "write"]) == 1 ? .write : .read
        let start = try cursor.key("until=")
        until =
          cursor.looking(at: "never")
            && cursor.fieldEnd(from: cursor.position) == cursor.position + 5
          ? cursor.skip(5) : try cursor.time("until=", from: start)
      }
      try takeHistory(&cursor)
      try takeReason(&cursor)
    case .join:
      try takeKey(&cursor)
      try takeTime(&cursor)
      try takeReason(&cursor)
    case .request:
      try takePlace(&cursor)
      access = try cursor.choice("access=", ["read", "write"]) == 1 ? .write : .read
      let start = try cursor.key("for=")
      seconds = try cursor.number("for=", from: start)
      try takeID(&cursor)
      try takeTime(&cursor)
      try takeReason(&cursor)
    case .ext:
      try cursor.takeExtension()
      return
    }
    self.line = try cursor.takeSignature(of: line)
  }

  private mutating func takeRemoved(_ cursor: inout LineCursor) throws(Misfit) -> Bool {
    guard cursor.upcoming("removed"),
      cursor.fieldEnd(from: cursor.position + 1) == cursor.position + 8
    else { return false }
    cursor.position += 8
    isRemoved = true
    return true
  }

  private mutating func takeKey(_ cursor: inout LineCursor) throws(Misfit) {
    let start = try cursor.key("key=")
    let text = try cursor.take("key=", from: start) { $0.count == 68 }
    key = PublicKey(openSSH: RawSpan(_unsafeBytes: UnsafeRawBufferPointer(cursor.content(text))))
    if key == nil { throw cursor.misfit(at: start, "key=") }
  }

  private mutating func takeRevision(_ cursor: inout LineCursor) throws(Misfit) {
    let start = try cursor.key("rev=")
    rev = try cursor.number("rev=", from: start)
  }

  private mutating func takeID(_ cursor: inout LineCursor) throws(Misfit) {
    let start = try cursor.key("id=")
    id = try cursor.id(from: start)
  }

  private mutating func takeTime(_ cursor: inout LineCursor) throws(Misfit) {
    let start = try cursor.key("at=")
    at = try cursor.time("at=", from: start)
  }

  private mutating func takeAuthor(_ cursor: inout LineCursor) throws(Misfit) {
    let start = try cursor.key("by=")
    let author = try cursor.label("by=", from: start)
    by = cursor.string(author)
  }

  /// `rev id after at by`, as they stand in every record that can replace others.
  private mutating func takeHistory(_ cursor: inout LineCursor) throws(Misfit) {
    try takeRevision(&cursor)
    try takeID(&cursor)
    let ids = try cursor.takeIDs()
    after = RecordID.list(cursor.content(ids))
    try takeTime(&cursor)
    try takeAuthor(&cursor)
  }

  private mutating func takePlace(_ cursor: inout LineCursor) throws(Misfit) {
    let start = try cursor.key("env=")
    let place = try cursor.label("env=", from: start, environment: true)
    environment = cursor.string(place)
    role = try cursor.takeRole()
  }

  private mutating func takeReason(_ cursor: inout LineCursor) throws(Misfit) {
    guard cursor.upcoming("reason=") else { return }
    let start = try cursor.key("reason=")
    let text = try cursor.take("reason=", from: start) { Text.decodeText($0) != nil }
    reason = Text.decodeText(cursor.content(text))
  }
}

extension TeamFile {
  /// The project that a team.keys names in its header, without reading the rest.
  ///
  /// - Throws: `ParseError` for the first line.
  public static func project(_ bytes: [UInt8]) throws(ParseError) -> ProjectID {
    let end = bytes.firstIndex(of: 10) ?? bytes.count
    return try TeamFile(Array(bytes[..<end]) + [10]).project
  }

  /// The environments that `env` records of an environment ever named as its base.
  ///
  /// Whether such a record counts is not asked here: this tells what may have to be read.
  public func bases(of environment: String) -> [String] {
    records.compactMap { $0.kind == .env && $0.name == environment ? $0.extends : nil }
  }
}
