// format.md §4, `past`: who may open a role now may open its history, so a value that an older
// state of the file holds opens with the keys that the present one reaches.

internal import Sealing

/// A value as an older state of an environment's file has it.
public struct OlderValue {
  /// The secret's name.
  public let name: String
  /// Its role.
  public let role: String
  /// What its record says.
  public let entry: Entry
  /// Kind, note and value.
  public let payload: Payload
  /// Past which reading warns, Unix seconds.
  var expires: Int64? { entry.expires }
  /// The epoch that it was first sealed under.
  let first: Epoch
}

extension Environment {
  /// What there is to say of a secret; nil where the file has none of the name.
  public func entry(of name: String, role: String) -> Entry? {
    secret(role: role, name: name).map(entry)
  }

  /// The ids of a secret's live records, of which there are several in a conflict.
  public func liveIDs(of name: String, role: String) -> Set<String> {
    guard let secret = secret(role: role, name: name) else { return [] }
    return Set(values.liveRecords(secret).map { file.secrets[$0].id.text })
  }

  /// The ids that a secret's live records say they replace, directly or through others.
  public func replaced(by name: String, role: String) -> Set<String> {
    guard let secret = secret(role: role, name: name) else { return [] }
    return Set(
      values.liveRecords(secret).flatMap { file.after(file.secrets[$0]) }.map(\.text))
  }
}

extension OpenEnvironment {
  /// Opens what an older state of the file held, with this one's keys.
  ///
  /// - Parameters:
  ///   - name: the secret's name.
  ///   - role: its role.
  ///   - old: the older state, judged by its own team.
  /// - Throws: `OpeningError`, where the value did not count then either, or cannot be opened.
  /// - Returns: the value; nil where there was none.
  public func older(_ name: String, role: String, in old: Environment) throws(OpeningError)
    -> OlderValue?
  {
    guard let secret = old.secret(role: role, name: name) else { return nil }
    if let refused = secret.refused ?? old.roles[role]?.refused { throw .refused(refused) }
    var values: [OlderValue] = []
    for index in [secret.record] + secret.rivals {
      let record = old.file.secrets[index]
      if record.isRemoved { return nil }
      // A name is one key for ever: whoever had it then is who has it now.
      let signer = old.file.labels[Int(record.signer)]
      guard old.file.project == environment.file.project,
        old.team.roster.keys(of: signer) == environment.team.roster.keys(of: signer)
      else { throw .refused(.forged) }
      let payload = try open(record, of: old.file, role: role)
      values.append(
        OlderValue(
          name: name, role: role, entry: old.entry(secret), payload: payload,
          first: old.file.epochs[Int(record.first)]))
    }
    guard values.allSatisfy({ $0.payload.hasSameBytes(as: values[0].payload) }) else {
      throw .refused(.conflict)
    }
    return values[0]
  }
}
