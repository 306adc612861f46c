// What `resolve` refuses, and what they say of work that is for others.

internal import Vault
internal import Workspace

/// What waits for others, and what they do.
enum WaitingWords {
  static func conflict(_ found: OpenConflict, _ holders: [String]) -> (String, String) {
    (
      "`\(found.conflict.name)` of \(found.address.text) is in conflict, and you may not write it",
      ask(holders)
    )
  }

  static func oneSide(
    _ conflict: ValueConflict, _ address: RoleAddress, _ author: String
  ) -> (String, String) {
    let names = Set(conflict.sides.map(\.by)).subtracting([author]).sorted()
    let anew = "write it anew: \(address.setting(conflict.name))"
    return (
      "`\(conflict.name)` of \(address.text) has a version that you cannot open: "
        + listed(conflict.sides.map(\.words), "or"),
      names.isEmpty
        ? anew : "ask \(listed(names, "or")) to run `secrets resolve` and push; or \(anew)"
    )
  }

  static func environment(
    _ name: String, _ kind: FindingClass, isForAdmin: Bool
  ) -> (String, String) {
    (
      "the environment \(name): \(kind.words)",
      isForAdmin
        ? "ask the root or an admin to run `secrets resolve`: secrets team list"
        : "see why: secrets check \(name)"
    )
  }

  static func grant(_ key: GrantKey) -> (String, String) {
    (
      "\(Thing.grant(key).words) is to be settled by an admin",
      "ask the root or an admin to run `secrets resolve`: secrets team list"
    )
  }

  static func grantTakenAwayInVain(_ grant: Grant) -> (String, String) {
    (
      "\(Thing.grant(grant.key).words) was taken away by someone without the right to, and holds",
      grant.key.decision(grant.access, grant.until)
    )
  }

  static func role(
    _ address: RoleAddress, _ standing: RoleStanding, _ holders: [String]
  ) -> (String, String) {
    let what =
      standing.epoch == nil
      ? "\(address.text) has no key yet"
      : standing.isStale
        ? "the key of \(address.text) must be replaced"
        : standing.pending.isEmpty
          ? "values of \(address.text) are to be sealed again"
          : "\(listed(standing.pending)) waits for the key of \(address.text)"
    return (what, ask(holders))
  }

  private static func ask(_ holders: [String]) -> String {
    holders.isEmpty
      ? "nobody who may write there holds its key; an admin grants it: secrets team list"
      : "ask \(listed(holders, "or")) to run `secrets resolve` and push"
  }
}

extension Refusal {
  static func badSecretName(_ name: String) -> Refusal {
    Refusal(
      "`\(name)` cannot name a secret",
      hint: "use A-Z, a-z, 0-9 and `_`, not beginning with a digit", .usage)
  }

  static func nothingToSettle(_ name: String) -> Refusal {
    Refusal("`\(name)` is not in conflict", hint: "see what is: secrets check", .found)
  }

  /// Nobody can be asked which side to keep.
  static func needsTake(_ work: OpenWork) -> Refusal {
    let command: String
    if let first = work.conflicts.first {
      command =
        "secrets resolve \(first.conflict.name) \(first.address.options) --take "
        + (first.conflict.sides.first?.id ?? "ID")
    } else {
      let first = work.environments.first
      command =
        "secrets resolve -e \(first?.name ?? "ENV") --take \(first?.sides.first?.id ?? "ID")"
    }
    var refusal = Refusal(
      "\(counted(work.conflicts.count + work.environments.count, "conflict")) to settle, and there "
        + "is no terminal to ask at; nothing was changed", hint: "choose a side: \(command)", .usage
    )
    refusal.others = words(of: work)
    return refusal
  }

  static func ambiguousTake(_ take: String, _ found: OpenConflict) -> Refusal {
    let id = found.conflict.sides.first?.id ?? "ID"
    return Refusal(
      "\(words(of: found)); `\(take)` does not tell one of them", hint: "name one: --take \(id)",
      .usage)
  }

  static func ambiguousTake(_ take: String, environment name: String) -> Refusal {
    Refusal(
      "`\(take)` does not tell one side of the environment \(name)",
      hint: "see their ids: secrets resolve --dry-run", .usage)
  }

  static func noSuchSide(_ take: String, _ work: OpenWork) -> Refusal {
    var refusal = Refusal(
      "no side has the id `\(take)`",
      hint: "see which there are: secrets resolve --dry-run", .found)
    refusal.others = words(of: work)
    return refusal
  }

  private static func words(of work: OpenWork) -> [(message: String, hint: String?)] {
    let environments = work.environments.map { name, sides in
      let sides = sides.map {
        "\($0.state.words) by \($0.by) at \(Timestamp.text($0.at)) [\($0.id)]"
      }
      return "the environment \(name): \(listed(sides, "or"))"
    }
    return (work.conflicts.map(words) + environments).map { ($0, nil) }
  }

  private static func words(of found: OpenConflict) -> String {
    let sides = found.conflict.sides.map(\.words)
    return "`\(found.conflict.name)` of \(found.address.text): \(listed(sides, "or"))"
  }
}
