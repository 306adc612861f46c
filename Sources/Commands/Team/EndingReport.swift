// What the end of a right does, told before it is done and after it, as text and as JSON.

internal import Vault

extension Ending {
  /// What is done or would be, but for the values that are exposed.
  ///
  /// - Parameter isDone: whether it was done, or is only looked at.
  /// - Returns: one sentence each.
  func words(isDone: Bool) -> [String] {
    var words = grants.map { grant in
      "\(isDone ? "took" : "take") away \(Thing.grant(grant.key).words)"
    }
    if !reissued.isEmpty {
      let things = listed(reissued.map(\.words))
      words.append(
        isDone
          ? "signed again, in your name, what would have stopped counting: \(things)"
          : "sign again, in your name, what would stop counting: \(things)")
    }
    for (address, names) in grouped(vouched.map { ($0.address, $0.name) }) {
      words.append("\(isDone ? "vouched" : "vouch") for \(names) of \(address.text)")
    }
    for role in roles {
      guard let summary = role.summary else { continue }
      words += isDone ? summary.words(of: role.address.environment) : role.plan(summary)
    }
    return words
  }

  /// The exposed values, role by role, in no more than a line for each.
  var exposedWords: [String] {
    grouped(exposed.map { ($0.address, $0.name) }).map { address, names in
      let people = Set(exposed.filter { $0.address == address }.flatMap(\.names)).sorted()
      return "\(ExposedValue.words(people)) until rotated: \(names) of \(address.text)"
    }
  }

  /// Names by role; of many only the first are said.
  private func grouped(
    _ values: [(RoleAddress, String)]
  ) -> [(address: RoleAddress, names: String)] {
    Dictionary(grouping: values) { $0.0 }.sorted { $0.key.text < $1.key.text }
      .map { ($0.key, ExposedValue.some($0.value.map(\.1))) }
  }

  /// For programs.
  var json: [(String, JSON)] {
    [
      ("grants", .array(grants.map { Self.json(RoleAddress($0.key), ["name": $0.key.member]) })),
      (
        "roles",
        .array(
          roles.map { role in
            .object(
              Self.fields(role.address) + [
                ("rekeyed", .bool(role.summary?.rekeyed.isEmpty == false)),
                ("resealed", .number(Int64(role.summary?.resealed ?? 0))),
                ("who_can", .array(role.writers.map { .string($0) })),
                ("lost", .number(Int64(role.lost))),
              ])
          })
      ),
      ("vouched", .array(vouched.map { Self.json($0.address, ["name": $0.name]) })),
      (
        "exposed",
        .array(
          exposed.map { value in
            .object(
              [("name", .string(value.name))] + Self.fields(value.address) + [
                ("exposed_to", .array(value.names.map { .string($0) }))
              ])
          })
      ),
    ]
  }

  private static func fields(_ address: RoleAddress) -> [(String, JSON)] {
    [("environment", .string(address.environment)), ("role", .string(address.role))]
  }

  private static func json(_ address: RoleAddress, _ more: [String: String]) -> JSON {
    .object(more.map { ($0.key, .string($0.value)) } + fields(address))
  }
}

extension EndedRole {
  fileprivate func plan(_ summary: WriteSummary) -> [String] {
    var words = summary.rekeyed.isEmpty ? [] : ["replace the key of \(address.text)"]
    if summary.resealed > 0 {
      words.append("seal \(counted(summary.resealed, "value")) of \(address.environment) again")
    }
    return words
  }
}

extension Console {
  /// Tells what was done, what waits for others, and prints the values that are exposed.
  func tell(_ ending: Ending) throws(ConsoleError) {
    for words in ending.words(isDone: true) { note(words) }
    tellOfRest(ending, isDone: true)
    try print(exposedBy: ending)
    guard let first = ending.exposed.first else { return }
    let count = counted(ending.exposed.count, "value")
    note("\(count) may be known to who has no right to it any more, until rotated")
    hint(first.hint)
  }

  /// Prints the exposed values, one a line.
  func print(exposedBy ending: Ending) throws(ConsoleError) {
    guard !ending.exposed.isEmpty else { return }
    var table = Table("NAME", "OF", "STATE")
    for value in ending.exposed {
      table.add(value.name, value.address.text, ExposedValue.words(value.names))
    }
    try print(table)
  }

  /// Tells of the roles whose key is for others to replace.
  func tellOfRest(_ ending: Ending, isDone: Bool) {
    for role in ending.roles where role.summary == nil {
      warn(Refusal.keyNotReplaced(role, isDone: isDone))
    }
  }
}
