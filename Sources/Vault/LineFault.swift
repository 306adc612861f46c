// format.md §5, line by line: what speaks against a single record where it stands, whatever else
// stands there. A reader asks what is in force; who looks through a history asks who wrote what.

internal import Sealing

/// What speaks against one record.
struct LineFault {
  let kind: FindingClass
  /// Whether the format calls it more than a warning, wherever it stands.
  let isError: Bool
  let thing: Thing
  let reason: FindingReason
}

extension Team {
  /// What speaks against a record of the file.
  ///
  /// - Parameter index: its place among the file's records.
  /// - Returns: the fault; nil where its signer had the right to it.
  func fault(_ index: Int) -> LineFault? {
    let record = file.records[index]
    func fault(_ kind: FindingClass, _ reason: FindingReason, isError: Bool = true) -> LineFault {
      LineFault(kind: kind, isError: isError, thing: record.thing, reason: reason)
    }
    // A root, and a key that cannot be used, stop everything and are said there.
    let stopping = findings.first {
      isStopped && $0.kind == .forged && $0.line == Int(record.line.number)
    }
    if let stopping { return fault(.forged, stopping.reason) }
    if roster.root == nil || record.kind == .root || record.kind == .ext { return nil }
    if let reason = roster.forgery(index) { return fault(.forged, reason) }
    switch record.kind {
    case .join, .root, .ext: return nil
    case .request:
      if members[record.name]?.state == .current { return nil }
      return fault(.noRight, .signer(record.name), isError: false)
    case .env, .member, .admin, .grant:
      return isCounting(index) ? nil : fault(.noRight, .signer(record.by))
    }
  }
}

extension Environment {
  /// What speaks against the file's records, by line number; one fault a line.
  ///
  /// Lines that nobody signs (`to`, `past`, `ext`) have none.
  func faults() -> [Int: LineFault] {
    var faults: [Int: LineFault] = [:]
    for record in file.roles {
      guard let role = roles[record.role] else { continue }
      if role.records[record.epoch] != nil, !role.counting.contains(record.epoch) {
        faults[Int(record.line.number)] = LineFault(
          kind: .noRight, isError: true, thing: .role(record.role), reason: .signer(record.by))
      }
    }
    for (index, record) in file.secrets.enumerated() {
      let role = file.labels[Int(record.role)]
      let thing = Thing.secret(role: role, name: file.string(record.name))
      let signer = file.labels[Int(record.signer)]
      let line = Int(record.line.number)
      if let reason = values.forgery(index) {
        faults[line] = LineFault(kind: .forged, isError: true, thing: thing, reason: reason)
      } else if record.isProposal {
        if team.members[signer]?.state == .current { continue }
        faults[line] = LineFault(
          kind: .noRight, isError: false, thing: thing, reason: .signer(signer))
      } else if !values.counts(index) {
        faults[line] = LineFault(
          kind: .noRight, isError: true, thing: thing, reason: .signer(signer))
      }
    }
    return faults
  }

  /// What is forged in the file and tied to a thing rather than to one line: two texts of one id,
  /// an epoch with another one's name.
  var forgedThings: [Thing: FindingReason] {
    let forged = findings.filter { $0.kind == .forged && $0.isError }
    return Dictionary(forged.map { ($0.thing, $0.reason) }) { first, _ in first }
  }
}
