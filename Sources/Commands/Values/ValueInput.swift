// Where the value of `set` comes from: a prompt that shows nothing, standard input, a file, or,
// with a warning, the command line.

internal import Glibc
internal import Sealing
internal import Vault
internal import Workspace

/// A value as it was given.
struct ValueInput {
  /// Text, or from `--file` a file.
  let kind: Payload.Kind
  /// Its bytes.
  let value: Secret
  /// Whether one newline at its end was dropped.
  private(set) var hadNewline = false

  /// Asks at the terminal; the answer is not shown.
  ///
  /// - Throws: `Refusal` for an empty answer, `ConsoleError`.
  static func prompt(_ name: String, into arena: SecureArena) throws -> ValueInput {
    let value = try Prompt().hidden("value of \(name): ", into: arena)
    guard value.count > 0 else { throw Refusal.emptyAnswer(name) }
    return ValueInput(kind: .text, value: value)
  }

  /// Reads standard input; of text, one newline at the end is dropped, which `echo` has put there.
  ///
  /// - Parameters:
  ///   - name: the secret's name.
  ///   - isExact: whether the newline is kept.
  ///   - arena: where the value goes.
  /// - Throws: `Refusal`.
  /// - Returns: the value.
  static func standardInput(
    _ name: String, isExact: Bool, into arena: SecureArena
  ) throws(Refusal) -> ValueInput {
    let value = try StandardInput.read(limit: Payload.valueLimit, into: arena)
    // A producer that failed gives nothing, and must not empty a secret.
    guard value.count > 0 else { throw .noValue(name) }
    guard !isExact else { return ValueInput(kind: .text, value: value) }
    let newline = value.newlineCount
    return ValueInput(
      kind: .text, value: value.part(0..<(value.count - newline)), hadNewline: newline > 0)
  }

  /// Reads a file, byte for byte; `-` is standard input.
  ///
  /// - Throws: `Refusal`, `WorkspaceError`.
  static func file(_ path: String, into arena: SecureArena) throws -> ValueInput {
    ValueInput(
      kind: .file, value: try InputFile.read(path, limit: Payload.valueLimit, into: arena))
  }

  /// Takes a value out of the command line.
  static func argument(_ value: Substring, into arena: SecureArena) -> ValueInput {
    var value = String(value)
    return ValueInput(
      kind: .text, value: value.withUTF8 { arena.copy(RawSpan(_unsafeElements: $0)) })
  }
}

/// A file that a person names, or `-` for standard input, as secret bytes.
enum InputFile {
  /// Whether a path names a file that stays, and not what a program hands over.
  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Reads all of it.
  ///
  /// - Parameters:
  ///   - path: the file's path, from the working directory.
  ///   - limit: the most bytes that are taken.
  ///   - arena: where they are put.
  /// - Throws: `Refusal`, `WorkspaceError`.
  /// - Returns: the bytes.
  static func read(_ path: String, limit: Int, into arena: SecureArena) throws -> Secret {
    if path == "-" { return try StandardInput.read(limit: limit, into: arena) }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFIFO {
      return try pipe(path, limit: limit, into: arena)
    }
    do {
      guard let file = try RegularFile.open(path, limit: limit, followingLink: true) else {
        throw Refusal.noFile(path)
      }
      return try file.secret(into: arena)
    } catch WorkspaceError.notRegularFile {
      throw Refusal.notAFile(path)
    } catch WorkspaceError.tooLarge {
      throw Refusal.fileTooLarge(path, limit: limit)
    }
  }

  // `<(command)` of a shell is a path that leads to a pipe. It is opened once only: whoever writes
  // to it ends where a reader goes away, and is not there for the next.
  private static func pipe(_ path: String, limit: Int, into arena: SecureArena) throws -> Secret {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw WorkspaceError.system(.open, path: path, errno: errno) }
    defer { close(descriptor) }
    return try StandardInput.read(from: descriptor, limit: limit, into: arena)
  }
}

extension Secret {
  /// How many bytes of one newline it ends in: CR LF has 2.
  fileprivate var newlineCount: Int {
    withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        guard buffer.last == UInt8(ascii: "\n") else { return 0 }
        return buffer.dropLast().last == UInt8(ascii: "\r") ? 2 : 1
      }
    }
  }
}
