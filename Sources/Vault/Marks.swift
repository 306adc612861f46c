// format.md §6: what of a thing is there, to be held against what a machine remembers or an older
// version had.

/// The ids of one thing's well-signed records.
///
/// What someone without the right says of others does not count beside a record that counts and does
/// not say it: anybody could sign that a newer one was replaced, and put the older one back (§5.10).
struct Marks {
  /// Of records that count.
  private(set) var ids: Set<String> = []
  private(set) var replaced: Set<String> = []
  /// The greatest revision of a record whose `after` is full.
  private var fullRevision: Int32 = 0
  /// Of records without the right: who signed the ids, and what they replace.
  private var strays: [String: Set<String>] = [:]
  private var replacedByStrays: Set<String> = []
  private var fullRevisionOfStrays: Int32 = 0

  /// Adds a well-signed record.
  ///
  /// - Parameters:
  ///   - id: its id, its epoch, or `-`.
  ///   - after: the ids that it replaces.
  ///   - rev: its revision.
  ///   - signer: who signed it.
  ///   - counts: whether they had the right to.
  mutating func add(_ id: String, _ after: [String], _ rev: Int32, by signer: String, counts: Bool)
  {
    if counts {
      ids.insert(id)
      replaced.formUnion(after)
      if after.count == 16 { fullRevision = max(fullRevision, rev) }
    } else {
      strays[id, default: []].insert(signer)
      replacedByStrays.formUnion(after)
      if after.count == 16 { fullRevisionOfStrays = max(fullRevisionOfStrays, rev) }
    }
  }

  /// Whether a record is there, with the right to it or without it as its own signer left it.
  ///
  /// - Parameters:
  ///   - id: its id.
  ///   - signer: who signed it; nil where that is not known.
  /// - Returns: whether it is.
  func holds(_ id: String, by signer: String?) -> Bool {
    if ids.contains(id) { return true }
    guard let signers = strays[id] else { return false }
    return signer.map(signers.contains) ?? true
  }

  /// Whether a record is there, or is replaced by one that may.
  func account(for id: String, rev: Int32, by signer: String?) -> Bool {
    if holds(id, by: signer) || replace(id, rev: rev) { return true }
    return ids.isEmpty && (replacedByStrays.contains(id) || fullRevisionOfStrays > rev)
  }

  /// Whether another record that counts comes after one, which so is no part of the present state.
  func replace(_ id: String, rev: Int32) -> Bool {
    replaced.contains(id) || fullRevision.isAfter(rev)
  }
}

extension Int32 {
  /// Whether a revision is later than another; at their maximum they do not grow any more (§4).
  func isAfter(_ rev: Int32) -> Bool { self > rev || self == Int32.max }
}

extension Team {
  /// The ids of all well-signed records, by thing.
  var marks: [String: Marks] {
    var marks: [String: Marks] = [:]
    for (index, record) in file.records.enumerated()
    where roster.isWellSigned(index) && !isStranger(record.signer) {
      switch record.kind {
      case .env, .admin, .grant:
        marks["\(record.thing)", default: Marks()]
          .add(
            record.id.text, record.after.map(\.text), record.rev, by: record.signer,
            counts: isCounting(index))
      case .member, .root:
        marks["\(Thing.member(record.name))", default: Marks()]
          .add("-", [], 0, by: record.signer, counts: true)
      default: break
      }
    }
    for root in roots {
      marks["\(Thing.member(root.name))", default: Marks()].add("-", [], 0, by: "", counts: true)
    }
    return marks
  }
}

extension Environment {
  /// The ids of all well-signed records, by thing; of a role its epochs.
  var marks: [String: Marks] {
    var marks: [String: Marks] = [:]
    for role in roles.values {
      for record in role.records.values where !team.isStranger(record.by) {
        marks["\(Thing.role(role.role))", default: Marks()]
          .add(
            record.epoch.text, record.after.map(\.text), 0, by: record.by,
            counts: role.counting.contains(record.epoch))
      }
    }
    for (index, record) in file.secrets.enumerated()
    where !record.isProposal && values.isWellSigned(index)
      && !team.isStranger(file.labels[Int(record.signer)])
    {
      let thing = Thing.secret(
        role: file.labels[Int(record.role)], name: file.string(record.name))
      marks["\(thing)", default: Marks()]
        .add(
          record.id.text, file.after(record).map(\.text), record.rev,
          by: file.labels[Int(record.signer)], counts: values.counts(index))
    }
    return marks
  }
}
