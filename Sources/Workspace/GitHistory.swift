// All commits of a repository with the projects' files that each holds, asked of git at one go: two
// processes for the commits and what they change, however many there are.

internal import Glibc
internal import Vault

/// The commits that lead to some others, parents before children.
public struct GitHistory {
  /// A commit.
  public struct Commit {
    /// Its name.
    public let id: String
    /// Its parents' places in the history.
    public let parents: [Int]
    /// Whether the clone ends here, though the history does not.
    public let isCut: Bool
    /// Whether it is of the range that was asked about.
    public let isAsked: Bool
    /// By path the contents of every project's files.
    let tree: Tree
  }

  /// What a commit holds, shared by those that hold the same.
  final class Tree {
    let blobs: [String: String]
    /// The folders that have a team.keys, sorted.
    private(set) lazy var folders = blobs.keys.filter { $0.hasSuffix("/\(Project.teamFile)") }
      .map { String($0.dropLast(Project.teamFile.utf8.count + 1)) }.sorted()

    init(_ blobs: [String: String]) { self.blobs = blobs }
  }

  /// The commits.
  public private(set) var commits: [Commit] = []
  private let git: GitCommand

  /// Reads a range's commits and all before them.
  ///
  /// - Parameters:
  ///   - range: as a person types it: a revision, or `A..B`.
  ///   - git: git, looking from the repository.
  /// - Throws: `noSuchRevision`, and what git throws.
  public init(_ range: String, git: GitCommand) throws(WorkspaceError) {
    self.git = git
    let ends = try git.ends(of: range)
    let tips = ends.filter { !$0.hasPrefix("^") }
    let listed = try Self.commits(git, tips, ["--parents"])
    let asked =
      ends.count == tips.count ? nil : Set(try Self.commits(git, ends, []).map { $0[0] })
    let cuts = try git.shallowCommits()
    let changes = try Self.changes(git, listed)
    var places: [String: Int] = [:]
    let nothing = Tree([:])
    commits.reserveCapacity(listed.count)
    for words in listed {
      let id = words[0]
      let parents = words.dropFirst().compactMap { places[$0] }
      var tree = parents.first.map { commits[$0].tree } ?? nothing
      if let changes = changes[id] {
        var blobs = tree.blobs
        for (path, blob) in changes { blobs[path] = blob }
        tree = Tree(blobs)
      }
      places[id] = commits.count
      commits.append(
        Commit(
          id: id, parents: parents, isCut: cuts.contains(id),
          isAsked: asked?.contains(id) ?? true, tree: tree))
    }
  }

  private static func commits(
    _ git: GitCommand, _ ends: [String], _ options: [String]
  ) throws(WorkspaceError) -> [[String]] {
    let output = try git.output(
      ["rev-list", "--topo-order", "--reverse"] + options + ends, limit: 1 << 30)
    return output.bytes.split(separator: 10).map { line in
      line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// What each commit changes in any project's files, against its first parent.
  ///
  /// - Returns: by commit the paths with the new contents; nil for a path that is not there.
  private static func changes(
    _ git: GitCommand, _ commits: [[String]]
  ) throws(WorkspaceError) -> [String: [(path: String, blob: String?)]] {
    let patterns = Project.folderNames.flatMap { folder in
      ["\(folder)/\(Project.teamFile)", "\(folder)/*.sealed"].map { ":(top,glob)**/\($0)" }
    }
    let pairs = commits.map { $0.prefix(2).joined(separator: " ") }.joined(separator: "\n")
    let output = try git.output(
      ["diff-tree", "--stdin", "-r", "--raw", "--root", "--no-renames", "--no-abbrev", "-z", "--"]
        + patterns,
      input: Array("\(pairs)\n".utf8), limit: 1 << 30)
    var changes: [String: [(path: String, blob: String?)]] = [:]
    var commit = ""
    // `COMMIT`, then for each file `:MODE MODE BLOB BLOB LETTER` and its path.
    var fields = output.bytes.split(separator: 0).makeIterator()
    while let field = fields.next() {
      let text = String(decoding: field, as: UTF8.self)
      guard text.hasPrefix(":") else {
        commit = text
        continue
      }
      let words = text.split(separator: " ")
      guard let name = fields.next(), words.count == 5 else { continue }
      guard let path = String(validating: name, as: UTF8.self) else { continue }
      // Links and submodules are no files of ours.
      let blob = words[1].hasPrefix("100") ? String(words[3]) : nil
      changes[commit, default: []].append((path, blob))
    }
    return changes
  }

  /// Whether a commit, by its place, is an ancestor of another.
  public func isAncestor(_ one: Int, of other: Int) -> Bool {
    var seen: Set<Int> = []
    var next = commits[other].parents
    while let place = next.popLast() {
      if place == one { return true }
      // Parents come first: what is further back cannot lead here.
      if place > one, seen.insert(place).inserted { next += commits[place].parents }
    }
    return false
  }
}

extension GitCommand {
  /// The commits that a range begins and ends with.
  ///
  /// - Parameter range: a revision, or `A..B`.
  /// - Returns: their names; `^` stands before those that are left out with all before them.
  /// - Throws: `noSuchRevision`, and what `run` throws.
  func ends(of range: String) throws(WorkspaceError) -> [String] {
    guard range.contains("..") else {
      guard let commit = try commit(range) else { throw .noSuchRevision(range) }
      return [commit]
    }
    let output = try run(["rev-parse", "--revs-only", "--end-of-options", range])
    let ends = String(decoding: output.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    guard output.status == 0, ends.contains(where: { !$0.hasPrefix("^") }) else {
      throw .noSuchRevision(range)
    }
    return ends
  }

  /// The commits at which a shallow clone ends; none where the clone is whole.
  func shallowCommits() throws(WorkspaceError) -> Set<String> {
    let path = try output(["rev-parse", "--path-format=absolute", "--git-path", "shallow"])
    let name = String(decoding: path.bytes.prefix { $0 != 10 }, as: UTF8.self)
    guard let file = try RegularFile.open(name, limit: 1 << 26) else { return [] }
    return Set(try file.bytes().split(separator: 10).map { String(decoding: $0, as: UTF8.self) })
  }
}

extension GitHistory {
  /// The commit that a range ends with.
  public var tip: Commit? { commits.last { $0.isAsked } }
}
