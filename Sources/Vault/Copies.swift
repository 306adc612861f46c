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
  /// Whether a copy opens to what its original says, or does not open.
  func isSame(_ copy: Int, as payload: Payload, role: String) -> Bool {
    (try? open(copy, role: role, headroom: 0))?.hasSameBytes(as: payload) ?? true
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
