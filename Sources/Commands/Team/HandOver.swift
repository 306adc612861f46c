// After a grant: the role's key goes to who is granted it, where the author has it; where not, it is
// said who can, and how.

internal import Vault
internal import Workspace

/// What became of a role's key in a change of grants.
struct HandOver {
  let address: RoleAddress
  /// The members who were to get it.
  var members: [String]
  /// Who grants.
  let author: String
  /// What the author did; nil where it is for others.
  var summary: WriteSummary?
  /// Whether the role has a key at all.
  var hasKey = true
  /// Who can hand it over.
  var whoCan: [String] = []
}

extension ProjectChange {
  /// Makes roles ready after a change of grants, as far as the author may write them.
  ///
  /// - Parameters:
  ///   - addresses: the roles.
  ///   - members: whose grants changed.
  /// - Throws: what a write throws; a key that the author lacks is no error.
  /// - Returns: what was done for each.
  mutating func handOver(_ addresses: [RoleAddress], to members: [String]) throws -> [HandOver] {
    try addresses.map { address in
      var outcome = HandOver(address: address, members: members, author: author.name)
      do {
        outcome.summary = try environment(address.environment) { draft in
          try draft.prepare(address.role)
          return draft.summary
        }
      } catch WriteError.noWriteGrant, WriteError.pending, WriteError.cannotRekey {
        let environment = project.reading.environments[address.environment]
        let standing = environment?.roleStandings.first { $0.role == address.role }
        outcome.hasKey = standing?.epoch != nil
        outcome.whoCan = environment?.keyHolders(of: address.role) ?? []
        // Who holds the key already waits for nothing.
        if outcome.hasKey { outcome.members.removeAll(where: outcome.whoCan.contains) }
      }
      return outcome
    }
  }
}

extension Console {
  /// Tells what became of the keys.
  func tell(_ outcomes: [HandOver]) {
    for outcome in outcomes {
      let role = outcome.address.text
      if let summary = outcome.summary {
        tell(summary, of: outcome.address.environment)
        continue
      }
      if outcome.members.isEmpty { continue }
      let waiting = listed(outcome.members)
      // Whoever is granted to write a role that has no key yet makes it by writing.
      if !outcome.hasKey, outcome.members.contains(where: outcome.whoCan.contains) {
        note("\(role) has no key yet: the first value that \(waiting) sets makes it")
      } else if outcome.whoCan.isEmpty {
        warn(
          "nobody may write \(role), so \(waiting) cannot be handed its key",
          hint: "let someone write it: secrets grant \(outcome.author) \(role)")
      } else {
        note("\(waiting) waits for the key of \(role), which you do not hold")
        hint("ask \(listed(outcome.whoCan, "or")) to run `secrets resolve` and push")
      }
    }
  }
}

/// `1 value`, `2 values`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// `a`, `a and b`, `a, b and c`.
func listed(_ words: [String], _ conjunction: String = "and") -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return "\(words.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
}
