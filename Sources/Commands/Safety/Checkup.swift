// What `check` finds in a project's files, once, for text and JSON.

internal import Sealing
internal import Vault
internal import Workspace

/// One thing that a check has to say.
struct CheckItem {
  /// Its class, as in the format's §10, or `ended` for a grant whose time is over.
  let kind: String
  /// Whether what needs the thing stops.
  let isError: Bool
  /// Whether it is only to be known, and nothing waits.
  var isNote = false
  var file: String?
  var line: Int?
  let message: String
  let hint: String
  /// What tells it from others whatever line it stands on.
  let mark: String
}

/// A project's files, looked at as a whole.
struct Checkup {
  /// Errors first, then what waits, then notes.
  private(set) var items: [CheckItem] = []
  private(set) var reading: Reading?
  /// How many values were opened; nil without a key.
  private(set) var opened: Int?
  private let reader: CheckReader
  private let places: LinePlaces?

  /// What a check ends with.
  var status: ExitStatus { Self.status(of: items) }

  static func status(of items: [CheckItem]) -> ExitStatus {
    if items.contains(where: \.isError) { return .damaged }
    return items.contains { !$0.isNote } ? .found : .done
  }

  /// Looks at files that were read and judged.
  ///
  /// - Parameters:
  ///   - reading: the files; nil where team.keys is not the grammar.
  ///   - unreadable: what is wrong with files that are not the grammar.
  ///   - wanted: the one environment that is asked about; nil for all.
  ///   - reader: who looks.
  ///   - arena: where values go.
  ///   - now: the clock.
  ///   - places: where the lines stand in the files that a person has before them, where the files
  ///     that are looked at are others.
  init(
    _ reading: Reading?, unreadable: [ParseError], wanted: String?, as reader: CheckReader,
    in arena: SecureArena, at now: Int64, places: LinePlaces? = nil
  ) {
    self.reading = reading
    self.reader = reader
    self.places = places
    items = unreadable.map { error in
      var error = error
      error.line = place(error.line, in: error.file)
      return CheckItem(error)
    }
    guard let reading else { return }
    items += reading.team.findings.map { CheckItem(placed($0)) }
    guard !reading.team.isStopped else {
      sort()
      return
    }
    let broken = Set(unreadable.map(\.file))
    for (name, state) in reading.team.environments.sorted(by: { $0.key < $1.key }) {
      guard case .live = state, wanted == nil || wanted == name,
        reading.environments[name] == nil, !broken.contains(SealedFile.name(of: name)),
        reading.team.rollback(of: name) == nil
      else { continue }
      items.append(.missingFile(of: name))
    }
    for (name, environment) in reading.environments.sorted(by: { $0.key < $1.key })
    where wanted == nil || wanted == name {
      look(at: environment, as: reader.identity, in: arena)
    }
    for grant in reading.grants where wanted == nil || wanted == grant.key.environment {
      let isMember = reading.team.members[grant.key.member]?.state == .current
      guard grant.isOverdue(at: now), isMember,
        case .live = reading.team.environments[grant.key.environment]
      else { continue }
      items.append(.ended(grant))
    }
    sort()
  }

  private mutating func look(
    at environment: Environment, as identity: Identity?, in arena: SecureArena
  ) {
    var findings = environment.findings
    var roles: Set<String> = []
    if let identity, !environment.isStopped {
      var open = OpenEnvironment(environment, as: identity, in: arena)
      let inspection = open.inspect()
      opened = (opened ?? 0) + inspection.values.count
      for value in inspection.values where value.payload.kind == .template {
        do throws(TemplateError) {
          _ = try open.expand(value)
        } catch .closed {
          // What is closed has a finding of its own.
        } catch {
          items.append(.template(value, error, of: environment.name))
        }
      }
      findings += open.findings.filter { !findings.contains($0) }
      roles = Set(open.roles.filter { !open.isPending($0) })
    }
    if !environment.isStopped { findings += environment.unopenedRivals(roles.contains) }
    // What stands there forged is not gone.
    let atFault = Set(findings.filter(\.isError).map(\.thing))
    items += findings.filter { $0.kind != .note || !atFault.contains($0.thing) }
      .map { CheckItem(placed($0), in: environment) }
    items += Dictionary(grouping: environment.exposedValues) { $0.mark }
      .sorted { $0.key < $1.key }.map { CheckItem.exposed($0.value, mark: $0.key) }
    for standing in environment.roleStandings where standing.epoch == nil {
      let waiting = environment.grants.filter { $0.key.role == standing.role && $0.isCurrent }
        .map(\.key.member)
      if !waiting.isEmpty, standing.refused == nil {
        items.append(
          .noKey(
            standing.role, of: environment.name, waiting: waiting,
            writers: environment.keyHolders(of: standing.role)))
      }
    }
  }

  private func placed(_ finding: Finding) -> Finding {
    var finding = finding
    finding.line = place(finding.line, in: finding.file)
    return finding
  }

  private func place(_ line: Int?, in file: String?) -> Int? {
    guard let places, let line, let file else { return line }
    return places.place(of: line, in: file)
  }

  private mutating func sort() {
    items =
      items.filter(\.isError) + items.filter { !$0.isError && !$0.isNote }
      + items.filter(\.isNote)
  }

  /// What there is to say where nothing is wrong.
  var allGood: String {
    guard let reading else { return "" }
    let members = reading.team.members.values.count { $0.state == .current }
    let secrets = reading.environments.values.reduce(0) {
      $0 + $1.entries.count { !$0.isRemoved }
    }
    let values =
      opened.map { "\(counted($0, "value")) opened" } ?? "\(reader.words), so no value was opened"
    return "all good: \(counted(reading.environments.count, "environment")), "
      + "\(counted(members, "member")), \(counted(secrets, "secret")); \(values)"
  }
}

/// Files that were read strictly, as far as they could be.
struct ParsedFiles {
  private(set) var team: TeamFile?
  private(set) var sealed: [SealedFile] = []
  /// What is wrong with those that are not the grammar.
  private(set) var unreadable: [ParseError] = []

  /// Reads team.keys and sealed files, by name.
  init(_ files: [String: [UInt8]]) {
    do throws(ParseError) {
      team = try TeamFile(files[TeamFile.name] ?? [])
    } catch {
      unreadable.append(error)
    }
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) where name != TeamFile.name {
      do throws(ParseError) {
        sealed.append(try SealedFile(bytes, name: name))
      } catch {
        unreadable.append(error)
      }
    }
  }

  /// Judges them by themselves: no memory has a say in what is not the working tree.
  func reading(at now: Int64) -> Reading? { team.map { Reading($0, sealed: sealed, now: now) } }

  /// What is wrong with team.keys, and with the file of one environment or of all.
  func unreadable(_ wanted: String?) -> [ParseError] {
    guard let wanted else { return unreadable }
    let names = [TeamFile.name, SealedFile.name(of: wanted)]
    return unreadable.filter { names.contains($0.file) }
  }
}

// Output

extension CheckItem {
  /// `error`, `warning` or `note`.
  var level: String { isError ? "error" : isNote ? "note" : "warning" }

  var json: JSON {
    [
      "level": .string(level), "class": .string(kind), "file": .text(file),
      "line": line.map { .number(Int64($0)) } ?? nil, "message": .string(message),
      "hint": .string(hint),
    ]
  }
}

extension Console {
  /// Writes what was found, one finding and its mending command after the other.
  func print(_ items: [CheckItem]) throws(ConsoleError) {
    for item in items {
      try print("\(item.level): \(item.message)")
      try print("  hint: \(item.hint)")
    }
  }
}
