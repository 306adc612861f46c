// format.md §4, `first`: whoever writes a value that is not new takes nothing back from those who
// knew it, so it stays exposed to whom it was.

internal import Sealing

extension SealedDraft {
  /// Gives a secret another name: the old one is removed, and the value with its note and its
  /// expiry is written under the new one.
  ///
  /// - Parameters:
  ///   - name: the name that it has.
  ///   - newName: the name that it shall have; nothing live may have it.
  ///   - role: its role.
  /// - Throws: `WriteError`; `secretExists` where the new name is taken.
  /// - Returns: what was written under the new name.
  @discardableResult
  public mutating func rename(
    _ name: String, to newName: String, role: String
  ) throws(WriteError) -> WrittenValue {
    let thing = Thing.secret(role: role, name: name)
    guard let secret = self.secret(role: role, name: name) else { throw .noSuchSecret(name) }
    if let refused = secret.refused { throw .refused(thing, refused) }
    let record = file.secrets[secret.record]
    if record.isRemoved { throw .noSuchSecret(name) }
    if let other = self.secret(role: role, name: newName),
      other.refused != nil || !file.secrets[other.record].isRemoved
    {
      throw .secretExists(newName)
    }
    let payload = try payload(of: secret, thing, role)
    let live = before.environment.liveRecords(secret)
    let first = mostExposed(live, role: role)
    _ = try write(name, role, removal, expires: nil, first: nil, answering: [])
    return try write(
      newName, role, payload, expires: record.expires, first: first, answering: [])
  }

  private mutating func payload(
    of secret: SecretState, _ thing: Thing, _ role: String
  ) throws(WriteError) -> Payload {
    let value: OpenValue
    do throws(OpeningError) {
      value = try before.open(secret)
    } catch {
      switch error {
      case .noAccess: throw .noWriteGrant(role: role, environment: file.environment)
      case .pending: throw .pending(role: role, whoCan: whoCanWrite(role))
      case .refused(let kind): throw .refused(thing, kind)
      }
    }
    // The side that does not open would be gone.
    if value.isOneSide { throw .refused(thing, .conflict) }
    return value.payload
  }

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
    let same = before.environment.liveRecords(secret).filter { index in
      guard !file.secrets[index].isRemoved,
        let old = try? before.open(index, role: role, headroom: 0)
      else { return false }
      return old.value.hasSameBytes(as: payload.value)
    }
    return mostExposed(same, role: role)
  }

  /// Of records that hold one value the first epoch that exposes it to the most.
  private func mostExposed(_ indices: [Int], role name: String) -> Epoch? {
    let role = role(name)
    let exposures = indices.map { index in
      let first = file.epochs[Int(file.secrets[index].first)]
      return (first: first, count: role?.exposed(firstEpoch: first).count ?? 0)
    }
    return exposures.max { $0.count < $1.count }?.first
  }
}
