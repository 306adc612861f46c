// A project's files at every commit, wherever its folder stood then, handed to the judge in turn.
// Only the versions that a commit still to come is compared with are kept.

public import Vault

/// The history of one project.
public struct ProjectHistory {
  /// What a commit did wrong.
  public struct Fault {
    /// The commit's name.
    public let commit: String
    /// The project's folder then, from the top level.
    public let folder: String
    /// What it was.
    public let fault: History.Fault
  }

  /// What a look through the history found.
  public struct Result {
    /// What commits of the range did wrong, in the order of the commits.
    public var faults: [Fault] = []
    /// How many commits of the range changed the project's files.
    public var commits = 0
    /// The commits of the range at which the clone ends.
    public var cuts: [String] = []

    /// Nothing was found.
    public init() {}
  }

  /// The project's files at a commit.
  private struct Files: Equatable {
    var folder = ""
    /// By name what git calls their contents.
    var blobs: [String: String] = [:]
  }

  private let history: GitHistory
  private let git: GitCommand
  private let project: ProjectID
  private let folder: String
  private let now: Int64

  /// Takes a project's history.
  ///
  /// - Parameters:
  ///   - project: which project.
  ///   - folder: where it is now, from the top level.
  ///   - history: the commits.
  ///   - git: git, looking from the repository.
  ///   - now: the reader's clock, Unix seconds.
  public init(
    of project: ProjectID, in folder: String, _ history: GitHistory, git: GitCommand, now: Int64
  ) {
    self.project = project
    self.folder = folder
    self.history = history
    self.git = git
    self.now = now
  }

  /// Judges every commit, and tells of those of the range.
  ///
  /// - Parameter progress: is told how many commits of how many were judged.
  /// - Throws: what git throws.
  /// - Returns: what was found.
  public func judge(progress: (Int, Int) -> Void) throws(WorkspaceError) -> Result {
    var objects = try GitObjects(git)
    let files = try self.files(&objects)
    let parents = self.parents(files)
    let work = history.commits.indices.filter { place in
      parents[place].isEmpty
        ? !files[place].blobs.isEmpty
        : parents[place].contains { $0.blobs != files[place].blobs }
    }
    var uses: [String: Int] = [:]
    for place in work {
      for state in [files[place]] + parents[place] {
        for blob in state.blobs.values { uses[blob, default: 0] += 1 }
      }
    }
    var versions: [String: HistoryFile] = [:]
    func load(_ state: Files) throws(WorkspaceError) -> [String: HistoryFile] {
      var loaded: [String: HistoryFile] = [:]
      for (name, blob) in state.blobs {
        let known = versions[blob]
        let file: HistoryFile
        if let known {
          file = known
        } else {
          let bytes = try objects.contents(of: blob, limit: FileChange.limit(of: name))
          file = HistoryFile(contents: blob, bytes: bytes)
        }
        let left = (uses[blob] ?? 1) - 1
        uses[blob] = left
        versions[blob] = left > 0 ? file : nil
        loaded[name] = file
      }
      return loaded
    }
    var judge = History(of: project, now: now)
    var result = Result()
    result.cuts = history.commits.filter { $0.isCut && $0.isAsked }.map(\.id)
    for (done, place) in work.enumerated() {
      progress(done, work.count)
      let commit = history.commits[place]
      let here = try load(files[place])
      var before: [[String: HistoryFile]] = []
      for state in parents[place] { before.append(try load(state)) }
      let faults = judge.judge(History.Step(index: place, files: here, parents: before)) {
        history.isAncestor($0, of: place)
      }
      guard commit.isAsked else { continue }
      result.commits += 1
      // What a shallow clone begins with came before what it can see.
      if commit.isCut { continue }
      let there = ([files[place]] + parents[place]).first { !$0.blobs.isEmpty }
      result.faults += faults.map {
        Fault(commit: commit.id, folder: there?.folder ?? self.folder, fault: $0)
      }
    }
    progress(work.count, work.count)
    return result
  }

  /// What each commit is held against: its parents' files, and where one has none, what there was
  /// before that, so that nothing goes while the project is out of sight.
  private func parents(_ files: [Files]) -> [[Files]] {
    var last: [Files] = []
    return history.commits.indices.map { place in
      let parents = history.commits[place].parents
      let isThere = !files[place].blobs.isEmpty
      let before = parents.map { last[$0] }.first { !$0.blobs.isEmpty }
      last.append(isThere ? files[place] : before ?? Files())
      return parents.map { isThere ? last[$0] : files[$0] }
    }
  }

  /// The project's files at each commit: of the folder whose team.keys names the project.
  private func files(_ objects: inout GitObjects) throws(WorkspaceError) -> [Files] {
    var projects: [String: ProjectID?] = [:]
    var files: [Files] = []
    files.reserveCapacity(history.commits.count)
    for commit in history.commits {
      let first = commit.parents.first
      if let first, history.commits[first].tree === commit.tree {
        files.append(files[first])
        continue
      }
      var folders: [String] = []
      for folder in commit.tree.folders {
        guard let blob = commit.tree.blobs["\(folder)/\(Project.teamFile)"] else { continue }
        if projects[blob] == nil {
          let bytes = try objects.contents(of: blob, limit: FileChange.limit(of: Project.teamFile))
          projects[blob] = .some(bytes.flatMap { try? TeamFile.project($0) })
        }
        if projects[blob] == project { folders.append(folder) }
      }
      // Of several copies the one that is the project now, else the one that was it before.
      let wanted = [folder] + (first.map { [files[$0].folder] } ?? [])
      guard let found = wanted.first(where: folders.contains) ?? folders.first else {
        files.append(Files())
        continue
      }
      var state = Files(folder: found)
      for (path, blob) in commit.tree.blobs where path.hasPrefix("\(found)/") {
        let name = String(path.dropFirst(found.utf8.count + 1))
        let isOurs =
          name == Project.teamFile
          || name.hasSuffix(".sealed") && Text.isEnvironment(SealedFile.environment(of: name))
        if isOurs { state.blobs[name] = blob }
      }
      files.append(state)
    }
    return files
  }
}
