// What a change does to a project: names, members, grants and environments, by whom; and what is
// wrong then that was not before.

internal import Sealing
internal import Vault

/// One thing that changes.
struct ProjectedChange: Equatable {
  /// The environment; nil for team.keys.
  let environment: String?
  /// In words.
  let words: String

  /// One line, whatever a reason holds.
  var text: String { escaped("\(environment ?? "team"): \(words)") }

  var json: JSON { ["environment": .text(environment), "change": .string(words)] }
}

/// A project before a change, and after it was merged.
struct Comparison {
  var changes: [ProjectedChange]
  /// Whether the commit is known that both began from.
  var hasBase = true
  /// What a check would find that it did not before.
  private(set) var newItems: [CheckItem]
  /// What it would find either way.
  let oldItems: [CheckItem]

  /// Compares two checkups.
  ///
  /// - Parameters:
  ///   - before: without the change; nil where there was no project.
  ///   - after: with it.
  ///   - lines: the files with it.
  ///   - known: the files without it.
  init(before: Checkup?, after: Checkup, lines: [String: [UInt8]], known: [String: [UInt8]]) {
    let marks = Set((before?.items ?? []).map(\.mark))
    newItems = after.items.filter { !marks.contains($0.mark) }
    oldItems = after.items.filter { marks.contains($0.mark) }
    changes =
      Self.teamChanges(
        lines[TeamFile.name] ?? [], known[TeamFile.name] ?? [], after.reading?.team.findings ?? [])
      + Self.valueChanges(before?.reading, after.reading)
  }

  /// Adds that the project's folder is another one.
  mutating func addMove(from old: String, to new: String) {
    let words = "the folder moves from \(old) to \(new), where each clone has to trust it anew"
    changes.insert(ProjectedChange(environment: nil, words: words), at: 0)
  }

  /// Adds the values that were sealed again as something else, as far as a reader can open both.
  ///
  /// - Parameters:
  ///   - before: the files without the change.
  ///   - after: the files with it.
  ///   - identity: the reader's key; nil tells nothing.
  ///   - arena: where keys and values go.
  mutating func addReplacedValues(
    from before: Reading?, to after: Reading?, as identity: Identity?, in arena: SecureArena
  ) {
    guard let before, let after, let identity else { return }
    let told = Set(newItems.map(\.mark))
    for (name, environment) in after.environments.sorted(by: { $0.key < $1.key }) {
      guard let old = before.environments[name], !old.isStopped, !environment.isStopped else {
        continue
      }
      let values = OpenEnvironment(environment, as: identity, in: arena)
        .replacedValues(since: OpenEnvironment(old, as: identity, in: arena))
      newItems += values.map { CheckItem($0) }.filter { !told.contains($0.mark) }
    }
  }

  /// Adds the lines that went since both began: a union of both sides would have them all.
  ///
  /// - Parameters:
  ///   - base: the files that both began from.
  ///   - ours: the files with the change, not merged.
  ///   - project: the project.
  ///   - now: the clock.
  ///   - book: signatures that were judged before.
  mutating func addLosses(
    from base: [String: [UInt8]], to ours: [String: [UInt8]], of project: ProjectID, at now: Int64,
    book: SignatureBook
  ) {
    func versions(_ files: [String: [UInt8]], _ side: String) -> [String: HistoryFile] {
      Dictionary(
        uniqueKeysWithValues: files.map { name, bytes in
          (name, HistoryFile(contents: "\(side) \(name)", bytes: bytes))
        })
    }
    var history = History(of: project, now: now, book: book)
    let before = versions(base, "base")
    _ = history.judge(History.Step(index: 0, files: before, parents: [])) { _ in false }
    let after = versions(ours, "ours")
    let faults = history.judge(History.Step(index: 1, files: after, parents: [before])) { $0 == 0 }
    let told = Set(newItems.map(\.mark))
    for case .finding(let finding) in faults {
      let item = CheckItem(finding)
      // What a union hides: lines that went, and such as stand in the place of others.
      let isHidden =
        finding.kind == .rollback
        || [.otherBox, .copiesDiffer, .copyBeside].contains(finding.reason)
      if isHidden, !told.contains(item.mark) { newItems.append(item) }
    }
  }

