// format.md §5.5 to §5.9 over time: what a commit did to one environment's file.

extension History {
  /// Judges a sealed file.
  mutating func judge(
    _ changes: LineChanges, _ team: Team, _ before: Before, _ isBefore: (Int) -> Bool,
    _ faults: inout [Fault]
  ) {
    let name = SealedFile.environment(of: changes.name)
    guard let file = changes.new else {
      if team.isStopped { return }
      guard team.environments[name] == .removed else {
        faults.append(.finding(.gone(.environment(name), changes.name)))
        return
      }
      for case let old? in changes.old {
        for line in old.lines {
          replaced[LineMark(old.text(line)), default: []].append(before.index)
        }
      }
      return
    }
    let gone = missed(changes)
    let header = "secrets/1 sealed project=\(project.text) env=\(name)"
    var excerpt = Excerpt(
      file, changes.name, header: header, added: changes.added, gone: gone)
    faults += excerpt.leaveOutUnreadable(changes, &refused) { bytes throws(ParseError) in
      _ = try SealedFile(bytes, name: changes.name)
    }
    guard var environment = environment(excerpt, name, team) else { return }
    if environment.isStopped {
      // What went does not go unseen behind what stops everything else.
      let earlier = before.parents.compactMap { judgedTeam(of: $0) }
        .compactMap { self.environment(excerpt, name, $0) }.first { !$0.isStopped }
      if let earlier { judgeGone(gone, earlier, excerpt, [], before, isBefore, &faults) }
    }
    var told: Set<Thing> = []
    while !environment.isStopped {
      let known = excerpt.faults(in: environment)
      let forged = known.filter { $0.value.kind == .forged }
      for (line, fault) in known.sorted(by: { $0.key < $1.key })
      where forged.isEmpty ? !lost.contains(excerpt.mark(line)) : fault.kind == .forged {
        faults.append(.finding(excerpt.told(fault, at: line)))
        told.insert(fault.thing)
        if forged.isEmpty { unrightful.insert(excerpt.mark(line)) }
      }
      if forged.isEmpty { break }
      refused.formUnion(excerpt.leaveOut(Set(forged.keys)))
      guard let next = self.environment(excerpt, name, team) else { return }
      environment = next
    }
    if environment.isStopped {
      guard !changes.added.isEmpty else { return }
      let finding =
        environment.findings.first
        ?? Finding(
          kind: .noRight, isError: true, thing: .environment(name), file: changes.name, line: nil,
          reason: .restsOn(.root))
      faults.append(.finding(finding.withoutLine))
      unrightful.formUnion(changes.added.map { LineMark(file.text($0)) })
      return
    }
    judgeGone(gone, environment, excerpt, told, before, isBefore, &faults)
    judgeCopies(environment, excerpt, before, &faults)
    takeBack(changes)
  }

  /// Tells lines that came beside others which say the same but for the box: in a later commit the
  /// older one may go, and nobody would see that another took its place.
  private func judgeCopies(
    _ environment: Environment, _ excerpt: Excerpt, _ before: Before, _ faults: inout [Fault]
  ) {
    guard !before.isFirst else { return }
    let file = environment.file
    func tell(_ line: RecordLine, _ thing: Thing, _ kind: FindingClass, _ reason: FindingReason) {
      let fault = LineFault(kind: kind, isError: false, thing: thing, reason: reason)
      faults.append(.finding(excerpt.told(fault, at: Int(line.number))))
    }
    func isAdded(_ line: RecordLine) -> Bool { excerpt.isAdded(Int(line.number)) }
    let added = file.secrets.filter { !$0.isProposal && isAdded($0.line) }
    let ids = Set(added.map(\.id))
    func mark(_ record: SecretRecord) -> String {
      "\(record.id.text) \(record.epoch) \(file.thing(of: record))"
    }
    let known = Set(
      file.secrets.filter { !$0.isProposal && ids.contains($0.id) && !isAdded($0.line) }.map(mark))
    for record in added where !known.isEmpty && known.contains(mark(record)) {
      tell(record.line, file.thing(of: record), .conflict, .copyBeside)
    }
    let handed = file.tos.map { ($0.line, Thing.to(member: $0.member, role: $0.role)) }
    let older = file.pasts.map { ($0.line, Thing.past($0.role)) }
    let new = (handed + older).filter { isAdded($0.0) }
    if new.isEmpty { return }
    let boxes = excerpt.boxes
    for (line, thing) in new where boxes.hasOther(excerpt.text(Int(line.number))) {
      tell(line, thing, .damaged, .otherBox)
    }
  }

