// format.md §4, `first`: whoever writes a value that is not new takes nothing back from those who
// knew it, so it stays exposed to whom it was.

internal import Sealing

extension SealedDraft {
  /// Whether an older value, with its note and date, is the present one.
  public func holds(_ old: OlderValue) -> Bool {
    guard let secret = secret(role: old.role, name: old.name), secret.refused == nil,
      secret.rivals.isEmpty, !file.secrets[secret.record].isRemoved,
      file.secrets[secret.record].expires == old.expires,
      let present = try? before.open(secret.record, role: old.role, headroom: 0)
    else { return false }
    return present.hasSameBytes(as: old.payload)
  }

  /// The epoch under which a value was first sealed; nil where it is new.
  ///
  /// - Parameters:
  ///   - payload: what is about to be written.
  ///   - name: the secret's name.
  ///   - role: its role.
  /// - Returns: the first epoch of a live record that holds the same value.
  func firstEpoch(of payload: Payload, _ name: String, role: String) -> Epoch? {
    guard let secret = self.secret(role: role, name: name) else { return nil }
    for index in before.environment.liveRecords(secret) where !file.secrets[index].isRemoved {
      guard let old = try? before.open(index, role: role, headroom: 0),
        old.value.hasSameBytes(as: payload.value)
      else { continue }
      return file.epochs[Int(file.secrets[index].first)]
    }
    return nil
  }
}
