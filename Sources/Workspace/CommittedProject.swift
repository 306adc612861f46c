// A project's files as a commit has them, which needs no working tree: also in a bare repository.

public import Vault

/// A project at a revision.
public struct CommittedProject {
  /// The commit.
  public let commit: String
  /// The folder's path from the repository's top level.
  public let folder: String
  /// team.keys and the sealed files, by name.
  public let files: [String: [UInt8]]

  /// Reads a project's files at a revision.
  ///
  /// - Parameters:
  ///   - revision: as a person types it; `REV:FOLDER` names the folder.
  ///   - folder: where the project is, if that is known.
  ///   - git: git, looking from the repository.
  ///   - isWanted: which of the project's files are read.
  /// - Throws: `noSuchRevision`, `noProjectAt`, `tooLargeAt`, and what git throws.
  public init(
    _ revision: String, folder: String? = nil, git: GitCommand,
    where isWanted: (String) -> Bool = { _ in true }
  ) throws(WorkspaceError) {
    let parts = revision.split(separator: ":", maxSplits: 1).map(String.init)
    let name = parts.first ?? revision
    guard let commit = try git.commit(name) else { throw .noSuchRevision(name) }
    self.commit = commit
    var folders: [String] = []
    if parts.count == 2 { folders = [parts[1]] } else if let folder { folders = [folder] }
    var files = try Self.files(at: commit, in: folders.first, git, where: isWanted)
    if files == nil, parts.count == 1 {
      folders = try git.projectFolders(at: commit)
      guard folders.count == 1 else { throw .noProjectAt(revision: name, found: folders) }
      files = try Self.files(at: commit, in: folders[0], git, where: isWanted)
    }
    guard let files, let folder = folders.first else {
      throw .noProjectAt(revision: name, found: [])
    }
    self.folder = folder
    self.files = files
  }

  /// The files of a project at a commit, wherever its folder is there.
  ///
  /// - Parameters:
  ///   - project: which project; nil for what the folder holds.
  ///   - commit: the commit's name.
  ///   - folder: the folder's path from the top level, as it is elsewhere.
  ///   - git: git, looking from the repository.
  /// - Throws: `tooLargeAt`, and what git throws.
  /// - Returns: the files by name, none where the project is not there, and its folder.
  public static func found(
    _ project: ProjectID?, at commit: String, near folder: String, _ git: GitCommand
  ) throws(WorkspaceError) -> (files: [String: [UInt8]], folder: String) {
    if let files = try files(at: commit, in: folder, git) { return (files, folder) }
    guard let project else { return ([:], folder) }
    for other in try git.projectFolders(at: commit) where other != folder {
      let team = try files(at: commit, in: other, git) { $0 == TeamFile.name }
      guard let header = team?[TeamFile.name], (try? TeamFile.project(header)) == project else {
        continue
      }
      return (try files(at: commit, in: other, git) ?? [:], other)
    }
    return ([:], folder)
  }

  /// The files at a commit by its name; none where the folder was not there.
  ///
  /// - Parameters:
  ///   - commit: the commit's name.
  ///   - folder: the folder's path from the top level.
  ///   - git: git, looking from the repository.
  ///   - isWanted: which of the project's files are read.
  /// - Throws: `tooLargeAt`, and what git throws.
  /// - Returns: the files by name; nil where there is no team.keys.
  public static func files(
    at commit: String, in folder: String?, _ git: GitCommand,
    where isWanted: (String) -> Bool = { _ in true }
  ) throws(WorkspaceError) -> [String: [UInt8]]? {
    guard let folder else { return nil }
    var files: [String: [UInt8]] = [:]
    for file in try git.files(at: commit, in: folder) {
      let name = String(file.path.dropFirst(folder.utf8.count + 1))
      let isOurs =
        name == TeamFile.name
        || name.hasSuffix(".sealed") && Text.isEnvironment(SealedFile.environment(of: name))
      guard isOurs, isWanted(name) else { continue }
      let limit = FileChange.limit(of: name)
      do throws(WorkspaceError) {
        files[name] = try git.contents(of: file.blob, limit: limit)
      } catch .gitOutputTooLarge {
        throw .tooLargeAt(commit: commit, path: file.path, limit: limit)
      }
    }
    return files[TeamFile.name] == nil ? nil : files
  }
}

extension GitCommand {
  /// The folders that hold a project at a commit, sorted.
  func projectFolders(at commit: String) throws(WorkspaceError) -> [String] {
    let output = try output(
      ["ls-tree", "-r", "-z", "--full-tree", "--name-only", commit], limit: 1 << 26)
    return output.bytes.split(separator: 0).compactMap { bytes in
      guard bytes.suffix(10).elementsEqual("/team.keys".utf8),
        let path = String(validating: bytes, as: UTF8.self)
      else { return nil }
      let folder = String(path.dropLast("/team.keys".count))
      let name = folder.split(separator: "/").last.map(String.init) ?? folder
      return Project.folderNames.contains(name) ? folder : nil
    }.sorted()
  }

  /// The commits that two others both began from: several, where each was merged into the other.
  ///
  /// - Parameters:
  ///   - one: a commit's name.
  ///   - other: another's.
  /// - Throws: what `run` throws.
  /// - Returns: their names; none where they have nothing in common.
  public func mergeBases(_ one: String, _ other: String) throws(WorkspaceError) -> [String] {
    let output = try run(["merge-base", "--all", one, other])
    guard output.status == 0 else { return [] }
    return output.bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What git itself makes of two commits, with no working tree touched.
  ///
  /// - Parameters:
  ///   - one: a commit's name.
  ///   - other: another's.
  /// - Throws: what `run` throws.
  /// - Returns: the tree's name, also where conflicts are left in it; nil where this git cannot tell
  ///   (before 2.38), or nothing can be written.
  public func mergedTree(_ one: String, _ other: String) throws(WorkspaceError) -> String? {
    let output = try run(
      ["merge-tree", "--write-tree", "--allow-unrelated-histories", one, other], limit: 1 << 24)
    guard output.status == 0 || output.status == 1 else { return nil }
    let name = String(decoding: output.bytes.prefix { $0 != 10 }, as: UTF8.self)
    return name.count >= 40 && name.allSatisfy(\.isHexDigit) ? name : nil
  }
}
