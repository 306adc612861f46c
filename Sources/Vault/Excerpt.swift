// Of a version of a file what judging a commit needs: the roles, what came, and what is of the same
// name as what came or went. What else stands there decides nothing about these lines.

internal import Sealing

/// Some lines of a version, as a file of their own.
struct Excerpt {
  private struct Line {
    let place: Range<Int>
    let isAdded: Bool
  }

  /// The file's name.
  let name: String
  private let file: HistoryFile
  private let header: [UInt8]
  private var lines: [Line] = []

  /// Takes lines out of a version.
  ///
  /// - Parameters:
  ///   - file: the version.
  ///   - name: the file's name.
  ///   - header: the header that it must have.
  ///   - added: the lines that came.
  ///   - gone: the lines that went; nil takes every line.
  init(
    _ file: HistoryFile, _ name: String, header: String, added: [Range<Int>],
    gone: [LineChanges.Gone]? = nil
  ) {
    self.file = file
    self.name = name
    self.header = Array(header.utf8)
    let news = Set(added.map(\.lowerBound))
    var names: [ArraySlice<UInt8>]?
    if let gone {
      let changed =
        added.compactMap { Self.secretName(file.text($0)) }
        + gone.compactMap { Self.secretName($0.file.text($0.line)) }
      if changed.count <= 16 { names = changed }
    }
    for place in file.lines where place.lowerBound > 0 {
      let isAdded = news.contains(place.lowerBound)
      let text = file.text(place)
      if let names, !isAdded, !text.starts(with: "role ".utf8) {
        guard let name = Self.secretName(text), names.contains(name) else { continue }
      }
      lines.append(Line(place: place, isAdded: isAdded))
    }
  }

  private static func secretName(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard text.starts(with: "secret ".utf8) || text.starts(with: "proposal ".utf8) else {
      return nil
    }
    return text.drop { $0 != 0x20 }.dropFirst().prefix { $0 != 0x20 }
  }

  /// The header and the lines, as a file: the first line is line 2.
  var bytes: [UInt8] {
    var bytes = header + [10]
    for line in lines {
      bytes += file.text(line.place)
      bytes.append(10)
    }
    return bytes
  }

  /// team.keys without a line.
  var empty: TeamFile {
    do {
      return try TeamFile(header + [10])
    } catch {
      preconditionFailure("a header is a file")
    }
  }

  /// A line that went, as a file of its own.
  func alone(_ gone: LineChanges.Gone) -> [UInt8] {
    header + [10] + gone.file.text(gone.line) + [10]
  }

  func isAdded(_ number: Int) -> Bool { lines[number - 2].isAdded }

  func mark(_ number: Int) -> LineMark { LineMark(file.text(lines[number - 2].place)) }

  /// The fault with the line's number in the version itself.
  func told(_ fault: LineFault, at number: Int) -> Finding {
    Finding(
      kind: fault.kind, isError: fault.isError, thing: fault.thing, file: name,
      line: file.number(of: lines[number - 2].place), reason: fault.reason)
  }

  /// What speaks against the lines that came.
  func faults(in environment: Environment) -> [Int: LineFault] {
    var faults = environment.faults().filter { isAdded($0.key) }
    // What is forged as a whole, by a line that came or by one that it makes so.
    let forged = environment.forgedThings
    if forged.isEmpty { return faults }
    let lines = environment.file.linesByThing()
    for (thing, reason) in forged {
      let own = (lines[thing] ?? []).filter { isAdded($0) }
      guard !own.contains(where: { faults[$0] != nil }) else { continue }
      for line in own {
        faults[line] = LineFault(kind: .forged, isError: true, thing: thing, reason: reason)
      }
    }
    return faults
  }

  /// Looks up which lines of the version hand something over, which no signature covers: these tools
  /// never replace the box of one.
  var boxes: Boxes {
    let news = Set(lines.filter(\.isAdded).map(\.place.lowerBound))
    var boxes = Boxes()
    for place in file.lines {
      boxes.add(file.text(place), isAdded: news.contains(place.lowerBound))
    }
    return boxes
  }

