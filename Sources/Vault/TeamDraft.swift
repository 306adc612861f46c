// format.md §4 and §5.1 to §5.4, writing: team.keys being changed. Each verb writes the records
// that it needs and drops those that these replace.

public import Sealing

/// team.keys, being changed by one author.
public struct TeamDraft {
  /// The team before the change.
  public let team: Team
  /// What others had signed and the author signs now, since their word stops counting (§5.3).
  public private(set) var reissued: [Thing] = []
  private let author: Author
  private let environments: [String: Environment]
  private var draft: Draft
  private let prefix: [UInt8]

  static let kinds = [
    "root", "env", "member", "admin", "grant", "join", "request", "ext",
  ]

  /// Begins to change a team.
  ///
  /// - Parameters:
  ///   - team: the team.
  ///   - author: who writes.
  ///   - environments: those that were read, whose `without` lists decide how a grant is re-issued.
  /// - Throws: `WriteError.refused` where nothing of the team may be used.
  public init(
    _ team: Team, by author: Author, in environments: [String: Environment] = [:]
  ) throws(WriteError) {
    guard !team.isStopped else { throw .refused(.root, .forged) }
    self.team = team
    self.author = author
    self.environments = environments
    prefix = SignaturePrefix.team(team.file.project)
    draft = Draft(
      header: "secrets/1 team project=\(team.file.project.text)", kinds: Self.kinds,
      lines: team.file.records.map { team.file.text($0.line) })
    dropWhatEnded()
    putBackRemembered()
  }

  /// Makes a new project's team.keys with its root alone.
  ///
  /// - Parameters:
  ///   - root: the founder's name.
  ///   - author: the founder.
  /// - Returns: the file's bytes.
  public static func found(root: String, by author: Author) -> [UInt8] {
    let signed =
      "root \(root) key=\(author.identity.publicKey.openSSH) rev=1 id=\(RecordID.random().text) "
      + "at=\(Timestamp.text(author.now))"
    let hash = Digest.blake2b(16, Array("secrets/1 project\n".utf8) + Array(signed.utf8))
    let project = Base64.encode(hash)
    var draft = Draft(header: "secrets/1 team project=\(project)", kinds: kinds)
    draft.add(author.sign(signed, prefix: Array("secrets/1 record\n\(project)\nteam\n".utf8)))
    return draft.bytes
  }

  /// The file as it is to be written.
  public var bytes: [UInt8] { draft.bytes }

  /// The file as it is to be written; nil where that is what was read.
  public var change: [UInt8]? {
    let bytes = draft.bytes
    return bytes == team.file.bytes ? nil : bytes
  }

  private var at: String { "at=\(Timestamp.text(author.now)) by=\(author.name)" }

  private mutating func add(_ text: String) { draft.add(author.sign(text, prefix: prefix)) }

  private mutating func drop(_ record: TeamRecord) {
    if !record.isRemembered { draft.remove(team.file.text(record.line)) }
  }

  // What a live record replaces, joins and requests that have ended, copies without the right.
  private mutating func dropWhatEnded() {
    let open = Set(team.requests.map(\.id))
    let waiting = Set(team.joins.map { "\($0.name) \($0.key.openSSH)" })
    let inForce = team.marksInForce
    let environments = team.liveEnvironments
    for (index, record) in team.file.records.enumerated() where team.roster.isWellSigned(index) {
      let counts = team.isCounting(index)
      switch record.kind {
      case .request where !open.contains(record.id): drop(record)
      case .join where !waiting.contains("\(record.name) \(record.key?.openSSH ?? "")"):
        drop(record)
      case .env where counts && team.isReplaced(record, environments),
        .grant where counts && team.isReplaced(record, environments):
        drop(record)
      case .env where !counts && inForce.contains(record.copyMark),
        .grant where !counts && inForce.contains(record.copyMark),
        .admin where !counts && inForce.contains(record.copyMark),
        .member where !counts && inForce.contains(record.copyMark):
        drop(record)
      default: break
      }
    }
  }

  // §6: a record that stands on every branch is put back where a branch lacks it.
  private mutating func putBackRemembered() {
    for text in team.rememberedTexts { draft.add(text) }
  }

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
    try needUnbarred(.member(name))
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

  /// Removes a member, for ever, with their grants, requests and office.
  ///
  /// - Throws: `WriteError`.
  public mutating func removeMember(_ name: String) throws(WriteError) {
    guard let member = team.members[name], member.state == .current || member.state == .conflict
    else { throw .noSuchMember(name) }
    if name == team.root { throw .isRootOrAdmin(name) }
    if team.admins.contains(name), author.name != team.root { throw .needsRoot }
    try needAdmin()
    try needUnbarred(.member(name))
    add("member \(name) removed key=\(member.key.openSSH) \(at)")
    for record in team.file.records where record.kind == .request && record.name == name {
      drop(record)
    }
    for grant in team.grants.values.sorted(by: { $0.key < $1.key })
    where grant.key.member == name && grant.isUsable {
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
    try needUnbarred(.admin(name))
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
    guard let state = team.environments[name], state != .removed else {
      throw .noSuchEnvironment(name)
    }
    for (other, state) in team.environments {
      if case .live(_, name) = state { throw .isExtended(by: other) }
    }
    try writeEnvironment(name, "removed")
  }

  private mutating func writeEnvironment(_ name: String, _ fields: String) throws(WriteError) {
    try needUnbarred(.environment(name))
    let live = team.liveEnvironmentRecords(name)
    let after = RecordID.afterField(live.map { ($0.id, $0.after) })
    for record in live { drop(record) }
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

  private static func fields(_ access: Access, _ until: Int64) -> String {
    let end = until == Timestamp.never ? "never" : Timestamp.text(until)
    return "access=\(access.rawValue) until=\(end)"
  }

  /// Takes a grant away.
  ///
  /// - Throws: `WriteError`.
  public mutating func revoke(_ key: GrantKey, reason: String? = nil) throws(WriteError) {
    guard let grant = team.grants[key], !grant.counting.isEmpty else { throw .noSuchGrant(key) }
    try writeGrant(key, "removed", reason)
  }

  private mutating func writeGrant(
    _ key: GrantKey, _ fields: String, _ reason: String?, isAnswer: Bool = true
  ) throws(WriteError) {
    try needAdmin()
    try needUnbarred(.grant(key))
    let thing = team.grants[key]
    if thing?.isForged == true { throw .refused(.grant(key), .forged) }
    // Where records count and none is live, the new one comes after all of them.
    let replaced =
      (thing?.isCircle == true ? thing?.counting : thing?.live) ?? []
    let requests = isAnswer ? team.requests.filter { $0.key == key } : []
    let after = RecordID.afterField(
      replaced.map { ($0.id, $0.after) } + requests.map { ($0.id, []) })
    for record in replaced { drop(record) }
    for record in team.file.records
    where record.kind == .request && requests.contains(where: { $0.id == record.id }) {
      drop(record)
    }
    let why = reason.map { " reason=\(Text.encodeText($0))" } ?? ""
    add(
      "grant \(key.member) env=\(key.environment) role=\(key.role) \(fields) "
        + "rev=\(nextRevision(replaced.map(\.rev))) id=\(RecordID.random().text) "
        + "after=\(after) \(at)\(why)")
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

  /// What memory knows better is not written over (§6).
  private func needUnbarred(_ thing: Thing) throws(WriteError) {
    if team.barred.contains(thing) { throw .refused(thing, .rollback) }
  }

  private func needAdmin() throws(WriteError) {
    guard author.name == team.root || team.admins.contains(author.name) else { throw .needsAdmin }
  }
}
