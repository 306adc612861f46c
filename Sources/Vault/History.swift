// format.md §5 over time: who had the right to each line when it came, and whether each that went
// was allowed to go. One commit after the other, parents first; each is judged by what it holds.
//
// What time a commit bears plays no part, for whoever makes it writes what they like: a right that
// ends is held against the record's `at`, as in any reading.

internal import Sealing

/// A project's history, as far as it was looked through.
public struct History {
  /// What a commit did wrong.
  public enum Fault: Hashable, Sendable {
    /// A line that is not the grammar.
    case unreadable(ParseError)
    /// A line that came without the right to it, or went.
    case finding(Finding)

    /// Whether it is more than a warning.
    public var isError: Bool {
      if case .finding(let finding) = self { finding.isError } else { true }
    }
  }

  /// One commit.
  public struct Step {
    /// Its place in the walk.
    public let index: Int
    /// The project's files by name; none where it was not there.
    public let files: [String: HistoryFile]
    /// Those of each parent.
    public let parents: [[String: HistoryFile]]

    /// Describes a commit.
    public init(
      index: Int, files: [String: HistoryFile], parents: [[String: HistoryFile]]
    ) {
      self.index = index
      self.files = files
      self.parents = parents
    }
  }

  let project: ProjectID
  let now: Int64
  let book: SignatureBook
  /// Lines that are no grammar, or forged: told once, and left out of every judgement.
  var refused: Set<LineMark> = []
  /// Lines that came without the right to them: they may go as they came.
  var unrightful: Set<LineMark> = []
  /// Lines whose going was told.
  var lost: Set<LineMark> = []
  /// Lines that were replaced, and where.
  var replaced: [LineMark: [Int]] = [:]
  /// What was told to stop everything.
  var stopped: Set<Finding> = []
  var teams: [String: Team] = [:]

  /// Begins to look through a project's history.
  ///
  /// - Parameters:
  ///   - project: which project.
  ///   - now: the reader's clock, Unix seconds.
  ///   - book: signatures that were judged before, and takes those that are now.
  public init(of project: ProjectID, now: Int64, book: SignatureBook = SignatureBook()) {
    self.project = project
    self.now = now
    self.book = book
  }

  /// Judges the next commit; all of its parents were judged before.
  ///
  /// - Parameters:
  ///   - step: the commit.
  ///   - isBefore: whether a commit, by its place in the walk, is an ancestor of this one.
  /// - Returns: what it did wrong.
  public mutating func judge(_ step: Step, isBefore: (Int) -> Bool) -> [Fault] {
    let had = { (name: String) in step.parents.map { $0[name] } }
    let changes = LineChanges(
      TeamFile.name, step.files[TeamFile.name], against: had(TeamFile.name))
    guard let file = changes.new else {
      guard had(TeamFile.name).contains(where: { $0 != nil }) else { return [] }
      return [.finding(.gone(.root, TeamFile.name))]
    }
    var faults: [Fault] = []
    let before = Before(
      index: step.index, isFirst: !had(TeamFile.name).contains { $0 != nil },
      parents: step.parents)
    let team = judge(file, changes, before, isBefore, &faults)
    let names = step.parents.reduce(into: Set(step.files.keys)) { $0.formUnion($1.keys) }
    for name in names.sorted() where name != TeamFile.name {
      let changes = LineChanges(name, step.files[name], against: had(name))
      if changes.isNothing { continue }
      judge(changes, team, before, isBefore, &faults)
    }
    return faults
  }

  /// What both kinds of file need to know of the commit.
  struct Before {
    let index: Int
    /// Whether no parent has the project.
    let isFirst: Bool
    let parents: [[String: HistoryFile]]
  }

  /// A line that comes back after its going was told is there as before.
  mutating func takeBack(_ changes: LineChanges) {
    guard let file = changes.new, !lost.isEmpty else { return }
    for line in changes.added { lost.remove(LineMark(file.text(line))) }
  }

  /// The lines that went and had a right to be there.
  func missed(_ changes: LineChanges) -> [LineChanges.Gone] {
    changes.gone.filter {
      !refused.contains($0.mark) && !unrightful.contains($0.mark) && !lost.contains($0.mark)
    }
  }
}

extension LineFault {
  static func putBack(_ thing: Thing) -> LineFault {
    LineFault(kind: .rollback, isError: true, thing: thing, reason: .putBack)
  }
}

extension Finding {
  static func gone(_ thing: Thing, _ file: String, _ reason: FindingReason = .fileTakenOut)
    -> Finding
  {
    Finding(kind: .rollback, isError: true, thing: thing, file: file, line: nil, reason: reason)
  }

  static func otherBox(_ thing: Thing, _ file: String) -> Finding {
    Finding(
      kind: .damaged, isError: true, thing: thing, file: file, line: nil, reason: .otherBox)
  }

  /// The same of the file as a whole.
  var withoutLine: Finding {
    Finding(kind: kind, isError: isError, thing: thing, file: file, line: nil, reason: reason)
  }

  static func isInOrder(_ one: Finding, _ other: Finding) -> Bool {
    (one.line ?? 0) < (other.line ?? 0)
  }
}
