// format.md §5.6: whose values count in a role, looked up once for each signer and role.

internal import Sealing

/// The signatures of a file's secrets and proposals.
struct SecretSignatures {
  /// Per record; empty where all are good.
  private var states: [SignatureState] = []
  private let file: SealedFile

  init(_ file: SealedFile, team: Team, isKnown: Bool) {
    self.file = file
    var labels = IndexMarks()
    var last: Int32 = -1
    for record in file.secrets {
      if record.by != last {
        last = record.by
        labels.insert(Int(last))
      }
      if record.sealedBy >= 0 { labels.insert(Int(record.sealedBy)) }
    }
    func keys(_ label: Int32) -> [PublicKey] { team.roster.keys(of: file.labels[Int(label)]) }
    if isKnown, labels.indices.allSatisfy({ keys(Int32($0)).count == 1 }) { return }
    let lines = file.secrets.map { (line: $0.line, signer: file.labels[Int($0.signer)]) }
    states = file.signatureStates(
      lines, keys: team.roster.keys(of:), isKnown: isKnown, book: team.roster.book)
    for (index, record) in file.secrets.enumerated() where keys(record.by).isEmpty {
      states[index] = .unknownSigner
    }
  }

  /// What is wrong with a record's signature; nil where it is good.
  func state(_ index: Int) -> FindingReason? {
    guard !states.isEmpty else { return nil }
    let record = file.secrets[index]
    switch states[index] {
    case .good: return nil
    case .bad: return .badSignature
    case .unknownSigner: return .unknownSigner(file.labels[Int(record.by)])
    }
  }
}

/// Who may write in which role of a file.
struct WriteRights {
  private struct Right {
    var isCurrent = false
    /// A grant that ended by its time only: what was written before this counts.
    var endedAt: Int64?
    var isForged = false
    /// The root or an admin, who vouch for others' records.
    var mayVouch = false
  }

  /// By signer and role, both indices into the file's `labels`, sorted.
  ///
  /// Only those pairs that stand in the file, for a hostile one may hold a hundred thousand of each.
  /// Nearly always there is one: a dictionary's first use would cost a `run` more than all searches.
  private var rights: [(pair: Int64, right: Right)] = []

  init(_ file: SealedFile, team: Team, roles: [String: RoleEpochs]) {
    var pairs: [Int64] = []
    for record in file.secrets where Self.pair(record) != pairs.last {
      pairs.append(Self.pair(record))
    }
    if pairs.count > 1 { pairs.sort() }
    for pair in pairs where pair != rights.last?.pair {
      let (signer, role) = (Int(pair >> 32), Int(pair & 0xffff_ffff))
      rights.append((pair, Self.right(file.labels[signer], roles[file.labels[role]], team)))
    }
  }

  private static func pair(_ record: SecretRecord) -> Int64 {
    Int64(record.signer) << 32 | Int64(record.role)
  }

  private static func right(_ signer: String, _ role: RoleEpochs?, _ team: Team) -> Right {
    // A name with two keys vouches for nothing: who holds which of them is not known.
    let mayVouch =
      (team.root == signer || team.admins.contains(signer))
      && team.roster.keys(of: signer).count == 1
    var right = Right(mayVouch: mayVouch)
    if let grant = role?.grants[signer] {
      right.isForged = grant.isForged
      if grant.access == .write {
        right.isCurrent = grant.isCurrent
        right.endedAt = grant.isOverByTimeOnly ? grant.until : nil
      }
    }
    return right
  }

  private func right(_ record: SecretRecord) -> Right {
    let pair = Self.pair(record)
    var range = 0..<rights.count
    while range.count > 1 {
      let middle = range.lowerBound + range.count / 2
      range =
        rights[middle].pair <= pair ? middle..<range.upperBound : range.lowerBound..<middle
    }
    guard let found = range.first, rights[found].pair == pair else { return Right() }
    return rights[found].right
  }

  /// Whether a record's signer had the right to it.
  func allows(_ record: SecretRecord) -> Bool {
    let right = right(record)
    if record.sealedBy >= 0, right.mayVouch { return true }
    if right.isForged { return false }
    if right.isCurrent { return true }
    return right.endedAt.map { record.at < $0 } ?? false
  }

  /// Whether the right rests on a grant that a forged line names.
  func restsOnForgery(_ record: SecretRecord) -> Bool {
    let right = right(record)
    return right.isForged && !(record.sealedBy >= 0 && right.mayVouch)
  }
}
