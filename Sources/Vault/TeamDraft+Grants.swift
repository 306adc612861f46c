// format.md §4 `env` and §5.4, writing: environments, and who may read or write them.

internal import Sealing

extension TeamDraft {
  // §4 env

  /// Makes or changes an environment.
  ///
  /// - Parameters:
  ///   - name: the environment.
  ///   - isProtected: whether a person confirms each use.
  ///   - base: the environment whose values lie under.
  /// - Throws: `WriteError`.
  public mutating func setEnvironment(_ name: String, isProtected: Bool, extends base: String?)
    throws(WriteError)
  {
    try needAdmin()
    if let base {
      guard case .live = team.environments[base] else { throw .noSuchEnvironment(base) }
      if team.extends(base, on: name) { throw .isExtended(by: base) }
    }
    try writeEnvironment(
      name, "protected=\(isProtected ? "yes" : "no") extends=\(base ?? "-")")
  }

  /// Removes an environment; its sealed file goes with it.
  ///
  /// - Throws: `WriteError`.
  public mutating func removeEnvironment(_ name: String) throws(WriteError) {
    try needAdmin()
    guard let state = team.environments[name],
      state != .removed || team.hasStrays(ofEnvironment: name)
    else {
      throw .noSuchEnvironment(name)
    }
    for (other, state) in team.environments {
      if case .live(_, name) = state { throw .isExtended(by: other) }
    }
    try writeEnvironment(name, "removed")
  }

  private mutating func writeEnvironment(_ name: String, _ fields: String) throws(WriteError) {
    try team.requireUnbarred(.environment(name))
    var live = team.liveEnvironmentRecords(name)
    var strays = team.strayEnvironmentRecords(name)
    // Where these alone are left, they have replaced what machines remember, and the new one does.
    if live.isEmpty { swap(&live, &strays) }
    let after = RecordID.afterField(
      live.map { ($0.id, $0.after) }, strays: strays.map(\.id).sorted())
    for record in live + strays { drop(record) }
    add(
      "env \(name) \(fields) rev=\(nextRevision(live.map(\.rev))) id=\(RecordID.random().text) "
        + "after=\(after) \(at)")
  }

  // §5.4

  /// Grants a member a role, or changes what is granted.
  ///
  /// - Parameters:
  ///   - key: who, where, which part.
  ///   - access: to read, or to read and write.
  ///   - until: Unix seconds, or `Timestamp.never`.
  ///   - reason: why, 1 to 512 bytes.
  /// - Throws: `WriteError`.
  public mutating func grant(
    _ key: GrantKey, access: Access, until: Int64 = Timestamp.never, reason: String? = nil
  ) throws(WriteError) {
    try writeGrant(key, Self.fields(access, until), reason)
  }

  static func fields(_ access: Access, _ until: Int64) -> String {
    let end = until == Timestamp.never ? "never" : Timestamp.text(until)
    return "access=\(access.rawValue) until=\(end)"
  }

  /// Takes a grant away.
  ///
  /// - Throws: `WriteError`.
  public mutating func revoke(_ key: GrantKey, reason: String? = nil) throws(WriteError) {
    guard let grant = team.grants[key],
      grant.isForged || !(grant.counting + grant.withoutRight).isEmpty
    else {
      throw .noSuchGrant(key)
    }
    // Else what another branch says of it would be over here too, and missing everywhere else.
    try writeGrant(key, "removed", reason, elsewhere: team.grantsElsewhere(key))
  }

  /// Grant records that a `without` of the role names and that nothing here accounts for: they were on
  /// a line that had lost its right, and without them the role would miss them for ever (§5.10).
  private func listedElsewhere(_ key: GrantKey) -> [RecordID] {
    let counting = team.grants[key]?.counting ?? []
    // What a full `after` cannot name any more is accounted for by that (§5.10).
    if counting.contains(where: { $0.after.count == 16 }) { return [] }
    let known = Set(counting.map(\.id)).union(counting.flatMap(\.after))
    let records = environments[key.environment]?.roles[key.role]?.records.values
    let listed = records?.flatMap(\.without).filter { $0.member == key.member }.map(\.id) ?? []
    return Set(listed).subtracting(known).sorted()
  }

  mutating func writeGrant(
    _ key: GrantKey, _ fields: String, _ reason: String?, isAnswer: Bool = true,
    elsewhere: [TeamRecord] = []
  ) throws(WriteError) {
    try needAdmin()
    try team.requireUnbarred(.grant(key))
    let thing = team.grants[key]
    if thing?.isForged == true { throw .refused(.grant(key), .forged) }
    // Where records count and none is live, the new one comes after all of them.
    let replaced =
      (thing?.isCircle == true ? thing?.counting : thing?.live) ?? []
    // Where nothing counts here, what this machine has seen count is what comes before.
    let elsewhere = replaced.isEmpty ? team.grantsElsewhere(key) : elsewhere
    let requests = isAnswer ? team.requests.filter { $0.key == key } : []
    let after = RecordID.afterField(
      replaced.map { ($0.id, $0.after) } + elsewhere.map { ($0.id, []) }
        + requests.map { ($0.id, []) },
      strays: listedElsewhere(key)
        + (thing?.withoutRight.filter { !$0.isRemembered }.map(\.id).sorted() ?? []))
    for record in replaced + (thing?.withoutRight ?? []) { drop(record) }
    for record in team.file.records
    where record.kind == .request && requests.contains(where: { $0.id == record.id }) {
      drop(record)
    }
    let why = reason.map { " reason=\(Text.encodeText($0))" } ?? ""
    add(
      "grant \(key.member) env=\(key.environment) role=\(key.role) \(fields) "
        + "rev=\(nextRevision((replaced + elsewhere).map(\.rev))) id=\(RecordID.random().text) "
        + "after=\(after) \(at)\(why)")
  }
}
