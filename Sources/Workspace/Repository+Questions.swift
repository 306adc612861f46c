// What only git itself can answer. None of it is asked on the way of an undisturbed `run`.

/// A file of a commit.
public struct CommittedFile: Sendable, Equatable {
  /// Its path from the repository's top level.
  public let path: String
  /// The name of its contents.
  public let blob: String
}

/// A line of a `.gitignore` that a path falls under.
public struct IgnoreRule: Sendable, Equatable {
  /// The file that has the rule, as git names it.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The rule itself.
  public let pattern: String
}

/// One side of a file that a merge left unfinished.
public struct UnmergedFile: Sendable, Equatable {
  /// Which side it is.
  public enum Side: Int, Sendable {
    /// Before both.
    case base = 1
    /// That of the branch merged into.
    case ours = 2
    /// That of the branch merged.
    case theirs = 3
  }

  /// Its path from the repository's top level.
  public let path: String
  /// Which side it is.
  public let side: Side
  /// The name of its contents.
  public let blob: String
}

extension Repository {
  /// Git, ready to be asked about this repository.
  ///
  /// - Parameter context: the surroundings.
  /// - Returns: the command, at the top level.
  /// - Throws: `gitMissing`.
  public func git(in context: Context) throws(WorkspaceError) -> GitCommand {
    try GitCommand(in: context, directory: topLevel)
  }
}

extension GitCommand {
  /// The rule by which git ignores a path that is not tracked.
  ///
  /// - Parameter path: absolute, or from the command's directory.
  /// - Returns: the rule; nil where the path is not ignored.
  /// - Throws: `gitFailed` and what `run` throws.
  public func ignoreRule(for path: String) throws(WorkspaceError) -> IgnoreRule? {
    let output = try output(
      ["check-ignore", "-v", "-z", "--stdin"], input: Array(path.utf8) + [0], accepting: [0, 1])
    return GitOutput.ignoreRule(output.bytes)
  }

  /// The attributes that git gives a path, such as `merge`.
  ///
  /// - Parameters:
  ///   - names: which attributes.
  ///   - path: absolute, or from the command's directory.
  /// - Returns: their values; `unset` for one that is taken away.
  /// - Throws: `gitFailed` and what `run` throws.
  public func attributes(
    _ names: [String], of path: String
  ) throws(WorkspaceError) -> [String: String] {
    let output = try output(["check-attr", "-z"] + names + ["--", path])
    let fields = output.bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    var values: [String: String] = [:]
    for start in stride(from: 0, to: fields.count - 2, by: 3) {
      values[fields[start + 1]] = fields[start + 2]
    }
    return values
  }

  /// Git's version, as it says it.
  ///
  /// - Throws: `gitFailed` and what `run` throws.
  public func version() throws(WorkspaceError) -> String {
    let words = String(decoding: try output(["version"]).bytes, as: UTF8.self)
      .split { $0 == " " || $0 == "\n" }
    return words.dropFirst(2).first.map(String.init) ?? ""
  }

  /// A variable of git's configuration, such as `user.name`.
  ///
  /// - Parameter name: the variable's name.
  /// - Returns: its value; nil where it is not set.
  /// - Throws: `gitFailed` and what `run` throws.
  public func configuration(_ name: String) throws(WorkspaceError) -> String? {
    let output = try output(["config", "-z", "--get", name], accepting: [0, 1])
    guard output.status == 0 else { return nil }
    return String(decoding: output.bytes.dropLast(), as: UTF8.self)
  }

  /// Sets a variable in this clone's own configuration.
  ///
  /// - Parameters:
  ///   - name: the variable's name.
  ///   - value: its one value from now on.
  /// - Throws: `gitFailed` and what `run` throws.
  public func configure(_ name: String, _ value: String) throws(WorkspaceError) {
    _ = try output(["config", "--local", "--replace-all", name, value])
  }

  /// What `HEAD` says, for repositories that keep it elsewhere than in a file.
  ///
  /// - Returns: the branch, or that none is checked out.
  /// - Throws: `gitFailed` and what `run` throws.
  public func head() throws(WorkspaceError) -> Repository.Head {
    let output = try output(["symbolic-ref", "-q", "HEAD"], accepting: [0, 1])
    return GitOutput.head(output.bytes)
  }

  /// The commit that a revision names.
  ///
  /// - Parameter revision: as a person types it.
  /// - Returns: the commit's name; nil where there is none.
  /// - Throws: `gitFailed`, as for a repository of another user's, and what `run` throws.
  public func commit(_ revision: String) throws(WorkspaceError) -> String? {
    let output = try run([
      "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}",
    ])
    guard output.status == 0 else {
      // Quiet about a name that is none; what git says all the same stops everything.
      if output.status == 128, !output.message.isEmpty {
        throw .gitFailed(arguments: ["rev-parse"], status: 128, message: output.message)
      }
      return nil
    }
    return String(decoding: output.bytes.filter { $0 > 0x20 }, as: UTF8.self)
  }

  /// The files of a folder at a commit; links and what lies deeper are left out.
  ///
  /// - Parameters:
  ///   - commit: what `commit(_:)` gave.
  ///   - folder: its path from the top level.
  /// - Returns: the files, by path.
  /// - Throws: `gitFailed` and what `run` throws.
  public func files(
    at commit: String, in folder: String
  ) throws(WorkspaceError) -> [CommittedFile] {
    let paths = folder.isEmpty ? [] : ["--", folder + "/"]
    return GitOutput.files(
      try output(["ls-tree", "-z", "--full-tree", commit] + paths).bytes)
  }