  func text(_ number: Int) -> ArraySlice<UInt8> { file.text(lines[number - 2].place) }

  /// Leaves lines out.
  ///
  /// - Returns: what tells them from others.
  mutating func leaveOut(_ numbers: Set<Int>) -> [LineMark] {
    let marks = numbers.map(mark)
    let kept = lines.indices.filter { !numbers.contains($0 + 2) }
    lines = kept.map { lines[$0] }
    return marks
  }

  /// Leaves out the lines that are no grammar, and those that were refused before.
  ///
  /// - Parameters:
  ///   - changes: what came.
  ///   - refused: lines that were refused before; takes those that are now.
  ///   - read: reads a file strictly.
  /// - Returns: what is told of them.
  mutating func leaveOutUnreadable(
    _ changes: LineChanges, _ refused: inout Set<LineMark>,
    by read: ([UInt8]) throws(ParseError) -> Void
  ) -> [History.Fault] {
    if !refused.isEmpty {
      let known = lines.indices.filter { index in
        !lines[index].isAdded && refused.contains(mark(index + 2))
      }
      _ = leaveOut(Set(known.map { $0 + 2 }))
    }
    var faults = wholeFile(changes, by: read)
    let added = lines.indices.filter { lines[$0].isAdded }
    let together = header + [10] + added.flatMap { file.text(lines[$0].place) + [10] }
    if problem(together, read) == nil { return faults }
    var bad: Set<Int> = []
    for index in added {
      let place = lines[index].place
      guard let error = problem(header + [10] + file.text(place) + [10], read) else { continue }
      bad.insert(index + 2)
      faults.append(
        .unreadable(
          ParseError(
            file: name, line: file.number(of: place), column: error.column, reason: error.reason)))
    }
    refused.formUnion(leaveOut(bad))
    return faults
  }

  private func problem(
    _ bytes: [UInt8], _ read: ([UInt8]) throws(ParseError) -> Void
  ) -> ParseError? {
    do throws(ParseError) {
      try read(bytes)
      return nil
    } catch {
      return error
    }
  }

  /// What is wrong with the version as a whole, where no parent had it so.
  private func wholeFile(
    _ changes: LineChanges, by read: ([UInt8]) throws(ParseError) -> Void
  ) -> [History.Fault] {
    func isNew(_ isWrong: (HistoryFile) -> Bool) -> Bool {
      isWrong(file) && !changes.old.contains { $0.map(isWrong) ?? false }
    }
    func fault(_ reason: ParseError.Reason, _ line: Int? = nil) -> History.Fault {
      .unreadable(ParseError(file: name, line: line, column: line.map { _ in 1 }, reason: reason))
    }
    if isNew(\.isTooLarge) { return [fault(.tooLarge)] }
    var faults: [History.Fault] = []
    if name != TeamFile.name, isNew({ $0.lines.count > Limit.lines }) {
      faults.append(fault(.tooManyLines))
    }
    if !file.isTooLarge, isNew({ !$0.begins(with: header) }) {
      let first = file.lines.first.map { Array(file.text($0)) } ?? []
      if let error = problem(first + [10], read) {
        faults.append(fault(error.reason, 1))
      } else {
        faults.append(
          .finding(
            Finding(
              kind: .forged, isError: true, thing: .root, file: name, line: 1,
              reason: .otherProject)))
      }
    }
    if let last = file.lines.last, isNew({ !$0.endsInLineFeed }) {
      faults.append(fault(.noLineFeed, file.number(of: last)))
    }
    return faults
  }
}

extension SealedFile {
  /// The numbers of the lines of each role and secret.
  fileprivate func linesByThing() -> [Thing: [Int]] {
    var lines: [Thing: [Int]] = [:]
    for record in roles { lines[.role(record.role), default: []].append(Int(record.line.number)) }
    for record in secrets {
      lines[thing(of: record), default: []].append(Int(record.line.number))
    }
    return lines
  }
}
