// One line of `list`: what is known of a secret without showing anything of its value.

internal import Vault

/// A secret as `list` shows it.
struct SecretRow {
  /// Something that a person should know of it.
  enum Mark: Equatable {
    /// The reader has no grant for its role.
    case closed
    /// The reader waits for the role's key.
    case pending
    /// It cannot be used: in conflict, forged, damaged.
    case refused(FindingClass)
    /// Another live version cannot be opened by the reader.
    case oneSide
    /// It is sealed under a key that must be replaced.
    case stale
    /// People who have no grant any more may know it.
    case exposed([String])
    /// It is past its date.
    case expired
    /// Someone offers another value.
    case proposed([String])
  }

  let environment: String
  let entry: Entry
  /// Nil where the reader cannot open it.
  let kind: Payload.Kind?
  let marks: [Mark]

  var isClosed: Bool { marks.contains(.closed) }

  /// The secrets of some environments, those that lie under others left out, in the order of names.
  ///
  /// - Parameters:
  ///   - layers: the base first.
  ///   - roles: the roles to show; none means all.
  ///   - now: the clock.
  /// - Returns: the rows.
  static func rows(
    of layers: inout [OpenEnvironment], roles: [String], now: Int64
  ) -> [SecretRow] {
    var rows: [SecretRow] = []
    for index in layers.indices.reversed() {
      // A closed name above does not hide the one below from who can open only that.
      let covered = Set(rows.filter { !$0.isClosed }.map(\.entry.name))
      let own = self.rows(of: &layers[index], roles: roles, now: now)
      rows += own.filter { !covered.contains($0.entry.name) }
    }
    let order = Dictionary(
      uniqueKeysWithValues: layers.enumerated().map { ($1.environment.name, -$0) })
    return rows.sorted { left, right in
      if left.entry.name != right.entry.name { return left.entry.name < right.entry.name }
      if left.environment != right.environment {
        return order[left.environment, default: 0] < order[right.environment, default: 0]
      }
      return left.entry.role < right.entry.role
    }
  }

  private static func rows(
    of opened: inout OpenEnvironment, roles: [String], now: Int64
  ) -> [SecretRow] {
    let inspection = opened.inspect()
    var values: [Thing: OpenValue] = [:]
    for value in inspection.values { values[thing(value.role, value.name)] = value }
    let refused = Dictionary(
      opened.findings.filter(\.isError).map { ($0.thing, $0.kind) }, uniquingKeysWith: { $1 })
    let proposals = Dictionary(grouping: inspection.proposals) { thing($0.role, $0.name) }
    return opened.environment.entries.compactMap { entry in
      guard !entry.isRemoved, roles.isEmpty || roles.contains(entry.role) else { return nil }
      let thing = thing(entry.role, entry.name)
      var marks: [Mark] = []
      if let kind = entry.refused ?? refused[thing] { marks.append(.refused(kind)) }
      if !opened.mayRead(entry.role) {
        marks.append(.closed)
      } else if inspection.pending[entry.role]?.contains(entry.name) == true {
        marks.append(.pending)
      }
      if values[thing]?.isOneSide == true { marks.append(.oneSide) }
      if entry.refused == nil {
        if entry.isStale { marks.append(.stale) }
        if !entry.exposed.isEmpty { marks.append(.exposed(entry.exposed)) }
        if let expires = entry.expires, expires <= now { marks.append(.expired) }
      }
      if let offers = proposals[thing] { marks.append(.proposed(offers.map(\.by).sorted())) }
      return SecretRow(
        environment: opened.environment.name, entry: entry, kind: values[thing]?.payload.kind,
        marks: marks)
    }
  }

  private static func thing(_ role: String, _ name: String) -> Thing {
    .secret(role: role, name: name)
  }
}

extension SecretRow {
  /// The fields of a table's row; with the environment where there are several.
  ///
  /// - Parameters:
  ///   - own: the environment that was asked for.
  ///   - now: the clock.
  /// - Returns: name, role, kind, revision, author, age, state.
  func fields(own: String, now: Int64) -> [String] {
    var states = marks.map(\.words)
    if environment != own { states.insert("from \(environment)", at: 0) }
    // What is refused as a whole has no record of its own to speak of.
    let isKnown = !entry.id.isEmpty
    return [
      entry.name, entry.role, kind?.word ?? "-", isKnown ? "\(entry.rev)" : "-",
      isKnown ? entry.author : "-", isKnown ? age(since: entry.at, now: now) : "-",
      states.joined(separator: "; "),
    ]
  }

  /// The same for programs.
  var json: JSON {
    let isKnown = !entry.id.isEmpty
    return [
      "name": .string(entry.name), "environment": .string(environment),
      "role": .string(entry.role), "kind": kind.map { .string($0.word) } ?? .null,
      "revision": isKnown ? .number(Int64(entry.rev)) : .null,
      "by": isKnown ? .string(entry.by) : .null,
      "sealed_by": entry.sealedBy.map { .string($0) } ?? .null,
      "at": isKnown ? .string(Timestamp.text(entry.at)) : .null,
      "expires": entry.expires.map { .string(Timestamp.text($0)) } ?? .null,
      "closed": .bool(isClosed),
      "state": .array(marks.map { .string($0.word) }),
      "exposed_to": .array(entry.exposed.map { .string($0) }),
    ]
  }
}

extension SecretRow.Mark {
  /// The mark for programs.
  fileprivate var word: String {
    switch self {
    case .closed: "closed"
    case .pending: "pending"
    case .refused(let kind): kind.rawValue
    case .oneSide: "conflict"
    case .stale: "stale"
    case .exposed: "exposed"
    case .expired: "expired"
    case .proposed: "proposal"
    }
  }

  /// The mark for people.
  fileprivate var words: String {
    switch self {
    case .closed, .stale, .expired: word
    case .pending: "pending: its key was not handed to you yet"
    case .refused(let kind): kind.rawValue
    case .oneSide: "conflict with a version closed to you"
    case .exposed(let names): ExposedValue.words(names)
    case .proposed(let names): "proposal by \(names.joined(separator: ", "))"
    }
  }
}
