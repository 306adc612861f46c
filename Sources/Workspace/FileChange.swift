// What a commit is asked to do to one file.

/// A file's contents before and after.
public struct FileChange: Sendable {
  /// Where a file is.
  public enum Base: String, Sendable {
    /// In the project's folder.
    case folder
    /// At the repository's top level: its `.gitignore`, and nothing else of a project.
    case topLevel
  }

  /// The file's name.
  public let name: String
  /// Where it is.
  public let base: Base
  /// What was read before the change was made; nil for no file.
  public let old: [UInt8]?
  /// What shall be there; nil for no file.
  public let new: [UInt8]?

  /// Describes a change.
  ///
  /// - Parameters:
  ///   - name: the file's name.
  ///   - base: where it is.
  ///   - old: what was read before the change was made; nil for no file.
  ///   - new: what shall be there; nil for no file.
  public init(_ name: String, at base: Base = .folder, from old: [UInt8]?, to new: [UInt8]?) {
    self.name = name
    self.base = base
    self.old = old
    self.new = new
  }

  /// Whether a name is one that a project's file may have: no path, and no aside.
  static func isName(_ name: String) -> Bool {
    let bytes = name.utf8
    return (1...200).contains(bytes.count) && name != "." && name != ".." && !Aside.isAside(name)
      && bytes.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
  }

  /// The greatest size of a file of this name (format §2).
  static func limit(of name: String) -> Int {
    if name == Project.teamFile { return 4 << 20 }
    return name.hasSuffix(".sealed") ? 64 << 20 : 1 << 20
  }
}

extension Project {
  func path(of name: String, at base: FileChange.Base) throws(WorkspaceError) -> String {
    guard FileChange.isName(name), base == .folder || name == ".gitignore" else {
      throw .badFileName(name)
    }
    return Path.join(base == .folder ? folder : topLevel, name)
  }
}
