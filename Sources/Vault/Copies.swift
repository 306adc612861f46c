// format.md §7: copies of one record, sealed again under another key or side by side. They are to
// say the same; whether they do, only who can open them can tell.

internal import Sealing

extension Environment {
  /// Indices of the other lines that have a live record's id, and another box.
  func copies(of secret: SecretState) -> [Int] {
    guard secret.group.count > 1, secret.record >= 0 else { return [] }
    let live = file.secrets[secret.record]
    return values.records(of: secret).filter { index in
      let record = file.secrets[index]
      return index != secret.record && !record.isProposal && record.id == live.id
        && values.isWellSigned(index) && values.counts(index)
        && file.bytes[record.box.range] != file.bytes[live.box.range]
    }
  }
}

extension OpenEnvironment {
  /// Whether two lines are known to say the same: both open, to one payload.
  func areSame(_ one: Int, _ other: Int, role: String) -> Bool {
    guard let first = try? open(one, role: role, headroom: 0),
      let second = try? open(other, role: role, headroom: 0)
    else { return false }
    return first.hasSameBytes(as: second)
  }

  /// Whether a live record has copies of which it is not known that they say the same: no writer
  /// vouches for one of these, seals one again or drops one.
  func isDoubtful(_ secret: SecretState) -> Bool {
    let role = environment.file.labels[Int(secret.role)]
    return environment.copies(of: secret).contains { !areSame(secret.record, $0, role: role) }
  }
}

extension OpenEnvironment {
  /// The secrets that keep an older state's record and say something else: sealed again with another
  /// value, as only who can open both can tell.
  ///
  /// - Parameter old: the older state, opened by the same reader.
  /// - Returns: what there is to say of each.
  public func replacedValues(since old: OpenEnvironment) -> [Finding] {
    let file = environment.file
    let before = old.environment
    return environment.values.secrets.compactMap { secret in
      guard secret.refused == nil, secret.record >= 0 else { return nil }
      let record = file.secrets[secret.record]
      let thing = file.thing(of: record)
      guard case .secret(let role, let name) = thing,
        let index = before.values.index(role: role, name: name),
        case let former = before.values.secrets[index], former.refused == nil, former.record >= 0,
        case let line = before.file.secrets[former.record], line.id == record.id,
        before.file.bytes[line.box.range] != file.bytes[record.box.range],
        let value = try? open(secret.record, role: role, headroom: 0),
        let original = try? old.open(former.record, role: role, headroom: 0),
        !value.hasSameBytes(as: original)
      else { return nil }
      return Finding(
        kind: .forged, isError: true, thing: thing, file: file.name,
        line: Int(record.line.number), reason: .copiesDiffer)
    }
  }
}
