// Plaintext files that a project has left behind: `run` says so where one still holds sealed names.

internal import Dotenv
internal import Glibc
internal import Sealing
internal import Workspace

/// A dotenv file in the working directory.
struct LeftoverFile {
  /// The file's name.
  let name: String
  /// The names that it sets.
  let names: [String]

  private static let limit = 1 << 20

  /// The names that the file sets and that are sealed.
  func names(among sealed: Set<String>) -> [String] { names.filter(sealed.contains) }

  /// The files of the usual names that are there.
  static func all(in context: Context) -> [LeftoverFile] {
    guard let directory = context.workingDirectory else { return [] }
    return all([".env", ".env.local"], in: directory)
  }

  /// The files of these names that are there.
  static func all(_ names: [String], in directory: String) -> [LeftoverFile] {
    names.compactMap { name in
      let arena = SecureArena()
      guard
        let file = try? RegularFile.open("\(directory)/\(name)", limit: limit, followingLink: true),
        let text = try? file.secret(into: arena)
      else { return nil }
      let all = text.withBytes { ParsedText(dotenv: $0).assignments.map(\.name) }
      var seen: Set<String> = []
      return LeftoverFile(name: name, names: all.filter { seen.insert($0).inserted })
    }
  }
}
