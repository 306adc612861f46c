// Looking through git's history for changes that nobody had the right to make.

internal import Sealing
internal import Vault
internal import Workspace

/// What a look through a range of commits found.
struct HistoryCheck {
  private let result: ProjectHistory.Result
  private let isShallowAllowed: Bool

  /// Judges the commits of a range.
  ///
  /// - Parameters:
  ///   - range: a revision, or `A..B`.
  ///   - isShallowAllowed: whether it is enough to see as far as a shallow clone goes.
  ///   - source: where the project is, and whether it is trusted.
  ///   - console: shows how far it has come.
  /// - Throws: `Refusal`, and what git throws.
  init(
    _ range: String, isShallowAllowed: Bool, from source: CheckSource, on console: Console
  ) throws {
    self.isShallowAllowed = isShallowAllowed
    guard !range.hasPrefix("-") else { throw Refusal.badRange(range) }
    let place = try source.place()
    let history = try GitHistory(range, git: place.git)
    guard let tip = history.tip else {
      // An empty range: nothing was changed by anybody.
      result = ProjectHistory.Result()
      return
    }
    let committed = try CommittedProject(tip.id, folder: place.folder, git: place.git) {
      $0 == TeamFile.name
    }
    let file = try TeamFile(committed.files[TeamFile.name] ?? [])
    let team = Team(file, now: source.context.now)
    try source.requireTrust(team, in: place.project)
    let project = ProjectHistory(
      of: file.project, in: committed.folder, history, git: place.git, now: source.context.now)
    let bar = console.progress("verifying")
    defer { bar.clear() }
    result = try project.judge { bar.show($0, of: $1) }
  }

  /// What the command ends with.
  var status: ExitStatus {
    if result.faults.contains(where: \.fault.isError) { return .damaged }
    return result.faults.isEmpty && (result.cuts.isEmpty || isShallowAllowed) ? .done : .found
  }

  /// Says what was found.
  func tell(on console: Console) throws(ConsoleError) {
    for fault in result.faults {
      try console.print("\(fault.level): \(fault.sentence)")
      try console.print("  hint: \(fault.hint)")
    }
    if !result.cuts.isEmpty {
      let refusal = Refusal.shallow(result.cuts)
      if isShallowAllowed { console.note(refusal.message) } else { console.warn(refusal) }
    }
    if status == .done {
      try console.print(
        result.commits == 0
          ? "all good: no commit of it changes the project's files"
          : "all good: \(counted(result.commits, "commit")), and every line that came or went was "
            + "signed by someone who had the right then")
    }
  }

  var json: JSON {
    [
      "status": .number(Int64(status.rawValue)),
      "commits": .number(Int64(result.commits)),
      "shallow": .array(result.cuts.map { .string($0) }),
      "findings": .array(result.faults.map(\.json)),
    ]
  }
}

extension ProjectHistory.Fault {
  var level: String { fault.isError ? "error" : "warning" }

  var json: JSON {
    [
      "level": .string(level), "class": .string(kind.rawValue), "commit": .string(commit),
      "file": .string(path), "line": line.map { .number(Int64($0)) } ?? nil,
      "thing": .text(thing.map(\.description)), "message": .string(sentence),
      "hint": .string(hint),
    ]
  }
}