  /// The lines of a parent's file, and those of values without the right by its own team.
  private struct Standing {
    let lines: Set<LineMark>
    let withoutRight: Set<LineMark>

    func hasNoRight(_ mark: LineMark) -> Bool {
      !lines.contains(mark) || withoutRight.contains(mark)
    }
  }

  private func standings(_ name: String, _ before: Before) -> [Standing] {
    before.parents.compactMap { parent in
      guard let file = parent[name] else { return nil }
      let lines = Set(file.lines.map { LineMark(file.text($0)) })
      guard let sealed = try? SealedFile(file.bytes, name: name),
        let team = judgedTeam(of: parent)
      else { return Standing(lines: lines, withoutRight: []) }
      let environment = Environment(
        sealed, name: SealedFile.environment(of: name), team: team)
      let withoutRight = sealed.secrets.indices.filter {
        environment.values.isWellSigned($0) && !environment.values.counts($0)
      }
      return Standing(
        lines: lines,
        withoutRight: Set(withoutRight.map { LineMark(sealed.text(sealed.secrets[$0].line)) }))
    }
  }

  private func judgedTeam(of parent: [String: HistoryFile]) -> Team? {
    guard let file = parent[TeamFile.name] else { return nil }
    return teams[file.contents]
      ?? (try? TeamFile(file.bytes)).map { Team($0, now: now, book: book) }
  }

  private func environment(_ excerpt: Excerpt, _ name: String, _ team: Team) -> Environment? {
    guard let file = try? SealedFile(excerpt.bytes, name: excerpt.name) else { return nil }
    return Environment(file, name: name, team: team)
  }

  private mutating func judgeGone(
    _ gone: [LineChanges.Gone], _ environment: Environment, _ excerpt: Excerpt,
    _ told: Set<Thing>, _ before: Before, _ isBefore: (Int) -> Bool, _ faults: inout [Fault]
  ) {
    let marks = environment.marks
    var touched = told
    // Of the parents, once for all lines that went.
    lazy var standings = self.standings(excerpt.name, before)
    lazy var boxes = excerpt.boxes
    for line in gone {
      guard let old = try? SealedFile(excerpt.alone(line), name: excerpt.name) else { continue }
      let text = line.file.text(line.line)
      let thing: Thing
      if let record = old.secrets.first {
        if record.isProposal { continue }
        thing = old.thing(of: record)
        // What came in its place says it all.
        if told.contains(thing) {
          lost.insert(line.mark)
          continue
        }
        if let copy = environment.otherCopy(of: record, in: old), excerpt.isAdded(copy) {
          let fault = LineFault(kind: .forged, isError: true, thing: thing, reason: .copiesDiffer)
          faults.append(.finding(excerpt.told(fault, at: copy)))
          touched.insert(thing)
          continue
        }
        if environment.accounts(for: record, of: old, marks) {
          replaced[line.mark, default: []].append(before.index)
          continue
        }
        // A value has lost its right whose signer was removed on one side of a merge: nothing is
        // lost with it.
        if standings.allSatisfy({ $0.hasNoRight(line.mark) }) { continue }
      } else if let record = old.roles.first {
        thing = .role(record.role)
      } else if let record = old.pasts.first {
        thing = .past(record.role)
        // The key of an epoch that nobody has made: whoever put it there, it led to nothing.
        if environment.roles[record.role]?.records[record.epoch] == nil { continue }
      } else if let record = old.tos.first {
        thing = .to(member: record.member, role: record.role)
      } else {
        continue
      }
      if old.secrets.isEmpty, old.roles.isEmpty, boxes.has(text) {
        if boxes.hasNew(text) { faults.append(.finding(.otherBox(thing, excerpt.name))) }
        continue
      }
      if let record = old.tos.first, !environment.isOwed(record) { continue }
      lost.insert(line.mark)
      if told.contains(thing) { continue }
      touched.insert(thing)
      faults.append(.finding(.gone(thing, excerpt.name, .takenOut)))
    }
    guard !before.isFirst else { return }
    for record in environment.file.secrets where !record.isProposal {
      let line = Int(record.line.number)
      let thing = environment.file.thing(of: record)
      guard excerpt.isAdded(line), !touched.contains(thing),
        replaced[excerpt.mark(line)]?.contains(where: isBefore) ?? false,
        !(marks["\(thing)"]?.replace(record.id.text, rev: record.rev) ?? false),
        // Beside the same record, sealed again since, it brings nothing back.
        !environment.values.hasOtherEpoch(record)
      else { continue }
      faults.append(.finding(excerpt.told(.putBack(thing), at: line)))
    }
  }
}
