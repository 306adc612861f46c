// What `verify` says of commits, and what it refuses.

internal import Vault
internal import Workspace

extension ProjectHistory.Fault {
  /// The commit, as git shows it to people.
  var shortCommit: String { String(commit.prefix(10)) }

  private var name: String {
    switch fault {
    case .unreadable(let error): error.file
    case .finding(let finding): finding.file ?? TeamFile.name
    }
  }

  /// The file's path from the top level, as the commit has it.
  var path: String { "\(folder)/\(name)" }

  /// The line, from 1; nil where a line went or the whole file is meant.
  var line: Int? {
    switch fault {
    case .unreadable(let error): error.line
    case .finding(let finding): finding.line
    }
  }

  /// Its class, as in the format's §10.
  var kind: FindingClass {
    switch fault {
    case .unreadable: .parse
    case .finding(let finding): finding.kind
    }
  }

  /// What it is about; nil for a line that is no grammar.
  var thing: Thing? {
    if case .finding(let finding) = fault { finding.thing } else { nil }
  }

  /// Which commit, where, what.
  var sentence: String {
    let place = "\(shortCommit) \(path)" + (line.map { ":\($0)" } ?? "")
    switch fault {
    case .unreadable(let error):
      return "\(place)\(error.column.map { ":\($0)" } ?? ""): \(error.reason.words)"
    case .finding(let finding): return "\(place): \(finding.claim)"
    }
  }

  /// The command that shows the change.
  var hint: String { "see the change: git show \(shortCommit) -- \(shellWord(path))" }
}

extension Refusal {
  /// What a shallow clone cannot show.
  static func shallow(_ cuts: [String]) -> Refusal {
    let shown = cuts.prefix(3).map { String($0.prefix(10)) }
    let more = cuts.count > 3 ? " and \(cuts.count - 3) more" : ""
    return Refusal(
      "this clone is shallow: history is seen from commit \(shown.joined(separator: ", "))\(more) "
        + "on, and what came before is taken as it stood there",
      hint: "get all of it: git fetch --unshallow; or take it so: secrets verify --shallow-ok",
      .found)
  }

  static var noHistory: Refusal {
    Refusal(
      "the project is in no git repository, so it has no history to look through",
      hint: "look at its files as they are: secrets check", .found)
  }

  static func acceptStandsAlone(_ other: String) -> Refusal {
    Refusal(
      "\(other) does not go with --accept, which looks at the files as they are now",
      hint: "one after the other: secrets verify, secrets verify --accept", .usage)
  }

  static var yesNeedsAccept: Refusal {
    Refusal(
      "--yes answers what --accept asks, and without that nothing is asked",
      hint: "secrets verify --accept --yes", .usage)
  }

  static func badRange(_ range: String) -> Refusal {
    Refusal(
      "`\(range)` is no range of commits", hint: "such as: secrets verify origin/main..HEAD", .usage
    )
  }

  static var acceptNeedsYes: Refusal {
    Refusal(
      "there is no terminal to confirm it at; nothing was taken",
      hint: "look at each line, then add --yes", .usage)
  }

  static func noManualPage(_ name: String) -> Refusal {
    Refusal("there is no page `\(name)`", hint: "see which there are: secrets man --list", .found)
  }
}
