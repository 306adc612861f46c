// How memory is written down: lines of fields, private to this machine. What does not read is
// dropped line by line: a lost memory is no error, only no memory.

internal import Sealing

extension RememberedProject {
  /// The lines of a memory.
  public var text: [UInt8] {
    var lines: [String] = []
    if let project { lines.append("project \(project.text)") }
    for (revision, key) in roots.all {
      lines.append("root \(revision) \(key.openSSH)")
    }
    for (name, value) in names.sorted(by: { $0.key < $1.key }) {
      lines.append("name \(name) \(value.key.openSSH) \(value.kind?.rawValue ?? "-")")
    }
    for (old, new) in replacedEpochs.sorted(by: { $0.key < $1.key }) {
      let end = publishedEpochs.contains(new) ? " published" : ""
      lines.append("replaced \(old.text) \(new.text)\(end)")
    }
    for content in goodContents { lines.append("good \(content)") }
    for record in records {
      let word = record.isPublished ? "published" : "record"
      lines.append("\(word) \(record.signerKey.openSSH) \(record.text)")
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Reads what `text` wrote.
  public init(_ text: [UInt8]) {
    self.init()
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ", maxSplits: 3).map(String.init)
      switch (fields.first, fields.count) {
      case ("project", 2): project = ProjectID(text: fields[1])
      case ("root", 3):
        if let revision = Int32(fields[1]) { roots[revision] = PublicKey(openSSH: fields[2]) }
      case ("name", 4):
        guard let key = PublicKey(openSSH: fields[2]) else { continue }
        names[fields[1]] = Name(key: key, kind: MemberKind(rawValue: fields[3]))
      case ("replaced", 3), ("replaced", 4):
        guard let old = Epoch(fields[1]), let new = Epoch(fields[2]) else { continue }
        replacedEpochs[old] = new
        if fields.count == 4, fields[3] == "published" { publishedEpochs.insert(new) }
      case ("good", 2): goodContents.append(fields[1])
      case ("record", 4), ("published", 4):
        guard let key = PublicKey(openSSH: fields[1]) else { continue }
        records.append(
          RememberedRecord(
            text: "\(fields[2]) \(fields[3])", signerKey: key,
            isPublished: fields[0] == "published"))
      default: continue
      }
    }
  }
}

extension RememberedBranch {
  /// The contents that were last remembered: all that an unchanged project needs.
  public var contentsText: [UInt8] {
    let lines = contents.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
    return Array(lines.joined().utf8)
  }

  /// The live records, for when something has changed.
  ///
  /// Written at each change, a line for each value: put together without a string for each line.
  public var recordsText: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(64 * environments.values.reduce(team.count) { $0 + $1.count })
    func add(_ scope: String, _ things: [LiveRecords]) {
      for live in things {
        text += scope.utf8
        var separator = UInt8(ascii: " ")
        for record in live.records {
          text.append(separator)
          text += record.id.utf8
          text.append(UInt8(ascii: "="))
          text += String(record.rev).utf8
          if let signer = record.signer {
            text.append(UInt8(ascii: "="))
            text += signer.utf8
          }
          separator = UInt8(ascii: ",")
        }
        text.append(UInt8(ascii: " "))
        text += live.thing.utf8
        text.append(UInt8(ascii: "\n"))
      }
    }
    add("-", team)
    for (environment, things) in environments.sorted(by: { $0.key < $1.key }) {
      add(environment, things)
    }
    for (epoch, hash) in roleTexts.sorted(by: { $0.key < $1.key }) {
      text += "= \(hash) \(epoch)\n".utf8
    }
    return text
  }

  /// The same, beside what an older memory has of other environments.
  ///
  /// - Parameters:
  ///   - old: what `contentsText` wrote before.
  ///   - covered: the environments that this memory speaks of.
  /// - Returns: the lines.
  public func contentsText(in old: [UInt8], of covered: Set<String>) -> [UInt8] {
    var own = self
    let spoken = covered.union([Self.teamKey, Self.cloneKey])
    own.contents = contents.filter { spoken.contains($0.key) }
    return own.contentsText + Self.lines(old) { scope, _ in !spoken.contains(scope) }
  }

  /// The same, beside what an older memory has of other environments: a reading of one says nothing
  /// of the others, and must not make the machine forget them.
  ///
  /// - Parameters:
  ///   - old: what `recordsText` wrote before.
  ///   - covered: the environments that this memory speaks of.
  /// - Returns: the lines.
  public func recordsText(in old: [UInt8], of covered: Set<String>) -> [UInt8] {
    var own = self
    own.environments = environments.filter { covered.contains($0.key) }
    return own.recordsText
      + Self.lines(old) { scope, line in
        switch scope {
        case "-": false
        case "=": roleTexts[String(decoding: line.suffix(22), as: UTF8.self)] == nil
        default: !covered.contains(scope)
        }
      }
  }

  /// The lines of a text that are to be kept, judged by their first word.
  private static func lines(
    _ text: [UInt8], where isKept: (String, ArraySlice<UInt8>) -> Bool
  ) -> [UInt8] {
    text.split(separator: UInt8(ascii: "\n")).reduce(into: []) { kept, line in
      let scope = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
      if isKept(scope, line) { kept += line + [UInt8(ascii: "\n")] }
    }
  }

  /// Reads what `contentsText` wrote.
  public init(contents text: [UInt8]) {
    self.init()
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ").map(String.init)
      if fields.count == 2 { contents[fields[0]] = fields[1] }
    }
  }

  /// Adds what `recordsText` wrote.
  public mutating func add(records text: [UInt8]) {
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ", maxSplits: 2).map(String.init)
      guard fields.count == 3 else { continue }
      if fields[0] == "=" {
        roleTexts[fields[2]] = fields[1]
        continue
      }
      let records = fields[1].split(separator: ",").compactMap { pair -> LiveRecords.Record? in
        // An id may hold any character of base64url, but no `=`.
        let parts = pair.split(separator: "=")
        guard parts.count == 2 || parts.count == 3, let rev = Int32(parts[1]) else { return nil }
        return LiveRecords.Record(
          id: String(parts[0]), rev: rev, signer: parts.count == 3 ? String(parts[2]) : nil)
      }
      let live = LiveRecords(thing: fields[2], records: records)
      if fields[0] == "-" {
        team.append(live)
      } else {
        environments[fields[0], default: []].append(live)
      }
    }
  }
}
