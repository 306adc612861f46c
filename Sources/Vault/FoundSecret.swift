// Choosing before opening: what a reader can ask for, by name and role. `run` walks over this for
// every name, so nothing is looked up here and nothing but the names is copied.

internal import Sealing

/// A secret that a reader may ask for, and has not opened.
public struct FoundSecret {
  /// The secret's name.
  public let name: String
  /// Index into the environment's secrets.
  let index: Int32
}

extension OpenEnvironment {
  /// The secrets that have a value, in the file's order: by role, then by name in byte order.
  ///
  /// Those that are refused are among them, so that whoever needs them stops.
  ///
  /// - Parameter roles: whose secrets are wanted; roles that the reader has no grant for give none.
  /// - Returns: the secrets.
  public func secrets(in roles: [String]) -> [FoundSecret] {
    let file = environment.file
    let isWanted = file.labels.map { roles.contains($0) && mayRead($0) }
    let secrets = environment.values.secrets
    var found: [FoundSecret] = []
    found.reserveCapacity(secrets.count)
    for (index, secret) in secrets.enumerated() where isWanted[Int(secret.role)] {
      if secret.refused == nil, file.secrets[secret.record].isRemoved { continue }
      found.append(FoundSecret(name: file.string(secret.name), index: Int32(index)))
    }
    return found
  }

  /// The role of a secret.
  public func role(of found: FoundSecret) -> String {
    environment.file.labels[Int(environment.values.secrets[Int(found.index)].role)]
  }

  /// Opens the value of a secret.
  ///
  /// - Parameters:
  ///   - found: the secret.
  ///   - headroom: spare bytes to keep in front of the value, see `SecureArena.allocate`.
  /// - Throws: `OpeningError`; findings are added for what is damaged.
  /// - Returns: the value.
  public mutating func open(_ found: FoundSecret, headroom: Int = 0) throws(OpeningError)
    -> OpenValue
  {
    try open(
      environment.values.secrets[Int(found.index)], name: found.name, headroom: headroom)
  }

  /// What there is to say of a secret without opening it.
  public func entry(of found: FoundSecret) -> Entry {
    environment.entry(environment.values.secrets[Int(found.index)])
  }

  /// Members who hold a role's current key and may write, and so may hand it on; sorted.
  public func writers(of role: String) -> [String] {
    guard let epochs = environment.roles[role], let current = epochs.current else { return [] }
    return environment.file.tos.filter { $0.role == role && $0.epoch == current }.map(\.member)
      .filter { epochs.grants[$0]?.isCurrent == true && epochs.grants[$0]?.access == .write }
      .sorted()
  }
}

extension Environment {
  /// The roles that somebody was granted, or that have or had a key, sorted.
  public var knownRoles: [String] {
    roles.values.filter { role in
      !role.records.isEmpty || role.grants.values.contains { !$0.isRemoved }
    }.map(\.role).sorted()
  }
}
