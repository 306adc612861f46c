// What a reader might expect to be given and is not: by a grant that has ended, or that is gone.

extension OpenEnvironment {
  /// A grant of the reader's that this machine has seen and that is gone without an end: what it
  /// gave would silently be missing, or be a base's.
  ///
  /// - Parameter wanted: the roles that are asked for; none means all.
  /// - Returns: the finding; nil where none is.
  public func lostGrant(in wanted: [String]) -> Finding? {
    environment.team.findings.first { finding in
      guard finding.isError, finding.kind == .rollback, case .grant(let key) = finding.thing else {
        return false
      }
      return key.environment == environment.name && names.contains(key.member)
        && (wanted.isEmpty || wanted.contains(key.role))
    }
  }

  /// The roles that the reader might open until a time that has come, with that time, sorted.
  public var endedRoles: [(role: String, until: Int64)] {
    environment.roles.values.compactMap { role in
      guard !mayRead(role.role) else { return nil }
      let ended = names.compactMap { role.grants[$0] }
        .filter { $0.isOver && !$0.isRemoved && $0.until != Timestamp.never }
      return ended.map(\.until).max().map { (role.role, $0) }
    }.sorted { $0.role < $1.role }
  }
}
