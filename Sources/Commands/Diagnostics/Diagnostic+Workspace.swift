// What went wrong on disk, in the editor, at the terminal, in the keyring.

internal import Glibc
internal import Sealing
internal import Workspace

extension Refusal {
  init(workspace error: WorkspaceError) {
    switch error {
    case .system(let operation, let path, let code):
      self.init(
        "\(operation.words) \(path): \(systemReason(code))", hint: systemHint(code, at: path),
        .system)
    case .notRegularFile(let path):
      self.init(
        "\(path) is no regular file", hint: "look at what it is: ls -l \(path)", .damaged)
    case .symbolicLink(let path):
      self.init(
        "\(path) is a symbolic link, and a project's own files and folder never are",
        hint: "see by whom it came: git log -- \(path)", .damaged)
    case .severalNames(let path):
      self.init(
        "\(path) has another name besides, a hard link, whose readers would lose it",
        hint: "leave --delete out", .usage)
    case .tooLarge(let path, let limit):
      self.init(
        "\(path) has more than \(limit) bytes, which no such file has",
        hint: "see what changed: git log --stat -- \(path)", .damaged)
    case .tooLargeAt(let commit, let path, let limit):
      let commit = commit.prefix(10)
      self.init(
        "\(path) of \(commit) has more than \(limit) bytes, which no such file has",
        hint: "see by whom it came: git log --stat \(commit) -- \(shellWord(":/" + path))",
        .damaged)
    case .noWorkingDirectory:
      self.init(
        "the working directory is gone or its path is not UTF-8", hint: "cd to a folder that is",
        .system)
    case .noProject(let searched):
      let range = searched.last.map { " (searched up to \($0))" } ?? ""
      self.init(
        "no project here: no folder above has secrets/team.keys\(range)",
        hint: "start one with `secrets init`, or name its folder with -C", .found)
    case .twoFolders(let directory):
      self.init(
        "\(directory) has both secrets/team.keys and .secrets/team.keys",
        hint: "keep one of them: git log -- secrets .secrets", .damaged)
    case .foreignOwner(let path, let user):
      self.init(
        "\(path) belongs to another user (\(user))",
        hint: "if you trust it, name the folder that holds it: secrets -C DIR …", .usage)
    case .badFileName(let name):
      self.init("`\(name)` is no name of a project's file", hint: "secrets --help", .usage)
    case .changedUnderneath(let path):
      self.init(
        "\(path) was changed by something else in this moment; nothing was written",
        hint: "look, then try again: git diff -- \(path)", .system)
    case .locked(let path, let holder):
      let who = holder.map { "process \($0)" } ?? "another process"
      self.init(
        "\(who) is writing to this project and does not come to an end (\(path))",
        hint: holder.map { "see what it does: ps -p \($0)" } ?? "try again in a moment", .system)
    case .restless(let folder):
      self.init(
        "the files of \(folder) kept changing while they were read", hint: "try again in a moment",
        .system)
    case .unsafeState(let path):
      self.init(
        "\(path) can be changed by other users, so what it remembers proves nothing",
        hint: "chmod -R go-w \(path)", .system)
    case .gitMissing:
      self.init("git is not in PATH", hint: "install git, or set PATH", .system)
    case .gitFailed(let arguments, let status, let message):
      let words = arguments.first ?? ""
      self.init(
        "git \(words) failed with \(status): \(firstLine(message))",
        hint: "run it yourself to see more: git status", .system)
    case .gitOutputTooLarge(let arguments, let limit):
      self.init(
        "git \(arguments.first ?? "") printed more than \(limit) bytes",
        hint: "check the repository: git fsck", .system)
    case .noSuchRevision(let revision):
      self.init(
        "git knows no commit `\(revision)`",
        hint: "see which there are: git log --oneline --all; in a shallow clone: "
          + "git fetch --unshallow",
        .found)
    case .noProjectAt(let revision, let found):
      self.init(
        found.isEmpty
          ? "there is no project at `\(revision)`: no folder has secrets/team.keys"
          : "there are \(found.count) projects at `\(revision)`: \(found.joined(separator: ", "))",
        hint: found.first.map { folder in
          // Without the last step: the folder that holds the project's own.
          let above = folder.split(separator: "/").dropLast().joined(separator: "/")
          return "go to one: secrets -C \(shellWord(above.isEmpty ? "." : above)) …; "
            + "in a bare repository: --rev \(revision):\(folder)"
        }
          ?? "see what is there: git ls-tree -r --name-only \(revision)", .found)
    }
  }

  /// A commit was cut short, and these files were changed by something else since.
  static func abandoned(_ names: [String]) -> Refusal {
    guard !names.isEmpty else {
      return Refusal(
        "an earlier command died while it was writing, and the disk has lost how far it came",
        hint: "secrets check", .damaged)
    }
    let files = names.map { "`\($0)`" }.joined(separator: ", ")
    return Refusal(
      "an earlier command died while it was writing, and \(files) was changed by something else "
        + "since: that was left as it is", hint: "look at it: git diff -- secrets", .damaged)
  }

