// format.md §5.1 to §5.3, writing: who is a member, and who an admin.

public import Sealing

extension TeamDraft {
  // §5.3

  /// Adds a member.
  ///
  /// - Parameters:
  ///   - name: a label that nobody had before.
  ///   - key: the member's key.
  ///   - kind: person or machine.
  /// - Throws: `WriteError`.
  public mutating func addMember(_ name: String, key: PublicKey, kind: MemberKind)
    throws(WriteError)
  {
    try needAdmin()
    try team.requireUnbarred(.member(name))
    if let known = team.members[name], known.state != .noRight {
      // A former root becomes a member by a record of the same key.
      guard known.state == .formerRoot, known.key == key else { throw .nameTaken(name) }
    }
    if let other = team.members.values.first(where: { $0.state == .current && $0.key == key }) {
      throw .keyTaken(by: other.name)
    }
    guard key.boxKey != nil else { throw .unusableKey }
    add("member \(name) key=\(key.openSSH) kind=\(kind.rawValue) \(at)")
    for (index, record) in team.file.records.enumerated()
    where record.kind == .join && team.roster.isWellSigned(index)
      && (record.name == name || record.key == key)
    {
      drop(record)
    }
  }

  /// Removes a member, for ever, with their grants, requests and office; or a name that someone
  /// without the right to it has let in.
  ///
  /// - Throws: `WriteError`.
  public mutating func removeMember(_ name: String) throws(WriteError) {
    guard let member = team.members[name], member.isRemovable else { throw .noSuchMember(name) }
    if name == team.root { throw .isRootOrAdmin(name) }
    if team.admins.contains(name), author.name != team.root { throw .needsRoot }
    try needAdmin()
    try team.requireUnbarred(.member(name))
    add("member \(name) removed key=\(member.key.openSSH) \(at)")
    for record in team.file.records where record.kind == .request && record.name == name {
      drop(record)
    }
    for grant in team.grants.values.sorted(by: { $0.key < $1.key })
    where grant.key.member == name && (grant.isUsable || grant.isStray) {
      // What a removed environment holds nobody may use as it is.
      guard case .live = team.environments[grant.key.environment] else { continue }
      try revoke(grant.key)
    }
    if team.admins.contains(name) {
      try dismiss(name)
    } else {
      // A dismissed admin's shutting out ends with their membership.
      try reissueAll(by: name)
    }
  }

  // §5.2

  /// Makes a member an admin, and takes the member's line into the root's hand.
  ///
  /// - Throws: `WriteError`.
  public mutating func appoint(_ name: String) throws(WriteError) {
    guard author.name == team.root else { throw .needsRoot }
    guard let member = team.members[name], member.state == .current, name != team.root else {
      throw .noSuchMember(name)
    }
    guard !team.admins.contains(name) else { return }
    try writeAdmin(name, isRemoved: false)
    for record in team.countingMemberRecords(name) where record.by != team.root {
      drop(record)
      add(reissued(record, by: author.name))
    }
    _ = member
  }

  /// Takes an admin's office away; what they had let in stays, by the root's word.
  ///
  /// - Throws: `WriteError`.
  public mutating func dismiss(_ name: String) throws(WriteError) {
    guard author.name == team.root else { throw .needsRoot }
    guard team.admins.contains(name) else { throw .noSuchMember(name) }
    try writeAdmin(name, isRemoved: true)
    try reissueAll(by: name)
  }

  private mutating func writeAdmin(_ name: String, isRemoved: Bool) throws(WriteError) {
    try team.requireUnbarred(.admin(name))
    let live = team.liveAdminRecords(name)
    let after = RecordID.afterField(live.map { ($0.id, $0.after) })
    let word = isRemoved ? " removed" : ""
    add(
      "admin \(name)\(word) rev=\(nextRevision(live.map(\.rev))) id=\(RecordID.random().text) "
        + "after=\(after) \(at)")
  }

  /// Re-issues what would stop counting once someone may not sign any more (§5.3).
  private mutating func reissueAll(by signer: String) throws(WriteError) {
    for (index, record) in team.file.records.enumerated()
    where record.by == signer && Team.isInForce(index, record, team)
      && draft.keeps(team.file.text(record.line))
    {
      reissued.append(record.thing)
      if let grant = team.grants[record.grantKey], record.kind == .grant, !grant.isRemoved,
        grant.live.contains(where: isListed)
      {
        // The old id is one of those that the epochs keep out.
        try writeGrant(
          grant.key, Self.fields(grant.access, grant.until), record.reason, isAnswer: false)
      } else {
        drop(record)
        add(reissued(record, by: author.name))
      }
    }
  }

  /// Whether a `without` of the role lists a grant record.
  private func isListed(_ record: TeamRecord) -> Bool {
    let entry = EndedGrant(member: record.name, id: record.id)
    let epochs = environments[record.environment]?.roles[record.role]?.records.values
    return epochs?.contains { $0.without.contains(entry) } ?? false
  }

  /// The same text but for `by` and `sig`.
  private func reissued(_ record: TeamRecord, by name: String) -> String {
    let text = String(decoding: team.file.signed(record.line), as: UTF8.self)
    return text.split(separator: " ", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("by=") ? "by=\(name)" : String($0) }.joined(separator: " ")
  }

  // Offers of those who have no right yet

  /// Offers a key to become a member.
  public mutating func join(_ name: String, reason: String?) {
    let why = reason.map { " reason=\(Text.encodeText($0))" } ?? ""
    add(
      "join \(name) key=\(author.identity.publicKey.openSSH) at=\(Timestamp.text(author.now))\(why)"
    )
  }

  /// Asks for a grant.
  ///
  /// - Throws: `WriteError.notMember`.
  public mutating func request(
    environment: String, role: String, access: Access, seconds: Int, reason: String?
  ) throws(WriteError) {
    guard team.members[author.name]?.state == .current else { throw .notMember }
    let why = reason.map { " reason=\(Text.encodeText($0))" } ?? ""
    add(
      "request \(author.name) env=\(environment) role=\(role) access=\(access.rawValue) "
        + "for=\(seconds) id=\(RecordID.random().text) at=\(Timestamp.text(author.now))\(why)")
  }
}
