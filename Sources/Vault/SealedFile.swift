// format.md §4, Records: the grammar of a sealed file. Read on every `run`, so a value's line
// leaves its name and labels where they are.

internal import Sealing

/// `ENV.sealed`, read and not yet judged.
///
/// A class, since it never changes and is handed around on every `run`: a copy is one reference.
public final class SealedFile: Sendable {
  /// The file's name, as it stands in findings.
  public let name: String
  /// The file's bytes.
  public let bytes: [UInt8]
  /// The project that the header names.
  public let project: ProjectID
  /// The environment that the header names.
  public let environment: String
  let roles: [RoleRecord]
  let tos: [ToRecord]
  let pasts: [PastRecord]
  let secrets: [SecretRecord]
  let extensions: [RecordLine]
  /// The roles and members that `secrets` name.
  let labels: [String]
  /// The epochs that `secrets` name.
  let epochs: [Epoch]

  /// The file's name for an environment.
  public static func name(of environment: String) -> String { environment + ".sealed" }

  /// The environment whose file has a name.
  ///
  /// - Parameter name: as `name(of:)` gives it.
  /// - Returns: the environment's name.
  public static func environment(of name: some StringProtocol) -> String {
    String(name.dropLast(".sealed".count))
  }

  /// Reads the file strictly.
  ///
  /// - Parameters:
  ///   - bytes: the whole file, at most 64 MiB and 100,000 lines that are not empty.
  ///   - name: the file's name, such as `production.sealed`.
  ///   - isKnown: whether these very bytes were read strictly before.
  /// - Throws: `ParseError` for the first line that is not the grammar.
  public init(_ bytes: [UInt8], name: String, isKnown: Bool = false) throws(ParseError) {
    self.bytes = bytes
    self.name = name
    var lines = SealedLines()
    // Growing by doubling would touch twice the memory; what is too much is never touched.
    lines.secrets.reserveCapacity(bytes.count / 256)
    let header = try RecordText.read(bytes, file: name, isTeam: false, isKnown: isKnown) {
      (cursor, line) throws(Misfit) in
      try lines.take(&cursor, line)
    }
    guard case .sealed(let project, let environment) = header else {
      throw ParseError(file: name, line: 1, column: 1, reason: .header)
    }
    self.project = project
    self.environment = environment
    roles = lines.roles
    tos = lines.tos
    pasts = lines.pasts
    secrets = lines.secrets
    extensions = lines.extensions
    labels = lines.labels.list
    epochs = lines.epochs.list
  }

  /// The text of a record's line.
  func text(_ line: RecordLine) -> ArraySlice<UInt8> { bytes[Int(line.start)..<Int(line.end)] }

  /// A field's text.
  func string(_ field: Field) -> String { String(decoding: bytes[field.range], as: UTF8.self) }

  /// The ids that a secret's record names.
  func after(_ record: SecretRecord) -> [RecordID] {
    record.replacesNothing
      ? []
      : bytes.withUnsafeBufferPointer {
        RecordID.list(UnsafeBufferPointer(rebasing: $0[record.after.range]))
      }
  }

  /// What the AD of a value is bound to: the text up to ` box=`.
  func bound(_ record: SecretRecord) -> ArraySlice<UInt8> {
    bytes[Int(record.line.start)..<Int(record.boundEnd)]
  }
}

/// Values that come again and again, each kept once; mostly the one before.
private struct Interned<Value: Hashable> {
  private(set) var list: [Value] = []
  private var index: [Value: Int32] = [:]
  private var last: Int32 = -1

  mutating func intern(_ value: Value) -> Int32 {
    if last >= 0, list[Int(last)] == value { return last }
    if let known = index[value] {
      last = known
    } else {
      last = Int32(list.count)
      index[value] = last
      list.append(value)
    }
    return last
  }
}

/// Labels that come again and again; the bytes are compared with the last ones first.
private struct InternedLabels {
  private var labels = Interned<String>()
  private var recent: [(field: Field, index: Int32)] = []

  var list: [String] { labels.list }

  mutating func intern(_ field: Field, _ cursor: LineCursor) -> Int32 {
    for known in recent where known.field.count == field.count {
      if cursor.holdsSame(known.field, field) { return known.index }
    }
    let index = labels.intern(cursor.string(field))
    if recent.count < 4 {
      recent.append((field, index))
    } else {
      recent[Int(index) & 3] = (field, index)
    }
    return index
  }
}

private struct SealedLines {
  var roles: [RoleRecord] = []
  var tos: [ToRecord] = []
  var pasts: [PastRecord] = []
  var secrets: [SecretRecord] = []
  var extensions: [RecordLine] = []
  var labels = InternedLabels()
  var epochs = Interned<Epoch>()

