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
