// The git repository around a project, known from its files alone: `run` starts no git for it.

internal import Glibc

/// A git working tree.
public struct Repository: Sendable, Equatable {
  /// What `HEAD` says.
  public enum Head: Sendable, Equatable {
    /// A branch, also one without a commit yet.
    case branch(String)
    /// A commit, without a branch.
    case detached
  }

  /// The working tree's uppermost directory.
  public let topLevel: String
  /// Where git keeps what belongs to this working tree: `HEAD`, the index.
  public let gitDirectory: String
  /// Where git keeps what all working trees of the clone share: objects, branches, configuration.
  public let commonDirectory: String
  /// Whether it may be a submodule of a repository around it.
  var mayBeSubmodule = false

  /// Takes the directory as a top level where it holds a `.git` that is one.
  ///
  /// - Parameter directory: an absolute path.
  init?(topLevel directory: String) {
    let dotGit = Path.join(directory, ".git")
    var status = stat()
    guard stat(dotGit, &status) == 0 else { return nil }
    topLevel = directory
    if status.st_mode & S_IFMT == S_IFDIR {
      // An empty `.git` folder is none to git either.
      guard access(Path.join(dotGit, "HEAD"), F_OK) == 0 else { return nil }
      gitDirectory = dotGit
      commonDirectory = dotGit
      return
    }
    guard let line = Self.line(of: dotGit), line.hasPrefix("gitdir: ") else { return nil }
    let target = String(line.dropFirst("gitdir: ".count))
    gitDirectory = Path.resolve(target, from: directory)
    if let common = Self.line(of: Path.join(gitDirectory, "commondir")) {
      commonDirectory = Path.resolve(common, from: gitDirectory)
    } else {
      commonDirectory = gitDirectory
      mayBeSubmodule = gitDirectory.contains("/modules/")
    }
  }

  /// Whether this is a submodule of the repository given.
  func isSubmodule(of outer: Repository) -> Bool {
    mayBeSubmodule
      && (gitDirectory.hasPrefix(outer.gitDirectory + "/modules/")
        || gitDirectory.hasPrefix(outer.commonDirectory + "/modules/"))
  }

  /// The branch that is checked out.
  ///
  /// - Returns: nil where only git can tell (`GitCommand.head`), as with the `reftable` format.
  public func head() -> Head? {
    guard let line = Self.line(of: Path.join(gitDirectory, "HEAD")) else { return nil }
    let prefix = "ref: refs/heads/"
    guard line.hasPrefix(prefix) else {
      return line.hasPrefix("ref: ") ? nil : .detached
    }
    let name = String(line.dropFirst(prefix.count))
    return name == ".invalid" ? nil : .branch(name)
  }

  /// The address by which a clone is told from others.
  ///
  /// That of `origin`, else of the remote whose name is least, whatever branch is checked out: a
  /// place must not change with the branch. Read from the clone's own configuration, as written.
  ///
  /// - Returns: the address; nil where there is no remote.
  public func remoteAddress() -> String? {
    let path = Path.join(commonDirectory, "config")
    // What cannot be read has no remote: the location then names the place.
    guard
      let file = try? RegularFile.open(path, limit: 1 << 20, followingLink: true),
      let bytes = try? file.bytes()
    else { return nil }
    let addresses = GitConfiguration(bytes).remoteAddresses
    return addresses["origin"] ?? addresses.min { $0.key < $1.key }?.value
  }

  private static func line(of path: String) -> String? {
    guard
      let file = try? RegularFile.open(path, limit: 1 << 16, followingLink: true),
      var bytes = try? file.bytes()
    else { return nil }
    while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
      bytes.removeLast()
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