  /// The lines of team.keys that are new, in words.
  ///
  /// A forged one is not its signer's, whom it names.
  private static func teamChanges(
    _ after: [UInt8], _ before: [UInt8], _ findings: [Finding]
  ) -> [ProjectedChange] {
    let forged = Set(
      findings.filter { $0.kind == .forged && $0.file == TeamFile.name }.compactMap(\.line))
    let known = Set(before.split(separator: 10))
    return after.split(separator: 10, omittingEmptySubsequences: false).enumerated()
      .filter { !$1.isEmpty && !known.contains($1) }
      .sorted { $0.element.lexicographicallyPrecedes($1.element) }
      .compactMap { index, line in
        RecordWords.words(RecordFields(line)).map { words in
          let isForged = forged.contains(index + 1)
          return ProjectedChange(environment: nil, words: isForged ? "forged: \(words)" : words)
        }
      }
  }

  private static func valueChanges(_ before: Reading?, _ after: Reading?) -> [ProjectedChange] {
    let names = Set((before?.environments ?? [:]).keys).union((after?.environments ?? [:]).keys)
    return names.sorted().flatMap { name in
      let (before, after) = (before?.environments[name], after?.environments[name])
      return keyChanges(name, before, after) + valueChanges(name, before, after)
    }
  }

  private static func keyChanges(
    _ name: String, _ before: Environment?, _ after: Environment?
  ) -> [ProjectedChange] {
    let known = Dictionary(
      uniqueKeysWithValues: (before?.roleStandings ?? []).map { ($0.role, $0.epoch) })
    return (after?.roleStandings ?? []).compactMap { standing in
      guard let epoch = standing.epoch, let maker = standing.madeBy else { return nil }
      let old = known[standing.role] ?? nil
      guard old != epoch else { return nil }
      let what = old == nil ? "made" : "replaced"
      return ProjectedChange(
        environment: name, words: "the key of role `\(standing.role)` \(what) by \(maker)")
    }
  }

  private static func valueChanges(
    _ name: String, _ before: Environment?, _ after: Environment?
  ) -> [ProjectedChange] {
    var known: [[String]: Entry] = [:]
    for entry in before?.entries ?? [] { known[[entry.role, entry.name]] = entry }
    return (after?.entries ?? []).compactMap { entry in
      let old = known[[entry.role, entry.name]]
      let role = entry.role == "default" ? "" : " of role \(entry.role)"
      guard !entry.id.isEmpty, old?.id != entry.id else {
        // What comes beside a line may stand behind it.
        let sides = before?.sides(of: entry.name, role: entry.role).map(\.id) ?? []
        return after?.sides(of: entry.name, role: entry.role).first { !sides.contains($0.id) }
          .map { ProjectedChange(environment: name, words: "\(entry.name)\(role) \($0.change)") }
      }
      let wasThere = old.map { !$0.isRemoved } ?? false
      if entry.isRemoved && !wasThere { return nil }
      let what = entry.isRemoved ? "removed" : wasThere ? "changed" : "added"
      let sealer = entry.sealedBy.map { ", sealed by \($0)" } ?? ""
      return ProjectedChange(
        environment: name,
        words: "\(entry.name)\(role) \(what) by \(entry.by), revision \(entry.rev)\(sealer)")
    }
  }
}

extension Authorship {
  /// What a line that came beside another one did.
  fileprivate var change: String {
    "\(isRemoved ? "removed" : "changed") by \(by)\(sealedBy.map { ", sealed by \($0)" } ?? "")"
  }
}
