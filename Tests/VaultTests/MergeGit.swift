// A real repository with many branches off one commit, merged by git itself with the attributes
// that a project commits.

import Foundation
import Testing

@testable import Vault

struct MergeGit: ~Copyable {
  static let attributes = """
    *.sealed -text merge=union diff=secrets
    team.keys -text merge=union diff=secrets

    """
  static let names = ["team.keys", "production.sealed"]

  let folder: URL
  private var commits: [String] = []

  /// A repository whose first commit is the base.
  init(base: VectorFolder) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try write(base)
    try Data(Self.attributes.utf8).write(to: folder.appending(path: ".gitattributes"))
    _ = try run("git init -q -b base . && git add -A && git commit -q -m base")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func write(_ state: VectorFolder) throws {
    for name in Self.names {
      try Data(state.files[name] ?? []).write(to: folder.appending(path: name))
    }
  }

  /// Commits a state on a branch of its own, off the base.
  mutating func commit(_ state: VectorFolder) throws {
    try write(state)
    let commit = try run(
      "git add -A && git commit-tree -p base -m side $(git write-tree) && git reset -q --hard base")
    commits.append(commit.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Merges two branches by a checkout and `git merge`; gives the tree.
  func merge(_ ours: Int, _ theirs: Int) throws -> String {
    let tree = try run(
      "git checkout -q --detach \(commits[ours]) && git merge -q -m merge \(commits[theirs]) >&2 "
        + "&& git rev-parse HEAD^{tree}; git checkout -q --detach base")
    return tree.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Merges pairs of branches with what `git merge` does it with, and no checkout; gives trees.
  func mergeTrees(_ pairs: [(ours: Int, theirs: Int)]) throws -> [String] {
    let script = pairs.map {
      "git merge-tree --write-tree \(commits[$0.ours]) \(commits[$0.theirs]) || exit 1"
    }.joined(separator: "\n")
    return try run(script).split(separator: "\n").map(String.init)
  }

  /// The files of trees.
  func files(of trees: [String]) throws -> [VectorFolder] {
    let objects = trees.flatMap { tree in Self.names.map { "\(tree):\($0)" } }
    try Data((objects.joined(separator: "\n") + "\n").utf8)
      .write(to: folder.appending(path: ".git/wanted"))
    let output = try [UInt8](data("git cat-file --batch='%(objectsize)' < .git/wanted"))
    var contents: [[UInt8]] = []
    var start = 0
    while start < output.count, let end = output[start...].firstIndex(of: 10) {
      let size = try #require(Int(String(decoding: output[start..<end], as: UTF8.self)))
      contents.append(Array(output[(end + 1)..<(end + 1 + size)]))
      start = end + 1 + size + 1
    }
    return stride(from: 0, to: contents.count, by: Self.names.count).map { first in
      var folder = VectorFolder()
      for (offset, name) in Self.names.enumerated() {
        folder.files[name] = contents[first + offset]
      }
      return folder
    }
  }

  private func run(_ script: String) throws -> String {
    String(decoding: try data(script), as: UTF8.self)
  }

  private func data(_ script: String) throws -> Data {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.currentDirectoryURL = folder
    shell.arguments = ["-c", script]
    shell.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
      "HOME": folder.path, "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_AUTHOR_NAME": "nobody", "GIT_AUTHOR_EMAIL": "nobody@example.com",
      "GIT_COMMITTER_NAME": "nobody", "GIT_COMMITTER_EMAIL": "nobody@example.com",
    ]
    let output = Pipe()
    shell.standardOutput = output
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0, "\(script.prefix(200))")
    return data
  }
}
