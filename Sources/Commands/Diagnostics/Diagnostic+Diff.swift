// What `diff` cannot compare.

internal import Vault
internal import Workspace

extension Refusal {
  static var revisionTwice: Refusal {
    Refusal(
      "the revision is given twice: as an argument and by --rev", hint: "leave one of them out",
      .usage)
  }

  static var environmentTwice: Refusal {
    Refusal(
      "two environments are named already, and -e names another one", hint: "leave -e out", .usage)
  }

  static var tooManyPlaces: Refusal {
    Refusal(
      "diff compares two things, and more were named",
      hint: "such as: secrets diff HEAD~3, or secrets diff development production", .usage)
  }

  static func twoRevisions(_ places: [String]) -> Refusal {
    let names = listed(places.map { "`\($0)`" }, "nor")
    return Refusal(
      "two arguments are two environments, and neither \(names) is",
      hint: "for revisions: secrets diff \(shellWord(places.joined(separator: "..")))", .usage)
  }

  static var noRevisions: Refusal {
    Refusal(
      "there is no git repository here, and so nothing older to compare with",
      hint: "compare environments: secrets diff development production", .found)
  }

  static func noRevision(_ name: String, in team: Team) -> Refusal {
    if case .live = team.environments[name] {
      return Refusal(
        "git knows no commit `\(name)`, which is an environment",
        hint: "what changed in it: secrets diff -e \(name)", .found)
    }
    return Refusal(workspace: .noSuchRevision(name))
  }

  /// A file of an older state that is not the grammar.
  static func unreadable(_ error: ParseError, at revision: String) -> Refusal {
    let refusal = Refusal(parse: error)
    return Refusal(
      "at \(revision): \(refusal.message)", hint: refusal.hint, refusal.status)
  }
}
