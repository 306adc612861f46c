// The programs that judge: they read what we read, or read back what we wrote. One that is missing
// fails the test with the command that installs it.

import Glibc
import Testing

/// A program from outside, run once over many cases.
struct Judge {
  let command: [String]
  let install: String

  static let python = Judge(
    command: ["python3", "-c"],
    install: "install python3 and its judges: pip install python-dotenv==1.2.2 PyYAML==6.0.3")
  static let jq = Judge(command: ["jq"], install: "install jq: apt-get install jq")
  static let sh = Judge(command: ["sh"], install: "a POSIX shell named `sh` must be in PATH")

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs the program with `input` on its standard input; gives its standard output.
  func run(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let inside = try scratchFile(holding: input)
    let outside = try scratchFile(holding: [])
    defer {
      close(inside)
      close(outside)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, inside, 0)
    posix_spawn_file_actions_adddup2(&actions, outside, 1)

    let words = command + arguments
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for word in argv { free(word) } }
    var child: pid_t = 0
    let spawned = posix_spawnp(&child, words[0], &actions, nil, &argv, environ)
    guard spawned == 0 else {
      throw Failed(description: "`\(words[0])` cannot be started; \(install)")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    guard status == 0 else {
      throw Failed(description: "`\(words[0])` ended with status \(status >> 8); \(install)")
    }
    return try contents(of: outside)
  }
}

/// The bytes of a file, by path.
func contents(ofFile path: String) throws -> [UInt8] {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { throw Judge.Failed(description: "cannot open \(path)") }
  defer { close(file) }
  return try contents(of: file)
}

private func contents(of file: Int32) throws -> [UInt8] {
  lseek(file, 0, SEEK_SET)
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = read(file, &buffer, buffer.count)
    guard count >= 0 else { throw Judge.Failed(description: "cannot read: errno \(errno)") }
    if count == 0 { return bytes }
    bytes += buffer[0..<count]
  }
}

private func scratchFile(holding bytes: [UInt8]) throws -> Int32 {
  var path = Array("/tmp/dotenv-judge-XXXXXX".utf8CString)
  let file = mkstemp(&path)
  guard file >= 0 else { throw Judge.Failed(description: "no scratch file: errno \(errno)") }
  _ = fcntl(file, F_SETFD, FD_CLOEXEC)
  unlink(path)
  var written = 0
  while written < bytes.count {
    let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    guard count > 0 else { throw Judge.Failed(description: "cannot write: errno \(errno)") }
    written += count
  }
  lseek(file, 0, SEEK_SET)
  return file
}
