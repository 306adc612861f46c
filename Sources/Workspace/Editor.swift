// The user's editor: what it is called with, so that it keeps nothing of the text anywhere else. A
// vimrc may ask for undo files and backups in the home folder; what is said with `-c` comes after it.

internal import Glibc

/// An editor as `$VISUAL` and `$EDITOR` name one: a shell's command, which may have arguments.
public struct Editor: Equatable, Sendable {
  /// The command.
  public let command: String

  /// What is known of an editor.
  enum Kind {
    case vim
    case nano
    case emacs
    case micro
    case other
  }

  /// Takes a command.
  public init(command: String) { self.command = command }

  /// Chooses as git does, with what is installed in place of a fixed last resort.
  ///
  /// `sensible-editor` is not among it: behind it we could not tell which one is run.
  ///
  /// - Parameters:
  ///   - visual: `$VISUAL`.
  ///   - editor: `$EDITOR`.
  ///   - path: `$PATH`.
  /// - Returns: the editor, or nil where none is named or found.
  public static func chosen(visual: String?, editor: String?, path: String?) -> Editor? {
    for case let command? in [visual, editor] where !command.isEmpty {
      return Editor(command: command)
    }
    return ["editor", "nano", "vim", "vi"].first { program($0, in: path) != nil }.map(Editor.init)
  }

  /// The arguments to start it with, a shell first, as git does it.
  ///
  /// - Parameters:
  ///   - file: an absolute path.
  ///   - line: the line to begin at, where one is wanted.
  ///   - path: `$PATH`, to see what stands behind a name such as `vi`.
  /// - Returns: the arguments.
  func arguments(for file: String, at line: Int?, path: String?) -> [String] {
    let kind = kind(path: path)
    let place = kind == .other ? nil : line.map { "+\($0)" }
    let script = isOneProgram ? "exec \(command) \"$@\"" : "\(command) \"$@\""
    return ["/bin/sh", "-c", script, command] + kind.options + [place, file].compactMap { $0 }
  }

  /// Whether the shell may become it, so that a signal to what we started reaches the editor.
  private var isOneProgram: Bool {
    let first = command.utf8.split(separator: UInt8(ascii: " ")).first ?? command.utf8[...]
    return !command.utf8.contains { "|&;<>()\n".utf8.contains($0) }
      && !first.contains(UInt8(ascii: "="))
  }

  func kind(path: String?) -> Kind {
    let words = command.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let first = words.first.flatMap({ String($0) }) else { return .other }
    let program = Self.program(first, in: path) ?? first
    // The name typed tells as well: a link `vim` may lead to a file of any name.
    for name in [Self.fileName(program), Self.fileName(first)] {
      if name.hasPrefix("vim") || name == "nvim" { return .vim }
      if name == "nano" { return .nano }
      if name.hasPrefix("emacs") && !name.hasPrefix("emacsclient") { return .emacs }
      if name == "micro" { return .micro }
    }
    return .other
  }

  /// Where a program lies, all links followed.
  private static func program(_ name: String, in path: String?) -> String? {
    let folders = (path ?? "/bin:/usr/bin").split(separator: ":")
    let candidates =
      name.utf8.contains(UInt8(ascii: "/")) ? [name] : folders.map { "\($0)/\(name)" }
    for candidate in candidates where access(candidate, X_OK) == 0 {
      guard let real = realpath(candidate, nil) else { continue }
      defer { free(real) }
      return String(cString: real)
    }
    return nil
  }

  private static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

extension Editor.Kind {
  fileprivate var options: [String] {
    switch self {
    case .vim:
      let nothingKept = "nobackup nowritebackup noundofile noswapfile"
      return [
        "-n", "-i", "NONE",
        // A colleague's text must not set options either.
        "--cmd", "set nomodeline \(nothingKept)",
        "-c", "silent! set \(nothingKept) viminfo=",
      ]
    // Restricted: no backups, no other file, no history.
    case .nano: return ["-R"]
    case .emacs:
      return ["--eval", "(setq-default make-backup-files nil auto-save-default nil)"]
    case .micro: return ["-backup", "false", "-saveundo", "false", "-savecursor", "false"]
    case .other: return []
    }
  }
}
