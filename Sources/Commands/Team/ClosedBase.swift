// What a new grant does not reach: the environments under the one that it opens, each of which has
// grants of its own.

internal import Vault

/// An environment that lies under one that a member may open, and of which they may open nothing.
struct ClosedBase: Equatable {
  let member: String
  let base: String
  /// The environment that extends it, perhaps by way of others.
  let environment: String
  /// How many secrets it has.
  let secrets: Int
}

extension Reading {
  /// The bases of environments that a member may open nothing of.
  ///
  /// - Parameters:
  ///   - member: whose grants count.
  ///   - environments: what the member was let into.
  /// - Returns: each base once, but for those without secrets.
  func closedBases(to member: String, under environments: [String]) -> [ClosedBase] {
    let open = Set(
      grants.filter { $0.key.member == member && $0.isCurrent }.map(\.key.environment))
    var seen = open
    var closed: [ClosedBase] = []
    for environment in environments {
      var next = environment
      while case .live(_, let base?) = team.environments[next] {
        next = base
        let count = self.environments[base]?.entries.count { !$0.isRemoved } ?? 0
        guard seen.insert(base).inserted, count > 0 else { continue }
        closed.append(
          ClosedBase(member: member, base: base, environment: environment, secrets: count))
      }
    }
    return closed
  }
}

extension Console {
  /// Warns while the admin is there who can open them.
  func warn(of bases: [ClosedBase]) {
    for closed in bases {
      warn(
        "\(closed.member) has no grant for \(closed.base), which \(closed.environment) extends: "
          + "\(counted(closed.secrets, "secret")) of it not given",
        hint: "secrets grant \(closed.member) \(closed.base) --read")
    }
  }
}
