// format.md §6: what a machine remembers of a project. Plain values here; where they are kept is
// the caller's business.

internal import Sealing

/// A record that stays in force on every branch, with the key that had signed it.
struct RememberedRecord: Equatable {
  /// The line without its LF.
  var text: String
  var signerKey: PublicKey
  /// Whether a remote-tracking branch is known to have held it.
  var isPublished = false
}

/// The roots that this machine has seen, by revision.
struct KnownRoots: Equatable, Sendable {
  private struct Root: Equatable, Sendable {
    let revision: Int32
    let key: PublicKey
  }

  private var roots: [Root] = []

  /// The roots in the order of their revisions.
  var all: [(revision: Int32, key: PublicKey)] { roots.map { ($0.revision, $0.key) } }

  subscript(revision: Int32) -> PublicKey? {
    get { roots.first { $0.revision == revision }?.key }
    set {
      roots.removeAll { $0.revision == revision }
      guard let newValue else { return }
      let place = roots.firstIndex { $0.revision > revision } ?? roots.endIndex
      roots.insert(Root(revision: revision, key: newValue), at: place)
    }
  }
}

/// What this machine remembers of one project, for all branches.
public struct RememberedProject: Equatable, Sendable {
  struct Name: Equatable, Sendable {
    var key: PublicKey
    var kind: MemberKind?
  }

  /// The project; nil before the first reading.
  public internal(set) var project: ProjectID?
  /// Roots by revision.
  var roots = KnownRoots()
  /// Each name's key and kind, from records that counted.
  var names: [String: Name] = [:]
  /// The epochs seen replaced, each with the epoch that replaced it.
  var replacedEpochs: [Epoch: Epoch] = [:]
  /// Those of the replacing epochs that a remote-tracking branch is known to have held.
  var publishedEpochs: Set<Epoch> = []
  /// Removed members and admins, and grants that counted.
  var records: [RememberedRecord] = []
  /// Hashes of contents whose signatures were all found good, newest last.
  var goodContents: [String] = []

  /// Nothing is remembered.
  public init() {}

  /// Whether all signatures of these very files were found good before.
  ///
  /// - Parameter content: from `Reading.contentHash`.
  /// - Returns: whether they were.
  public func knows(_ content: String) -> Bool { goodContents.contains(content) }

  /// The epochs that are replaced on whatever branch, as far as a file's records tell.
  ///
  /// - Parameters:
  ///   - file: the sealed file.
  ///   - wasPublished: whether a remote-tracking branch ever held a text; asked where the record
  ///     that replaced a key of this file is missing from it. Unpublished, it is forgotten.
  /// - Returns: the epochs.
  func replacedEpochs(in file: SealedFile, wasPublished: (String) -> Bool) -> Set<Epoch> {
    guard !replacedEpochs.isEmpty else { return [] }
    let present = Set(file.roles.map(\.epoch))
    let replaced = replacedEpochs.filter { old, new in
      present.contains(old)
        && (present.contains(new) || publishedEpochs.contains(new) || wasPublished(new.text))
    }
    return Set(replaced.keys)
  }

  /// Parts of lines by which a remote-tracking branch shows that others have seen what this machine
  /// must not forget for a clone that has not: removals, what gives back a right that such a one had
  /// taken away, and keys that replaced others.
  public var unpublished: [String] {
    let parsed = records.compactMap { record in
      TeamRecord(remembered: record.text).map { (record, $0) }
    }
    let takenAway = Set(parsed.filter { $0.isPublished && $1.isRemoved }.map(\.1.id))
    let wanted = parsed.filter { record, parsed in
      !record.isPublished && (parsed.isRemoved || parsed.after.contains(where: takenAway.contains))
    }
    let epochs = Set(replacedEpochs.values).subtracting(publishedEpochs)
    return wanted.map(\.0.text) + epochs.map(Self.mark).sorted()
  }

  private static func mark(_ epoch: Epoch) -> String { "epoch=\(epoch.text) public=" }

  /// The same memory, with what a remote-tracking branch was seen to hold: it stands in every clone
  /// from then on, whatever that one's remote-tracking branches hold.
  ///
  /// - Parameter texts: some of `unpublished`.
  /// - Returns: the memory.
  public func publishing(_ texts: Set<String>) -> RememberedProject {
    guard !texts.isEmpty else { return self }
    var next = self
    for index in next.records.indices where texts.contains(next.records[index].text) {
      next.records[index].isPublished = true
    }
    for epoch in replacedEpochs.values where texts.contains(Self.mark(epoch)) {
      next.publishedEpochs.insert(epoch)
    }
    return next
  }

