// format.md §4: the fields that several kinds of record share.

internal import Glibc

extension RecordID {
  /// The ids of an `after` field that was read.
  static func list(_ text: UnsafeBufferPointer<UInt8>) -> [RecordID] {
    guard text.count > 1 else { return [] }
    return stride(from: 0, to: text.count, by: 9).map {
      Text.id(UnsafeBufferPointer(rebasing: text[$0..<($0 + 8)]))
    }
  }
}

extension LineCursor {
  func string(_ field: Field) -> String { String(decoding: content(field), as: UTF8.self) }

  /// Whether two fields of one size hold the same bytes.
  func holdsSame(_ one: Field, _ other: Field) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    return memcmp(base + Int(one.start), base + Int(other.start), Int(one.count)) == 0
  }

  /// Steps over a word that was looked at; gives back what `until=never` stands for.
  mutating func skip(_ count: Int) -> Int64 {
    position += count
    return Timestamp.never
  }

  /// Takes `key=` and one of a few words; gives the word's index.
  mutating func choice(_ name: StaticString, _ words: [StaticString]) throws(Misfit) -> Int {
    let start = try key(name)
    let fieldEnd = fieldEnd(from: position)
    for (index, word) in words.enumerated()
    where looking(at: word) && fieldEnd == position + word.utf8CodeUnitCount {
      position = fieldEnd
      return index
    }
    throw misfit(at: start, name)
  }

  mutating func labelOrDash(_ what: StaticString, from field: Int, environment: Bool = false)
    throws(Misfit) -> String?
  {
    if looking(at: "-"), fieldEnd(from: position) == position + 1 {
      position += 1
      return nil
    }
    let label = try label(what, from: field, environment: environment)
    return string(label)
  }

  mutating func takeRole() throws(Misfit) -> String {
    let start = try key("role=")
    let role = try label("role=", from: start)
    return string(role)
  }

  /// `after=` and ids: `-`, or up to 16 different ones.
  mutating func takeIDs() throws(Misfit) -> Field {
    let start = try key("after=")
    let known = isKnown
    // `RecordID.list` relies on the size, also for bytes that nobody read strictly.
    return try take("after=", from: start) {
      known ? $0.count == 1 || $0.count % 9 == 8 : Self.isIDs($0)
    }
  }

  private static func isIDs(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if bytes.count == 1 { return bytes[0] == UInt8(ascii: "-") }
    guard bytes.count % 9 == 8, bytes.count <= 16 * 9 - 1 else { return false }
    for (index, byte) in bytes.enumerated() {
      let fits = index % 9 == 8 ? byte == UInt8(ascii: ",") : Character64.isURLSafe(byte)
      guard fits else { return false }
    }
    if bytes.count == 8 { return true }
    let ids = RecordID.list(bytes)
    return Set(ids).count == ids.count
  }

  /// `after=` and epochs: `-`, or up to 16 different ones, sorted by their text.
  mutating func takeEpochs() throws(Misfit) -> [Epoch] {
    let start = try key("after=")
    let fieldEnd = fieldEnd(from: position)
    if looking(at: "-"), fieldEnd == position + 1 {
      position += 1
      return []
    }
    let count = fieldEnd - position
    guard count % 23 == 22, count <= 16 * 23 - 1 else { throw misfit(at: start, "after=") }
    var epochs: [Epoch] = []
    for piece in stride(from: position, to: fieldEnd, by: 23) {
      let text = UnsafeBufferPointer(rebasing: bytes[piece..<(piece + 22)])
      let isSeparated = piece + 22 == fieldEnd || bytes[piece + 22] == UInt8(ascii: ",")
      guard isSeparated, Text.isBase64(text) else { throw misfit(at: start, "after=") }
      let epoch = Epoch(text)
      if let last = epochs.last, last >= epoch { throw misfit(at: start, "after=") }
      epochs.append(epoch)
    }
    position = fieldEnd
    return epochs
  }

  /// `without=` and entries: `-`, or different `MEMBER:ID`, sorted by their text.
  mutating func takeWithout() throws(Misfit) -> [EndedGrant] {
    let start = try key("without=")
    let fieldEnd = fieldEnd(from: position)
    if looking(at: "-"), fieldEnd == position + 1 {
      position += 1
      return []
    }
    var entries: [EndedGrant] = []
    let list = UnsafeBufferPointer(rebasing: bytes[position..<fieldEnd])
    for entry in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard entry.count >= 10, entry[entry.endIndex - 9] == UInt8(ascii: ":") else {
        throw misfit(at: start, "without=")
      }
      let member = UnsafeBufferPointer(rebasing: entry.dropLast(9))
      let id = UnsafeBufferPointer(rebasing: entry.suffix(8))
      let isUnknown = member.count == 1 && member[0] == UInt8(ascii: "*")
      guard isUnknown || Text.isLabel(member), Text.isID(id) else {
        throw misfit(at: start, "without=")
      }
      let ended = EndedGrant(
        member: String(decoding: member, as: UTF8.self), id: Text.id(id))
      if let last = entries.last, last >= ended { throw misfit(at: start, "without=") }
      entries.append(ended)
    }
    position = fieldEnd
    return entries
  }

  mutating func takeEpoch(_ name: StaticString) throws(Misfit) -> Epoch {
    let start = try key(name)
    return try epoch(name, from: start)
  }

  mutating func takeBox() throws(Misfit) -> (box: Field, boundEnd: Int32) {
    let boundEnd = Int32(position)
    let start = try key("box=")
    return (try base64("box=", from: start), boundEnd)
  }

  /// ` sig=` and the line's end.
  mutating func takeSignature(of line: RecordLine) throws(Misfit) -> RecordLine {
    var line = line
    line.signedEnd = Int32(position)
    let start = try key("sig=")
    line.sig = try base64("sig=", from: start, count: 64)
    try finish()
    return line
  }

  /// What follows `ext WORD`: fields of printable ASCII.
  mutating func takeExtension() throws(Misfit) {
    while position < end {
      try next("ext")
      let fieldEnd = fieldEnd(from: position)
      guard fieldEnd > position else { throw misfit(at: position, "ext") }
      for index in position..<fieldEnd where bytes[index] < 0x21 || bytes[index] > 0x7e {
        throw misfit(at: position, "ext")
      }
      position = fieldEnd
    }
  }
}
