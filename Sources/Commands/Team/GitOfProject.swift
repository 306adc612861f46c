// What `init` and `trust` want of the clone around a project. Without git all else works; what is
// not set then is said.

internal import Workspace

/// A project's clone.
struct GitOfProject {
  let project: Project
  private let git: GitCommand?
  private let console: Console

  init(_ project: Project, in context: Context, console: Console) {
    self.project = project
    self.console = console
    git = try? project.repository?.git(in: context)
  }

  /// Refuses a folder that git passes over.
  ///
  /// - Throws: `Refusal`, `WorkspaceError`.
  func requireNotIgnored() throws {
    guard let git else { return }
    for name in [Project.teamFile, "development.sealed", "production.sealed"] {
      guard let rule = try git.ignoreRule(for: "\(project.folder)/\(name)") else { continue }
      let other = Project.folderNames.first { $0 != project.folderName } ?? ""
      let isOtherFree =
        try git.ignoreRule(for: "\(project.directory)/\(other)/\(name)") == nil
      throw Refusal.ignored(
        "\(project.folderName)/\(name)", by: rule, instead: isOtherFree ? other : nil)
    }
  }

  /// Other projects that this repository holds, by their folders' paths.
  func otherProjects() -> [String] {
    ((try? git?.projects()) ?? []).filter { $0 != project.pathInRepository }
  }

  /// Whether this clone shows names in a diff.
  var hasTextconv: Bool {
    ((try? git?.configuration("diff.secrets.textconv")) ?? nil) == GitCommand.textconv
  }

  /// Lets `git diff` of this clone show who changed which name, or says why it does not.
  func setTextconv() {
    guard project.repository != nil else {
      console.warn(Refusal.noRepository)
      return
    }
    do {
      guard let git else { throw WorkspaceError.gitMissing }
      if !hasTextconv { try git.configureTextconv() }
    } catch {
      console.warn(Refusal.textconvNotSet(Refusal(error).message))
    }
  }
}