  mutating func take(_ cursor: inout LineCursor, _ line: RecordLine) throws(Misfit) {
    if cursor.looking(at: "secret ") {
      cursor.position += 7
      try takeSecret(&cursor, line)
    } else if cursor.looking(at: "to ") {
      cursor.position += 3
      let member = try cursor.label("member", from: cursor.position)
      let role = try cursor.takeRole()
      let epoch = try cursor.takeEpoch("epoch=")
      let (box, _) = try cursor.takeBox()
      try cursor.finish()
      tos.append(
        ToRecord(line: line, member: cursor.string(member), role: role, epoch: epoch, box: box))
    } else if cursor.looking(at: "role ") {
      cursor.position += 5
      try takeRoleRecord(&cursor, line)
    } else if cursor.looking(at: "past ") {
      cursor.position += 5
      let role = try cursor.label("role", from: cursor.position)
      let epoch = try cursor.takeEpoch("epoch=")
      let under = try cursor.takeEpoch("under=")
      let (box, boundEnd) = try cursor.takeBox()
      try cursor.finish()
      pasts.append(
        PastRecord(
          line: line, role: cursor.string(role), epoch: epoch, under: under, box: box,
          boundEnd: boundEnd))
    } else if cursor.looking(at: "proposal ") {
      cursor.position += 9
      try takeProposal(&cursor, line)
    } else if cursor.looking(at: "ext ") {
      cursor.position += 4
      _ = try cursor.label("word", from: cursor.position)
      try cursor.takeExtension()
      extensions.append(line)
    } else {
      throw Misfit(column: 1, reason: .unknownRecord)
    }
  }

  private mutating func takeRoleRecord(_ cursor: inout LineCursor, _ line: RecordLine)
    throws(Misfit)
  {
    let role = try cursor.label("role", from: cursor.position)
    let epoch = try cursor.takeEpoch("epoch=")
    let start = try cursor.key("public=")
    let text = try cursor.take("public=", from: start) { $0.count == 43 && Text.isBase64($0) }
    let publicBytes = Base64.decode(cursor.string(text)).flatMap { Bytes32($0) }
    guard let publicBytes else { throw cursor.misfit(at: start, "public=") }
    let without = try cursor.takeWithout()
    let after = try cursor.takeEpochs()
    let at = try cursor.time("at=", from: cursor.key("at="))
    let by = try cursor.label("by=", from: cursor.key("by="))
    roles.append(
      RoleRecord(
        line: try cursor.takeSignature(of: line), role: cursor.string(role), epoch: epoch,
        publicKey: BoxKey(bytes: publicBytes), without: without, after: after, at: at,
        by: cursor.string(by)))
  }

  private mutating func takeSecret(_ cursor: inout LineCursor, _ line: RecordLine) throws(Misfit) {
    let name = try cursor.name(from: cursor.position)
    var isRemoved = false
    if cursor.upcoming("removed "),
      cursor.fieldEnd(from: cursor.position + 1) == cursor.position + 8
    {
      isRemoved = true
      cursor.position += 8
    }
    let roleLabel = try cursor.label("role=", from: cursor.key("role="))
    var record = SecretRecord(
      line: line, name: name, role: labels.intern(roleLabel, cursor), by: 0)
    record.isRemoved = isRemoved
    record.rev = try cursor.number("rev=", from: cursor.key("rev="))
    record.id = try cursor.id(from: cursor.key("id="))
    record.after = try cursor.takeIDs()
    record.at = try cursor.time("at=", from: cursor.key("at="))
    record.by = try labels.intern(cursor.label("by=", from: cursor.key("by=")), cursor)
    if !isRemoved, cursor.upcoming("expires=") {
      record.expires = try cursor.time("expires=", from: cursor.key("expires="))
    }
    var first: (epoch: Epoch, start: Int)?
    if !isRemoved, cursor.upcoming("first=") {
      let start = cursor.position + 1
      first = (try cursor.takeEpoch("first="), start)
    }
    let epoch = try cursor.takeEpoch("epoch=")
    if let first, first.epoch == epoch { throw cursor.misfit(at: first.start, "first=") }
    record.epoch = epochs.intern(epoch)
    record.first = first.map { epochs.intern($0.epoch) } ?? record.epoch
    (record.box, record.boundEnd) = try cursor.takeBox()
    if cursor.upcoming("sealed-by=") {
      let sealer = try cursor.label("sealed-by=", from: cursor.key("sealed-by="))
      record.sealedBy = labels.intern(sealer, cursor)
    }
    record.line = try cursor.takeSignature(of: line)
    secrets.append(record)
  }

  private mutating func takeProposal(_ cursor: inout LineCursor, _ line: RecordLine) throws(Misfit)
  {
    let name = try cursor.name(from: cursor.position)
    let roleLabel = try cursor.label("role=", from: cursor.key("role="))
    var record = SecretRecord(
      line: line, name: name, role: labels.intern(roleLabel, cursor), by: 0)
    record.isProposal = true
    record.id = try cursor.id(from: cursor.key("id="))
    record.after = try cursor.takeIDs()
    record.at = try cursor.time("at=", from: cursor.key("at="))
    record.by = try labels.intern(cursor.label("by=", from: cursor.key("by=")), cursor)
    record.epoch = epochs.intern(try cursor.takeEpoch("epoch="))
    record.first = record.epoch
    (record.box, record.boundEnd) = try cursor.takeBox()
    record.line = try cursor.takeSignature(of: line)
    secrets.append(record)
  }
}
