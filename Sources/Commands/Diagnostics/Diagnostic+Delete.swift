// `import --delete`: what is not removed, and what removing cannot promise.

internal import Glibc
internal import Workspace

extension Refusal {
  static var deletesNoFile: Refusal {
    Refusal(
      "--delete needs the path of a file, and `-` is standard input", hint: "leave --delete out",
      .usage)
  }

  static var deletesInDryRun: Refusal {
    Refusal("--delete and --dry-run exclude each other", hint: "leave one of them out", .usage)
  }

  static func deletesWhatIsLeft(_ option: String, _ path: String) -> Refusal {
    Refusal(
      "--delete would lose what \(option) leaves in \(path)",
      hint: "leave --delete out; once nothing there is needed: rm \(shellWord(path))", .usage)
  }

  /// A file that is not read, since it could not be removed.
  init(deleting error: WorkspaceError, _ path: String) {
    switch error {
    case .system(_, _, ENOENT): self = .noFile(path)
    case .symbolicLink:
      self.init(
        "\(path) is a symbolic link, and --delete removes no more than what it is given",
        hint: "give the path of the file itself: realpath \(shellWord(path))", .usage)
    case .tooLarge(_, let limit): self = .fileTooLarge(path, limit: limit)
    case .notRegularFile: self = .notAFile(path)
    default: self.init(workspace: error)
    }
  }

  /// A file whose values are sealed, and that is still there.
  init(notDeleted error: WorkspaceError, _ path: String) {
    var reason = Refusal(workspace: error).message
    if case .changedUnderneath = error { reason = "it was changed since it was read" }
    self.init(
      "the values are sealed, but \(path) was not removed: \(reason)",
      hint: "look at it, then: rm \(shellWord(path))", .system)
  }

  static func deleted(_ path: String) -> String {
    "\(path) was overwritten and removed; its old bytes may live on in an SSD's spare blocks, on a "
      + "file system that copies on write, in snapshots and in backups"
  }

  static func heldByHistory(_ path: String, _ commits: [String]) -> Refusal {
    let shown = commits.prefix(5).joined(separator: ", ")
    let more = commits.count > 5 ? " and \(commits.count - 5) more" : ""
    return Refusal(
      "git's history still holds \(path): \(counted(commits.count, "commit")) wrote it, "
        + "\(shown)\(more)",
      hint: "whoever has a clone has these values: give every one of them a new value where it is "
        + "from, and set that", .found)
  }

  static func commitRemoval(of path: String) -> String {
    "git rm -q --cached \(shellWord(path)) && git commit"
  }
}
