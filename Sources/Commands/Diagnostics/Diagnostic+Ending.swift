// What `team remove`, `revoke`, `rekey` and `restore` refuse, and what they say of keys that are
// for others to replace.

internal import Vault

extension Refusal {
  /// A role whose key is still one that somebody without a right knows.
  static func keyNotReplaced(_ role: EndedRole, isDone: Bool) -> Refusal {
    let name = role.address.text
    if let fault = role.fault {
      return Refusal(
        "the key of \(name) stays the old one: \(Refusal(write: fault).message)",
        hint: "mend that, then: secrets resolve", .damaged)
    }
    if !role.writers.isEmpty {
      return Refusal(
        "the key of \(name) stays the old one until someone who may write there replaces it; "
          + "nothing new is sealed under it",
        hint: "ask \(listed(role.writers, "or")) to run `secrets resolve` and push", .found)
    }
    if let reader = role.readers.first {
      return Refusal(
        "the key of \(name) stays the old one: nobody who holds it may write there",
        hint: "secrets grant \(reader) \(name) --write; then they run `secrets resolve`", .found)
    }
    let grant = "secrets grant NAME \(name) --write"
    return Refusal(
      role.lost == 0
        ? "nobody else holds the key of \(name)"
        : "nobody else holds the key of \(name), so nobody can open its "
          + "\(counted(role.lost, "value")) any more",
      hint: isDone || role.lost == 0
        ? "to write there anew: \(grant)"
        : "to keep what is there, first: \(grant); and who holds the key runs `secrets resolve`",
      .found)
  }

  // Removing

  static func mayNotRemove(_ name: String, in team: Team) -> Refusal {
    let root = team.root ?? "the root"
    let isAdmin = team.admins.contains(name)
    let who = isAdmin ? [root] : [root] + team.admins.sorted().filter { $0 != name }
    return Refusal(
      isAdmin
        ? "`\(name)` is an admin, whom only the root, \(root), removes"
        : "only the root or an admin removes a member",
      hint: "ask \(listed(who, "or")): secrets team remove \(name)", .cannotDecrypt)
  }

  static func removeNeedsYes(member name: String) -> Refusal {
    Refusal(
      "`\(name)` would be removed for ever, and there is no terminal to confirm it at",
      hint: "see what it does: secrets team remove \(name) --dry-run; then add --yes", .usage)
  }

  // Revoking

  static func noGrantToEnd(_ key: GrantKey, in reading: Reading) -> Refusal {
    let own = reading.grants.filter { $0.key.member == key.member && !$0.isRemoved }
      .map { RoleAddress($0.key).text }
    return Refusal(
      "`\(key.member)` has no grant for \(RoleAddress(key).text)",
      hint: own.isEmpty ? "secrets team list" : "there are: \(own.joined(separator: ", "))", .found)
  }

  static func revokedElsewhere(_ revocation: Authorship, _ key: GrantKey) -> Refusal {
    Refusal(
      "`\(revocation.by)` had taken this grant away at \(Timestamp.text(revocation.at)), on another "
        + "branch: where both are merged, it holds again",
      hint: "if they shall stay out: secrets revoke \(key.member) \(RoleAddress(key).text)", .found)
  }

  static func wouldStrand(_ role: EndedRole) -> Refusal {
    let name = role.address.text
    let (can, would) = role.lost > 0 ? ("open", "be lost") : ("write", "keep the old key")
    return Refusal(
      "nobody else who holds its key may \(can) \(name), so its \(counted(role.values, "value")) "
        + "would \(would); nothing was changed",
      hint: "let someone else in first: secrets grant NAME \(name) --write", .usage)
  }

  static var revokeNeedsTarget: Refusal {
    Refusal(
      "revoke takes a member and an environment, or --expired", hint: "secrets revoke --help",
      .usage)
  }

  static var expiredTakesNoName: Refusal {
    Refusal(
      "--expired ends every grant whose time is over", hint: "leave the names out", .usage)
  }

  // Re-keying

  static func noKeyToReplace(_ address: RoleAddress) -> Refusal {
    Refusal(
      "\(address.text) has no key yet",
      hint: "its first value makes it: \(address.setting("NAME"))", .found)
  }

  // Restoring

  static var revisionAndCommit: Refusal {
    Refusal("--rev and --at exclude each other", hint: "leave one of them out", .usage)
  }

  static func badRevision(_ text: String) -> Refusal {
    Refusal(
      "`\(text)` is no revision",
      hint: "it is a number, as `secrets list` shows it; a commit of git "
        + "goes with --at", .usage)
  }

  static func noHistory(_ name: String) -> Refusal {
    Refusal(
      "an old value comes from git's history, and there is none here",
      hint: "write the value: secrets set \(name)", .found)
  }

  static func notAtCommit(_ name: String, _ place: String, _ commit: String) -> Refusal {
    Refusal(
      "`\(name)` has no value in \(place) at \(commit)",
      hint: "see when it had one: git log -p -- secrets", .found)
  }

  static func notInHistory(_ name: String, _ place: String, revision: Int?) -> Refusal {
    let wanted = revision.map { "a revision \($0)" } ?? "an earlier value"
    return Refusal(
      "no commit holds \(wanted) of `\(name)` in \(place) that has led to the present one",
      hint: "if one holds it all the same: secrets restore \(name) --at COMMIT; see: "
        + "git log -p -- secrets; in a shallow clone first: git fetch --unshallow", .found)
  }

  static func twoInHistory(
    _ name: String, _ revision: Int, of address: RoleAddress, _ commits: [String]
  ) -> Refusal {
    let commits = commits.map { String($0.prefix(10)) }
    return Refusal(
      "history holds two values of revision \(revision) of `\(name)`, as of "
        + listed(commits, "and"),
      hint: "see which is the right one: git show \(commits[0]) \(commits[1]) -- secrets; then: "
        + "secrets restore \(name) \(address.options) --at COMMIT", .damaged)
  }

  static func signerIsOver(_ signer: String, in place: String) -> Refusal {
    Refusal(
      "`\(signer)`, who signed that value, may not write in \(place) any more",
      hint: "who once had the right can still sign what counted then: "
        + "see that it is the value that was there", .found)
  }

  static func wasRemoval(_ name: String, revision: Int) -> Refusal {
    Refusal(
      "revision \(revision) of `\(name)` is a removal", hint: "secrets unset \(name)", .found)
  }

  static func olderNotOpened(
    _ name: String, _ place: String, at commit: String, _ error: OpeningError
  ) -> Refusal {
    let commit = commit.prefix(10)
    return switch error {
    case .noAccess:
      Refusal(
        "you have no grant for \(place)", hint: "ask an admin: secrets team list", .cannotDecrypt)
    case .pending:
      Refusal(
        "nobody has handed you the key of \(place) yet",
        hint: "ask who may write there to run `secrets resolve` and push: secrets team list",
        .cannotDecrypt)
    case .refused(.damaged):
      Refusal(
        "`\(name)` of \(place) as it was at \(commit) does not open by the keys that lead there now",
        hint: "where the environment was made anew since, by those of then: "
          + "git worktree add ../then \(commit); secrets -C ../then get \(name)", .damaged)
    case .refused(let kind):
      Refusal(
        "`\(name)` of \(place) cannot be used as it was at \(commit): \(kind.words)",
        hint: "see what else there is: git log -p -- secrets", .damaged)
    }
  }
}