  /// What this machine should remember of a project has no room: a warning.
  static func notRemembered(_ error: WorkspaceError) -> Refusal {
    let reason = Refusal(workspace: error)
    let hint =
      switch error {
      case .system(_, let path, ENOSPC), .system(_, let path, EDQUOT):
        "make room: df -h \(shellWord(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])))"
      default: reason.hint
      }
    return Refusal(
      "this state of the project is not remembered here, so a rollback of it would go unseen: "
        + reason.message, hint: hint, reason.status)
  }

  init(editor error: EditorError) {
    switch error {
    case .noMemoryBackedFolder(let tried):
      self.init(
        "no memory-backed folder to edit in (tried \(tried.joined(separator: ", "))), and on disk "
          + "nothing is ever put",
        hint: "mount a tmpfs on /dev/shm, or use `secrets set NAME`", .system)
    case .fileFailed(let path, let code):
      self.init(
        "cannot use \(path): \(systemReason(code))", hint: systemHint(code, at: path), .system)
    case .fileReplaced(let path):
      self.init(
        "the editor left no file at \(path); nothing was changed",
        hint: "choose another one: EDITOR=nano secrets edit", .system)
    case .textTooLarge(let bytes, let limit):
      self.init(
        "the text has \(bytes) bytes, more than the \(limit) that are taken; nothing was changed",
        hint: "set large values one by one: secrets set NAME --file PATH", .usage)
    case .editorFailed(let command, let code):
      self.init(
        "cannot start the editor `\(command)`: \(systemReason(code))",
        hint: "name yours: export EDITOR=nano", .system)
    case .notRemoved(let path, let code):
      self.init(
        "\(path) could not be removed and may hold values: \(systemReason(code))",
        hint: "rm -rf \(path)", .system)
    }
  }

  init(console error: ConsoleError) {
    switch error {
    case .closed: self.init("nobody reads the output any more", .done)
    case .notWritten(let code):
      self.init(
        "the output cannot be written: \(systemReason(code))", hint: systemHint(code), .system)
    case .notText:
      self.init(
        "a value is not UTF-8 and has no place in JSON",
        hint: "take it by itself: secrets get NAME > FILE", .usage)
    case .noTerminal:
      self.init(
        "there is no terminal to ask at", hint: "give the answer as a flag; see --help", .usage)
    case .interrupted: self.init("interrupted; nothing was changed", .interrupted)
    case .noAnswer: self.init("no answer came; nothing was changed", .found)
    case .severalLines:
      self.init(
        "more than one line came where one is taken; nothing was changed",
        hint: "give them on standard input: secrets set NAME < PATH", .usage)
    case .answerTooLong(let limit):
      self.init(
        "the answer has more than \(limit) bytes; nothing was changed",
        hint: "give it on standard input: secrets set NAME < PATH", .usage)
    }
  }

  init(keyring error: KeyringError) {
    let hint = "for this shell alone: export SECRETS_IDENTITY_FILE=PATH of one without passphrase"
    switch error {
    case .refused(let code):
      self.init(
        "this system's kernel keeps no keys for us (\(systemReason(code))), as in many "
          + "containers: the passphrase is asked for each time", hint: hint, .system)
    case .quotaExceeded:
      self.init(
        "the kernel's keyring of this user is full", hint: "see what fills it: cat /proc/keys",
        .system)
    case .failed(let code):
      self.init("the kernel's keyring failed: \(systemReason(code))", hint: hint, .system)
    }
  }
}

extension FileOperation {
  fileprivate var words: String {
    switch self {
    case .open: "cannot open"
    case .inspect: "cannot look at"
    case .read: "cannot read"
    case .write: "cannot write"
    case .sync: "cannot be sure that the disk holds"
    case .rename, .exchange: "cannot put in place"
    case .remove: "cannot remove"
    case .makeFolder: "cannot make the folder"
    case .list: "cannot list"
    case .lock: "cannot lock"
    case .start: "cannot start"
    }
  }
}

/// The system's own words for an `errno`.
func systemReason(_ code: Int32) -> String {
  guard let text = strerror(code) else { return "error \(code)" }
  let reason = String(cString: text)
  return reason.prefix(1).lowercased() + reason.dropFirst()
}

/// What mends the usual reasons.
///
/// - Parameters:
///   - code: an `errno`.
///   - path: what the system refused; nil for a stream.
/// - Returns: a command, or what to do.
func systemHint(_ code: Int32, at path: String? = nil) -> String {
  let steps = path.map { "namei -l \(shellWord($0))" }
  return switch (code, steps) {
  case (ENOSPC, _), (EDQUOT, _): "nothing was changed; make room: df -h ."
  case (EROFS, _): "nothing was changed; this file system is read-only"
  case (EACCES, let steps), (EPERM, let steps):
    "look at the permissions: \(steps ?? "ls -ld .")"
  case (ENOENT, let steps?), (ENOTDIR, let steps?): "see how far the path goes: \(steps)"
  case (EISDIR, _?), (ELOOP, _?), (ENXIO, _?):
    "look at what it is, for no command of secrets put it there: "
      + "ls -ld \(shellWord(path ?? "."))"
  case (EMFILE, _), (ENFILE, _): "too many files are open: ulimit -n 1024"
  default: "try again; if it stays, look at the disk: dmesg | tail"
  }
}

private func firstLine(_ text: String) -> String {
  text.split(separator: "\n").first.map(String.init) ?? "it said nothing"
}