  /// The same memory, with what another process has added since this one read it.
  ///
  /// - Parameters:
  ///   - other: what is kept by now.
  ///   - base: what this memory began with.
  /// - Returns: the memory.
  public func adding(_ other: RememberedProject, since base: RememberedProject) -> RememberedProject
  {
    guard other != base else { return self }
    var next = self
    for record in other.records where !base.records.contains(record) {
      if let index = next.records.firstIndex(where: { $0.text == record.text }) {
        if record.isPublished { next.records[index].isPublished = true }
      } else {
        next.records.append(record)
      }
    }
    for (old, new) in other.replacedEpochs
    where base.replacedEpochs[old] != new
      && (next.replacedEpochs[old] == nil || other.publishedEpochs.contains(new))
    {
      next.replacedEpochs[old] = new
    }
    next.publishedEpochs.formUnion(other.publishedEpochs.subtracting(base.publishedEpochs))
    for (name, value) in other.names where base.names[name] != value && next.names[name] == nil {
      next.names[name] = value
    }
    for (revision, key) in other.roots.all where next.roots[revision] == nil {
      next.roots[revision] = key
    }
    next.goodContents = Array(
      (other.goodContents.filter { !next.goodContents.contains($0) } + next.goodContents).suffix(32)
    )
    return next
  }

  /// The same memory, with another one's contents whose signatures were found good.
  public func knowing(asMuchAs other: RememberedProject) -> RememberedProject {
    var next = self
    next.goodContents = other.goodContents
    return next
  }
}

extension RememberedRecord: Sendable {}

/// The live records of one thing.
struct LiveRecords: Equatable, Sendable {
  struct Record: Equatable, Sendable {
    /// Its id; of a role an epoch, of a member, who has none, `-`.
    let id: String
    let rev: Int32
    /// Who had signed it; nil where that was not remembered, and of a member.
    var signer: String?
  }

  /// As `grant bob production default`.
  let thing: String
  let records: [Record]
}

/// What this machine remembers of one project on one branch.
public struct RememberedBranch: Equatable, Sendable {
  /// Of team.keys, a thing once.
  var team: [LiveRecords] = []
  /// Of each environment's roles and secrets.
  var environments: [String: [LiveRecords]] = [:]
  /// Hashes of role records' texts, by epoch.
  var roleTexts: [String: String] = [:]
  /// The contents that were last remembered, by environment.
  var contents: [String: String] = [:]

  /// Nothing is remembered.
  public init() {}

  /// Whether anything is remembered of an environment's file.
  public func knows(_ environment: String) -> Bool { contents[environment] != nil }

  /// The environments that anything is remembered of.
  public var known: [String] {
    contents.keys.filter { $0 != Self.teamKey && $0 != Self.cloneKey }.sorted()
  }

  /// Whether this very team.keys was what was last remembered on this branch.
  public func holds(team: [UInt8]) -> Bool {
    contents[Self.teamKey] == Self.teamHash(team)
  }

  /// No environment has this name, or the next.
  static let teamKey = "."
  static let cloneKey = "@"

  /// What tells the clone that last remembered this branch from others; nil where that is not known.
  public var clone: String? {
    get { contents[Self.cloneKey] }
    set { contents[Self.cloneKey] = newValue }
  }

  /// What tells one team.keys from another: BLAKE2b, 16 bytes in base64.
  static func teamHash(_ team: [UInt8]) -> String { Base64.encode(Digest.blake2b(16, team)) }

  /// Whether these very files were what was last remembered of an environment on this branch.
  public func holds(_ content: String, of environment: String) -> Bool {
    contents[environment] == content
  }
}

extension RememberedProject {
  /// The remembered records that end something, or may by now; the judgement tells.
  func recordsInForce(
    besides file: TeamFile, at now: Int64, wasPublished: (String) -> Bool
  ) -> [(record: TeamRecord, state: SignatureState, text: String)] {
    guard !records.isEmpty else { return [] }
    // The very line: anybody may sign another one with its id, which proves nothing.
    let present = Set(file.records.map { String(decoding: file.text($0.line), as: UTF8.self) })
    var removed: Set<String> = []
    for record in file.records where record.kind == .member && record.isRemoved {
      removed.insert(record.name)
    }
    let parsed = records.compactMap { remembered in
      TeamRecord(remembered: remembered.text).map { (remembered, $0) }
    }
    for (_, record) in parsed where record.kind == .member { removed.insert(record.name) }
    return parsed.compactMap { remembered, record in
      let isOver = record.isRemoved || record.until <= now || removed.contains(record.name)
      guard isOver, !present.contains(remembered.text) else { return nil }
      guard remembered.isPublished || wasPublished(record.publicationMark(remembered.text)) else {
        return nil
      }
      var record = record
      record.isRemembered = true
      return (record, .good(remembered.signerKey), remembered.text)
    }
  }
}

extension TeamRecord {
  /// Reads a line that was remembered; nil where it is damaged.
  init?(remembered text: String) {
    let bytes = Array(text.utf8)
    let read = bytes.withUnsafeBufferPointer { buffer -> TeamRecord? in
      var cursor = LineCursor(buffer, 0, buffer.count, isKnown: false)
      let line = RecordLine(
        number: 0, start: 0, end: Int32(buffer.count), signedEnd: Int32(buffer.count))
      return try? TeamRecord(&cursor, line)
    }
    guard let read else { return nil }
    self = read
  }

  /// The line that it stands on, from 1; nil where only this machine's memory has it.
  var place: Int? { isRemembered ? nil : Int(line.number) }

  /// What tells records of one thing apart: the id; of a member, which has none, that it is gone.
  var memoryMark: String { "\(thing) \(kind == .member ? "\(isRemoved)" : id.text)" }

  /// What a remote-tracking branch must have held for the record to be published.
  func publicationMark(_ text: String) -> String { kind == .member ? text : id.text }
}