  /// The contents of a file of a commit, untouched by filters.
  ///
  /// - Parameters:
  ///   - blob: the name that git gave.
  ///   - limit: how many bytes are taken.
  /// - Returns: the bytes.
  /// - Throws: `gitFailed`, `gitOutputTooLarge` and what `run` throws.
  public func contents(of blob: String, limit: Int) throws(WorkspaceError) -> [UInt8] {
    try output(["cat-file", "blob", blob], limit: limit).bytes
  }

  /// The sides of what a merge left unfinished in a folder.
  ///
  /// - Parameter folder: its path from the top level.
  /// - Returns: one item per side of each file.
  /// - Throws: `gitFailed` and what `run` throws.
  public func unmergedFiles(in folder: String) throws(WorkspaceError) -> [UnmergedFile] {
    GitOutput.unmergedFiles(
      try output(["ls-files", "-u", "-z", "--full-name", "--", Self.pathspec(folder)]).bytes)
  }

  /// The folders of all projects that are tracked, by their paths from the top level, sorted.
  ///
  /// - Throws: `gitFailed` and what `run` throws.
  public func projects() throws(WorkspaceError) -> [String] {
    let patterns = Project.folderNames.map { ":(top,glob)**/\($0)/\(Project.teamFile)" }
    let output = try output(["ls-files", "-z", "--full-name", "--"] + patterns, limit: 1 << 24)
    return GitOutput.projects(output.bytes)
  }

  /// Whether a text stood in a project's files in any commit that a remote-tracking branch has or had.
  ///
  /// Reflogs are looked at too, for a branch that was forced back. History is not simplified: what
  /// a merge left out is just what is asked for; nor does it matter where the project's folder was
  /// then. In a shallow clone only what is there is seen.
  ///
  /// - Parameter text: what is looked for, byte for byte; at most 100,000 bytes.
  /// - Returns: whether it was published, as far as this clone knows.
  /// - Throws: `gitFailed` and what `run` throws.
  public func remoteEverHeld(_ text: String) throws(WorkspaceError) -> Bool {
    let tips = try output(
      ["for-each-ref", "--format=%(objectname)", "refs/remotes/"], limit: 1 << 24)
    let logged = try output(["log", "-g", "--remotes", "--format=%H"], limit: 1 << 24)
    let starts = tips.bytes + logged.bytes
    guard !starts.isEmpty else { return false }
    let found = try output(
      [
        "log", "-1", "--format=%H", "--no-ext-diff", "--no-textconv", "--no-renames",
        "--full-history", "-m", "--text", "-S" + text, "--stdin",
      ],
      input: starts + Array((["--"] + Self.projectFiles).map { $0 + "\n" }.joined().utf8))
    return !found.bytes.isEmpty
  }

  /// Which texts stand in a project's files on a remote-tracking branch now.
  ///
  /// - Parameter texts: parts of lines; the first 256 are looked for.
  /// - Returns: those that one of the first 256 branches holds, the main ones first.
  /// - Throws: `gitFailed` and what `run` throws.
  func remotesHold(_ texts: [String]) throws(WorkspaceError) -> Set<String> {
    let refs = try output(
      ["for-each-ref", "--format=%(objectname) %(refname)", "refs/remotes/"], limit: 1 << 24)
    let lines = refs.bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    // Whoever can push any number of branches must not push the others out of sight, nor take their
    // names with a folder before them.
    let main = lines.filter { line in
      let parts = line.split(separator: "/")
      return parts.count == 4
        && ["HEAD", "main", "master", "trunk", "develop"].contains(parts[3])
    }
    var tips: [String] = []
    for line in main + lines {
      let tip = String(line.prefix { $0 != " " })
      if !tips.contains(tip) { tips.append(tip) }
      if tips.count == 256 { break }
    }
    guard !tips.isEmpty else { return [] }
    let asked = texts.prefix(256)
    let found = try output(
      ["grep", "--no-color", "--no-line-number", "--no-column", "--text", "-h", "-F"]
        + asked.flatMap { ["-e", $0] } + tips + ["--"] + Self.projectFiles,
      limit: 1 << 26, accepting: [0, 1])
    let known = Set(
      found.bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) })
    return Set(asked.filter { text in known.contains { $0.contains(text) } })
  }

  /// Lines that removed an environment, in any commit that another holds.
  ///
  /// Nobody has vouched for these: they are what was committed. In a shallow clone only what is there
  /// is seen.
  ///
  /// - Parameters:
  ///   - environment: its name.
  ///   - commit: what is looked through with all before it.
  /// - Returns: the lines, without LF.
  /// - Throws: `gitFailed`, `gitOutputTooLarge` and what `run` throws.
  public func removals(
    of environment: String, upTo commit: String = "HEAD"
  ) throws(WorkspaceError) -> [String] {
    let start = "env \(environment) removed "
    let log = try output(
      [
        "log", "--format=", "-p", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv",
        "--no-renames", "--full-history", "-m", "--text", "-S" + start, commit, "--",
      ] + Self.projectFiles, limit: 1 << 26)
    return log.bytes.split(separator: 10).filter { $0.starts(with: "+\(start)".utf8) }
      .map { String(decoding: $0.dropFirst(), as: UTF8.self) }
  }

  // Wherever they lie: whoever can move the folder must not make its past unseen by that.
  private static let projectFiles = [":(top,glob)**/team.keys", ":(top,glob)**/*.sealed"]

  // From the top level wherever git looks from, and without wildcards.
  private static func pathspec(_ folder: String) -> String { ":(top,literal)\(folder)" }
}
