// format.md §5.1 to §5.4 over time: what a commit did to team.keys.

extension History {
  /// Judges team.keys.
  mutating func judge(
    _ file: HistoryFile, _ changes: LineChanges, _ before: Before, _ isBefore: (Int) -> Bool,
    _ faults: inout [Fault]
  ) -> Team {
    if changes.isNothing, let known = teams[file.contents] { return known }
    var excerpt = Excerpt(
      file, TeamFile.name, header: "secrets/1 team project=\(project.text)", added: changes.added)
    faults += excerpt.leaveOutUnreadable(changes, &refused) { bytes throws(ParseError) in
      _ = try TeamFile(bytes)
    }
    var team = self.team(excerpt)
    var known = faultLines(of: team)
    var told: Set<Thing> = []
    while true {
      let forged = known.filter { $0.value.kind == .forged && excerpt.isAdded($0.key) }
      if forged.isEmpty { break }
      told.formUnion(forged.values.map(\.thing))
      faults += forged.map { excerpt.told($0.value, at: $0.key) }.sorted(by: Finding.isInOrder)
        .map { .finding($0) }
      refused.formUnion(excerpt.leaveOut(Set(forged.keys)))
      team = self.team(excerpt)
      known = faultLines(of: team)
    }
    for (line, fault) in known.sorted(by: { $0.key < $1.key })
    where excerpt.isAdded(line) && !lost.contains(excerpt.mark(line)) {
      faults.append(.finding(excerpt.told(fault, at: line)))
      unrightful.insert(excerpt.mark(line))
      told.insert(fault.thing)
    }
    if team.isStopped {
      for finding in team.findings where finding.isError {
        let finding = finding.withoutLine
        if stopped.insert(finding).inserted { faults.append(.finding(finding)) }
      }
      tellGone(changes, excerpt, &faults)
    } else {
      judgeGone(changes, team, excerpt, told, before, isBefore, &faults)
    }
    takeBack(changes)
    if teams.count > 64 { teams = [:] }
    teams[file.contents] = team
    return team
  }

  private func team(_ excerpt: Excerpt) -> Team {
    // Each of the lines was read by itself; what is left to refuse is their number.
    let file = (try? TeamFile(excerpt.bytes)) ?? excerpt.empty
    return Team(file, now: now, book: book)
  }

  private func faultLines(of team: Team) -> [Int: LineFault] {
    var faults: [Int: LineFault] = [:]
    for (index, record) in team.file.records.enumerated() {
      faults[Int(record.line.number)] = team.fault(index)
    }
    return faults
  }

  /// Tells every line that went behind one that stops everything: nobody could say what allowed it.
  private mutating func tellGone(
    _ changes: LineChanges, _ excerpt: Excerpt, _ faults: inout [Fault]
  ) {
    for line in missed(changes) {
      guard let old = try? TeamFile(excerpt.alone(line)), let record = old.records.first,
        ![.root, .join, .request, .ext].contains(record.kind)
      else { continue }
      lost.insert(line.mark)
      faults.append(.finding(.gone(record.thing, TeamFile.name, .takenOut)))
    }
  }

  private mutating func judgeGone(
    _ changes: LineChanges, _ team: Team, _ excerpt: Excerpt, _ told: Set<Thing>,
    _ before: Before, _ isBefore: (Int) -> Bool, _ faults: inout [Fault]
  ) {
    let gone = missed(changes)
    guard !gone.isEmpty || !changes.added.isEmpty else { return }
    let marks = team.marks
    var touched = told
    var swapped: Set<String> = []
    for line in gone {
      guard let old = try? TeamFile(excerpt.alone(line)), let record = old.records.first else {
        continue
      }
      swapped.insert("\(record.thing) \(record.id.text)")
      if told.contains(record.thing) {
        // What came in its place says it all.
        lost.insert(line.mark)
      } else if let copy = team.otherCopy(of: record, in: old), excerpt.isAdded(copy) {
        let fault = LineFault(
          kind: .forged, isError: true, thing: record.thing, reason: .copiesDiffer)
        faults.append(.finding(excerpt.told(fault, at: copy)))
        touched.insert(record.thing)
      } else if team.accounts(for: record, marks) {
        guard record.kind == .env || record.kind == .grant else { continue }
        replaced[line.mark, default: []].append(before.index)
      } else {
        lost.insert(line.mark)
        touched.insert(record.thing)
        faults.append(.finding(.gone(record.thing, TeamFile.name, .takenOut)))
      }
    }
    guard !before.isFirst else { return }
    for record in team.file.records where excerpt.isAdded(Int(record.line.number)) {
      let line = Int(record.line.number)
      let isReplaced =
        marks["\(record.thing)"]?.replace(record.id.text, rev: record.rev) ?? false
      // What is issued again by whom issued it before is the very same line.
      guard !touched.contains(record.thing), !isReplaced,
        !swapped.contains("\(record.thing) \(record.id.text)"),
        replaced[excerpt.mark(line)]?.contains(where: isBefore) ?? false
      else { continue }
      faults.append(.finding(excerpt.told(.putBack(record.thing), at: line)))
    }
  }
}
