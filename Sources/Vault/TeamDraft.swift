// format.md §4 and §5.1 to §5.4, writing: team.keys being changed. Each verb writes the records
// that it needs and drops those that these replace; the verbs are in files of their own.

internal import Sealing

/// team.keys, being changed by one author.
public struct TeamDraft {
  /// The team before the change.
  public let team: Team
  /// What others had signed and the author signs now, since their word stops counting (§5.3).
  public internal(set) var reissued: [Thing] = []
  let author: Author
  let environments: [String: Environment]
  var draft: Draft
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

  var at: String { "at=\(Timestamp.text(author.now)) by=\(author.name)" }

  mutating func add(_ text: String) { draft.add(author.sign(text, prefix: prefix)) }

  mutating func drop(_ record: TeamRecord) {
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

  func needAdmin() throws(WriteError) {
    guard author.name == team.root || team.admins.contains(author.name) else { throw .needsAdmin }
  }
}
