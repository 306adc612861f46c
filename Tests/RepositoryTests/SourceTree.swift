// The repository's own text, as the tests about it read it.

import Foundation

/// A text file of the repository.
struct SourceText: CustomStringConvertible {
  /// The path from the repository's top.
  let path: String
  let text: String

  var description: String { path }

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The lines without their `//` comments; what stands in a string is kept.
  var code: [Substring] {
    lines.map { line in
      line.firstRange(of: "//").map { comment in
        let before = line[..<comment.lowerBound]
        return before.count { $0 == "\"" }.isMultiple(of: 2) ? before : line
      } ?? line
    }
  }

  /// The folder below `Sources` that it lies in: its target.
  var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
}

enum SourceTree {
  static let top = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// All files below a folder whose names end in one of these, in order.
  static func files(_ folder: String, _ endings: String...) -> [SourceText] {
    let names = FileManager.default.enumerator(atPath: top.appending(path: folder).path)
    var files: [SourceText] = []
    while let name = names?.nextObject() as? String {
      guard endings.contains(where: name.hasSuffix) else { continue }
      if let file = file("\(folder)/\(name)") { files.append(file) }
    }
    return files.sorted { $0.path < $1.path }
  }

  static func file(_ path: String) -> SourceText? {
    (try? String(contentsOf: top.appending(path: path), encoding: .utf8))
      .map { SourceText(path: path, text: $0) }
  }

  static var swift: [SourceText] { files("Sources", ".swift") }

  static var documents: [SourceText] {
    [file("README.md"), file("CHANGELOG.md")].compactMap { $0 } + files("docs", ".md")
  }
}
