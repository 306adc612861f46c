// Becoming the command: no parent stays behind, so signals, terminal and exit code are the
// command's own. The search is that of execvp(3), but in the child's `PATH`.

internal import Glibc
internal import Sealing

/// A program and its arguments.
public struct Command {
  private let arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
  private let program: UnsafeMutablePointer<CChar>

  /// Takes a command as it stands at the end of a process's own arguments; nil where it is empty.
  ///
  /// Arguments are bytes that need not be text, which a `String` would change.
  ///
  /// - Parameter arguments: the command's name and its arguments, ended by nil; they must outlive
  ///   the command.
  public init?(_ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>) {
    guard let program = arguments.pointee else { return nil }
    self.arguments = arguments
    self.program = program
  }

  /// The command's name as it was typed, for messages.
  public var name: String { String(cString: program) }

  /// Replaces this process by the command.
  ///
  /// - Parameter environment: the whole environment of the command.
  /// - Returns: never.
  /// - Throws: why it could not be started; this process is then as before.
  public func become(with environment: ChildEnvironment) throws(LaunchError) -> Never {
    let failure = try environment.withStrings { strings throws(LaunchError) in
      try ExecLimits.check(arguments: arguments, environment: strings)
      // This process's own dumps are prevented still: it is not dumpable.
      ProcessHardening.restoreCoreLimit()
      return execute(environment.withValue(of: "PATH", candidates(in:)), with: strings)
    }
    throw failure
  }

  /// Whether the command is a path, which is not looked for in `PATH`.
  private var namesFile: Bool { strchr(program, Int32(UInt8(ascii: "/"))) != nil }

  /// The files to try, in order.
  func candidates(in path: UnsafePointer<CChar>?) -> [[CChar]] {
    let file = Array(UnsafeBufferPointer(start: program, count: strlen(program) + 1))
    if namesFile || file.count == 1 { return [file] }
    let path = path.map { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
    let folders = path ?? "/bin:/usr/bin".utf8.map(CChar.init)
    return folders.split(separator: CChar(UInt8(ascii: ":")), omittingEmptySubsequences: false)
      .map { folder in
        // An empty entry is the working directory.
        folder.isEmpty ? file : folder + [CChar(UInt8(ascii: "/"))] + file
      }
  }

  private func execute(
    _ candidates: [[CChar]], with environment: UnsafePointer<UnsafeMutablePointer<CChar>?>
  ) -> LaunchError {
    var denied = false
    var present: [CChar]?
    for path in candidates {
      execve(path, arguments, environment)
      if errno == ENOEXEC { executeScript(path, with: environment) }
      let code = errno
      switch code {
      case EACCES:
        denied = true
      case ENOENT where access(path, F_OK) == 0:
        present = present ?? path
      case ENOENT, ESTALE, ENODEV, ETIMEDOUT:
        break
      case ENOTDIR where !namesFile:
        break
      default:
        return .commandNotExecutable(name, code: code)
      }
    }
    if denied { return .commandNotExecutable(name, code: EACCES) }
    if let present {
      let bytes = present.dropLast().map(UInt8.init(bitPattern:))
      return .interpreterNotFound(path: String(decoding: bytes, as: UTF8.self))
    }
    return .commandNotFound(name)
  }

  /// Runs a file without a `#!` line as a shell script, as every shell does.
  private func executeScript(
    _ path: [CChar], with environment: UnsafePointer<UnsafeMutablePointer<CChar>?>
  ) {
    var shell = Array("/bin/sh".utf8CString)
    var path = path
    shell.withUnsafeMutableBufferPointer { shell in
      path.withUnsafeMutableBufferPointer { path in
        var vector = [shell.baseAddress, path.baseAddress]
        var rest = arguments + 1
        while let argument = rest.pointee {
          vector.append(argument)
          rest += 1
        }
        vector.append(nil)
        execve("/bin/sh", vector, environment)
      }
    }
  }
}
