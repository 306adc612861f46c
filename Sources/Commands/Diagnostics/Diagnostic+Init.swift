// Why a folder does not become a project, or not a whole one.

internal import Workspace

extension Refusal {
  static func alreadyProject(_ folder: String) -> Refusal {
    Refusal(
      "\(folder) is a project already", hint: "to become a member: secrets join", .usage)
  }

  static func projectAbove(_ folder: String, instead directory: String) -> Refusal {
    Refusal(
      "\(folder) is a project already, and covers this folder too",
      hint: "to become a member: secrets join; for another project here: secrets init -C "
        + shellWord(directory), .usage)
  }

  static func secondDeclined(_ folder: String) -> Refusal {
    Refusal(
      "no second project was made beside \(folder)", hint: "to become a member: secrets join",
      .found)
  }

  static func ignored(_ path: String, by rule: IgnoreRule, instead: String?) -> Refusal {
    Refusal(
      "git ignores \(path), by `\(rule.pattern)` in \(rule.file):\(rule.line)",
      hint: instead.map { "take another folder: secrets init --dir \($0)" }
        ?? "take that line out: ${EDITOR:-vi} +\(rule.line) \(shellWord(rule.file))", .usage)
  }

  static func sealedWithoutTeam(_ path: String) -> Refusal {
    Refusal(
      "\(path) is there, and no team.keys beside it",
      hint: "bring that back: git checkout HEAD -- team.keys; or remove what is left of it",
      .damaged)
  }

  /// Not a refusal but a warning: what `git add` of the folder would take too.
  static func otherFiles(_ names: [String], in folder: String) -> String {
    let shown = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    return "\(folder)/ holds other files (\(shown)), which `git add \(folder)` would commit as "
      + "they are"
  }

  static var noRepository: Refusal {
    Refusal(
      "this is no git repository: its .gitignore and diff are not set up",
      hint: "git init && secrets init", .system)
  }

  static func textconvNotSet(_ reason: String) -> Refusal {
    Refusal(
      "git diff will not show names here: \(reason)",
      hint: "git config diff.secrets.textconv '\(GitCommand.textconv)'", .system)
  }
}
