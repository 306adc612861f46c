// The versions that git's history holds of one environment, with the team of each: out of two
// processes for the commits and one for the contents, however many there are.

internal import Vault

/// What an environment was at every commit that HEAD holds.
public struct EnvironmentHistory: ~Copyable {
  /// A state of the project's files, which a run of commits may share.
  public struct Version {
    /// The newest commit that has it.
    public let commit: String
    /// What git calls the contents of team.keys.
    let team: String
    /// And of the sealed file.
    let sealed: String
  }

  /// The versions, no commit's before those of its children.
  public let versions: [Version]
  private var objects: GitObjects
  private let file: String

  /// Lists the versions; reads none yet.
  ///
  /// - Parameters:
  ///   - environment: the environment's name.
  ///   - folder: where the project is, from the top level.
  ///   - git: git, looking from the repository.
  /// - Throws: what git throws.
  public init(
    of environment: String, in folder: String, git: GitCommand
  ) throws(WorkspaceError) {
    let file = SealedFile.name(of: environment)
    let history = try GitHistory("HEAD", git: git)
    var seen: Set<[String]> = []
    var versions: [Version] = []
    for commit in history.commits.reversed() {
      let blobs = commit.tree.blobs
      // Wherever the folder was then; of several projects the lines tell whose they are.
      for folder in [folder] + commit.tree.folders.filter({ $0 != folder }) {
        guard let team = blobs["\(folder)/\(TeamFile.name)"],
          let sealed = blobs["\(folder)/\(file)"], seen.insert([team, sealed]).inserted
        else { continue }
        versions.append(Version(commit: commit.id, team: team, sealed: sealed))
      }
    }
    let objects = try GitObjects(git)
    self.file = file
    self.versions = versions
    self.objects = objects
  }

  /// The sealed file of a version; nil where it is larger than the format allows.
  ///
  /// - Throws: what git throws.
  public mutating func sealedFile(of version: Version) throws(WorkspaceError) -> [UInt8]? {
    try objects.contents(of: version.sealed, limit: FileChange.limit(of: file))
  }

  /// team.keys of a version; nil where it is larger than the format allows.
  ///
  /// - Throws: what git throws.
  public mutating func teamFile(of version: Version) throws(WorkspaceError) -> [UInt8]? {
    try objects.contents(of: version.team, limit: FileChange.limit(of: TeamFile.name))
  }
}
