// format.md §2, Text: a file as a header and lines. Both files are read by this one loop.

internal import Glibc

/// What the first line says a file is.
enum Header: Equatable {
  case team(project: ProjectID)
  case sealed(project: ProjectID, environment: String)
}

/// The limits of §2.
enum Limit {
  static let line = 2 << 20
  static let team = 4 << 20
  static let sealed = 64 << 20
  static let lines = 100_000
}

enum RecordText {
  /// Reads a file line by line.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: its name, for errors.
  ///   - isTeam: whether it is team.keys.
  ///   - isKnown: whether these very bytes were read strictly before.
  ///   - record: takes one line that is not empty.
  /// - Throws: `ParseError` for the first line that is not the grammar.
  /// - Returns: the header.
  static func read(
    _ bytes: [UInt8], file: String, isTeam: Bool, isKnown: Bool,
    record: (inout LineCursor, RecordLine) throws(Misfit) -> Void
  ) throws(ParseError) -> Header {
    if bytes.count > (isTeam ? Limit.team : Limit.sealed) {
      throw ParseError(file: file, line: nil, column: nil, reason: .tooLarge)
    }
    var failure: ParseError?
    var header: Header?
    bytes.withUnsafeBufferPointer { buffer in
      failure = readLines(
        buffer, file: file, isTeam: isTeam, isKnown: isKnown, header: &header, record: record)
    }
    if let failure { throw failure }
    guard let header else {
      throw ParseError(file: file, line: 1, column: 1, reason: .header)
    }
    return header
  }

  private static func readLines(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String, isTeam: Bool, isKnown: Bool,
    header: inout Header?, record: (inout LineCursor, RecordLine) throws(Misfit) -> Void
  ) -> ParseError? {
    var start = 0
    var number: Int32 = 0
    var filled = 0
    while start < bytes.count {
      number += 1
      let end = lineEnd(bytes, from: start)
      if end == start, number > 1 {
        start = end + 1
        continue
      }
      filled += 1
      var cursor = LineCursor(bytes, start, end, isKnown: isKnown)
      var misfit: Misfit?
      if filled > Limit.lines, !isTeam {
        return ParseError(file: file, line: nil, column: nil, reason: .tooManyLines)
      }
      if end - start > Limit.line {
        misfit = Misfit(column: Limit.line + 1, reason: .longLine)
      } else {
        do throws(Misfit) {
          if number == 1 {
            header = try readHeader(&cursor, isTeam: isTeam)
          } else if cursor.looking(at: "secrets/") {
            let again = try readHeader(&cursor, isTeam: isTeam)
            if again != header { throw Misfit(column: 1, reason: .otherHeader) }
          } else {
            try record(
              &cursor,
              RecordLine(
                number: number, start: Int32(start), end: Int32(end), signedEnd: Int32(end)))
          }
          if end == bytes.count { throw Misfit(column: end - start + 1, reason: .noLineFeed) }
        } catch {
          misfit = error
        }
      }
      if let misfit {
        let mended = moreTelling(misfit, bytes, start, end)
        return ParseError(
          file: file, line: Int(number), column: mended.column, reason: mended.reason)
      }
      start = end + 1
    }
    return nil
  }

  private static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = bytes.baseAddress,
      let found = memchr(base + start, 10, bytes.count - start)
    else { return bytes.count }
    return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
  }

  private static func readHeader(_ cursor: inout LineCursor, isTeam: Bool) throws(Misfit) -> Header
  {
    guard cursor.looking(at: "secrets/1 ") else {
      let isOther = cursor.looking(at: "secrets/")
      throw Misfit(column: 1, reason: isOther ? .newerVersion : .header)
    }
    cursor.position += 9
    let word: StaticString = isTeam ? "team" : "sealed"
    cursor.position += 1
    let field = cursor.position
    guard cursor.looking(at: word),
      cursor.fieldEnd(from: field) == field + word.utf8CodeUnitCount
    else { throw cursor.misfit(at: field, word) }
    cursor.position += word.utf8CodeUnitCount
    let projectStart = try cursor.key("project=")
    let text = try cursor.base64("project=", from: projectStart, count: 16)
    guard let project = ProjectID(text: String(decoding: cursor.content(text), as: UTF8.self))
    else {
      throw cursor.misfit(at: projectStart, "project=")
    }
    if isTeam {
      try cursor.finish()
      return .team(project: project)
    }
    let start = try cursor.key("env=")
    let environment = try cursor.label("env=", from: start, environment: true)
    try cursor.finish()
    return .sealed(
      project: project, environment: String(decoding: cursor.content(environment), as: UTF8.self))
  }

  /// A byte that stands in no line, or git's conflict marker, says more than the field it is in.
  private static func moreTelling(
    _ misfit: Misfit, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
  ) -> Misfit {
    if misfit.reason == .noLineFeed || misfit.reason == .longLine { return misfit }
    let line = bytes[start..<end]
    for marker in ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
    where line.starts(with: marker.utf8) && (line.count == 7 || line[start + 7] == 0x20) {
      return Misfit(column: 1, reason: .conflictMarker)
    }
    var fieldEnd = start + misfit.column - 1
    while fieldEnd < end, bytes[fieldEnd] != 0x20 { fieldEnd += 1 }
    if line.last == 0x0d { return Misfit(column: line.count, reason: .carriageReturn) }
    for index in start..<end {
      let byte = bytes[index]
      let isForbidden = byte < 0x20 || byte > 0x7e || byte == 0x20 && index == end - 1
      if isForbidden, index <= fieldEnd {
        return Misfit(column: index - start + 1, reason: .forbiddenByte)
      }
    }
    return misfit
  }
}
