// format.md §2: what a writer drops from a sealed file, whatever else is changed in it.

internal import Sealing

extension SealedDraft {
  /// Drops what a live record replaces, answered proposals, copies without the right, and lines that
  /// hand over a key of which nothing is known.
  mutating func dropWhatEnded() {
    dropUnknownKeys()
    let values = before.environment.values
    var kept = Set(values.proposals)
    // What is refused keeps its proposals: nothing of it is touched before people look at it.
    for secret in values.secrets {
      let records = values.records(of: secret)
      guard records.count > 1 else { continue }
      if secret.refused != nil || secret.record < 0 {
        kept.formUnion(records)
      } else {
        dropReplaced(records, by: [secret.record] + secret.rivals)
      }
    }
    for (index, record) in file.secrets.enumerated()
    where record.isProposal && !kept.contains(index) {
      // One by somebody who is not known here may be by a member on another branch.
      let state = team.members[label(record.by)]?.state
      if state == .current || state == .removed { draft.remove(file.text(record.line)) }
    }
    // Exact duplicates share a line.
    for index in kept { draft.keep(file.text(file.secrets[index].line)) }
  }

  private mutating func dropReplaced(_ records: ArraySlice<Int>, by live: [Int]) {
    let values = before.environment.values
    let written = records.filter { !file.secrets[$0].isProposal }
    let replaced = values.replaced(by: written.filter(values.counts))
    let ids = Set(live.map { file.secrets[$0].id })
    for index in written where !live.contains(index) {
      let id = file.secrets[index].id
      // Another record without the right stays: the root or an admin may vouch for it yet.
      if ids.contains(id), !isKnownCopy(index, live) { continue }
      if values.counts(index) || ids.contains(id) || replaced.contains(id) {
        draft.remove(file.text(file.secrets[index].line))
      }
    }
    for index in live { draft.keep(file.text(file.secrets[index].line)) }
  }

  /// Whether a line is known to say what the live record of its id says.
  private func isKnownCopy(_ copy: Int, _ live: [Int]) -> Bool {
    let record = file.secrets[copy]
    guard before.environment.values.counts(copy) else { return true }
    return live.contains {
      file.secrets[$0].id == record.id
        && (file.text(file.secrets[$0].line) == file.text(record.line)
          || before.areSame($0, copy, role: label(record.role)))
    }
  }

  // A role's records are never dropped: where none names the key, it is none, or the file is at fault.
  private mutating func dropUnknownKeys() {
    let unknown = file.tos.filter { to in
      let role = role(to.role)
      return role?.refused == nil && role?.records[to.epoch] == nil
    }
    if unknown.isEmpty { return }
    let inUse = Set(file.secrets.map { file.epochs[Int($0.epoch)] })
    for to in unknown where !inUse.contains(to.epoch) { draft.remove(file.text(to.line)) }
  }
}
