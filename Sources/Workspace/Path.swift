// Paths as text: joining and tidying them without asking the disk.

internal import Glibc

enum Path {
  /// The path of a name in a directory.
  static func join(_ directory: String, _ name: String) -> String {
    directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }

  /// The directory that a path lies in; nil for `/`.
  static func parent(of path: String) -> String? {
    guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// An absolute path without `.`, `..`, and doubled slashes; links are not looked at.
  static func resolve(_ path: String, from directory: String) -> String {
    let absolute = path.hasPrefix("/") ? path : join(directory, path)
    var parts: [Substring] = []
    for part in absolute.split(separator: "/") where part != "." {
      if part == ".." {
        _ = parts.popLast()
      } else {
        parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The path with every link followed, as `getcwd` would give it.
  static func real(_ path: String) throws(WorkspaceError) -> String {
    try real(path, of: path)
  }

  /// The path of a directory with every link followed.
  static func realDirectory(_ path: String) throws(WorkspaceError) -> String {
    // A file has no path that ends so.
    try real(path + "/.", of: path)
  }

  private static func real(
    _ path: String, of named: String
  ) throws(WorkspaceError) -> String {
    guard let resolved = realpath(path, nil) else {
      throw .system(.inspect, path: named, errno: errno)
    }
    defer { free(resolved) }
    guard let text = String(validatingCString: resolved) else { throw .noWorkingDirectory }
    return text
  }

  /// What remains of a path below a directory; nil where it does not lie there.
  static func relative(_ path: String, to directory: String) -> String? {
    if path == directory { return "" }
    let prefix = directory == "/" ? "/" : directory + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
  }
}
