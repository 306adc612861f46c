// Trust as it is shown, and as it is written in `$SECRETS_TRUST` (format.md §6).

internal import Sealing
internal import Vault
internal import Workspace

/// `PROJECT`, or `PROJECT:KEY`.
struct TrustText {
  let project: ProjectID
  let rootKey: PublicKey?

  /// Reads the variable or argument; nil where it is neither.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let project = parts.first.flatMap({ ProjectID(text: String($0)) }) else { return nil }
    self.project = project
    if parts.count == 2 {
      guard let key = PublicKey(openSSH: String(parts[1])) else { return nil }
      rootKey = key
    } else {
      rootKey = nil
    }
  }

  func isMet(by team: Team) -> Bool {
    guard team.file.project == project else { return false }
    return rootKey.map { key in team.roots.contains { $0.key == key } } ?? true
  }

  /// The text for a project, and for the key that its root has now.
  static func text(of team: Team) -> String {
    let project = team.file.project.text
    return team.roots.last.map { "\(project):\($0.key.openSSH)" } ?? project
  }

  /// What a person compares before they trust a project.
  static func introduction(of opened: OpenProject, to key: PublicKey?) -> [String] {
    let team = opened.reading.team
    var lines = ["project \(team.file.project.text) in \(opened.project.pathInRepository)"]
    if let root = team.roots.last {
      lines.append("  root      \(root.name) \(root.key.fingerprint)")
      lines.append("  spoken    \(root.key.speakable)")
    }
    let current = team.members.values.filter { $0.state == .current }
    lines.append("  members   \(current.count)")
    if let key, let member = current.first(where: { $0.key == key }) {
      let by = member.addedBy.map { ", added by \($0)" } ?? ""
      lines.append("  you are   \(member.name)\(by)")
    }
    lines.append(
      "  ask \(team.root ?? "the root") to read the fingerprint out: secrets trust --show")
    return lines
  }
}

extension GitCommand {
  /// The program that turns a project's file into what `git diff` shows; it opens nothing, ever.
  ///
  /// Where it is not in `PATH`, as in an editor that was started elsewhere, git would show no diff of
  /// the whole repository: the lines are shown as they are then.
  static let textconv =
    "f() { if command -v secrets >/dev/null; then secrets git-textconv \"$1\"; "
    + "else cat \"$1\"; fi; }; f"

  /// Lets `git diff` show who changed which name.
  func configureTextconv() throws(WorkspaceError) {
    try configure("diff.secrets.textconv", Self.textconv)
  }
}
