// One run of a program: given all of its surroundings, without a terminal, to its end.

import Glibc

/// How a program ended and what it said.
struct Outcome {
  /// The exit code; 128 and the signal's number where one ended it, as a shell has it.
  var status: Int32
  var stdout: [UInt8]
  var stderr: String

  /// Standard output where it is text.
  var text: String { String(decoding: stdout, as: UTF8.self) }

  /// The first line of standard output, as of a command that prints a key.
  var firstLine: String { String(text.split(separator: "\n").first ?? "") }

  /// What differs from what was promised; nil where nothing does.
  func complaint(status wanted: Int32, stdout: Said, stderr: Said) -> String? {
    var complaints: [String] = []
    if status != wanted { complaints.append("it ended with \(status), not \(wanted)") }
    if !stdout.fits(text) { complaints.append("wanted on stdout: \(stdout)") }
    if !stderr.fits(self.stderr) { complaints.append("wanted on stderr: \(stderr)") }
    guard !complaints.isEmpty else { return nil }
    return (complaints + ["stdout: \(text)", "stderr: \(self.stderr)"]).joined(separator: "\n")
  }
}

struct ProgramFailure: Error, CustomStringConvertible {
  var description: String
}

/// A program that was started, in a session of its own: it has no `/dev/tty` to ask at.
final class Program {
  let process: pid_t
  private let output: OpenFile
  private let error: OpenFile
  private var ended: Int32?

  /// Starts a program, the first of the arguments, looked for in `PATH`.
  init(
    _ arguments: [String], stdin: [UInt8] = [], environment: [String: String], directory: String
  ) throws {
    // Files and not pipes: what is long fills no buffer, and a grandchild keeps nothing waiting.
    let input = try OpenFile()
    (output, error) = (try OpenFile(), try OpenFile())
    input.fill(stdin)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.descriptor, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output.descriptor, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, error.descriptor, STDERR_FILENO)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which Swift's Glibc lacks
    posix_spawnattr_setflags(
      &attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)

    // `env` becomes the program; a change of folder is not in Swift's Glibc.
    var argv = (["env", "-C", directory] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for string in argv + envp { free(string) } }
    var process: pid_t = 0
    let problem = posix_spawn(&process, "/usr/bin/env", &actions, &attributes, &argv, &envp)
    guard problem == 0 else {
      throw ProgramFailure(description: "env: \(String(cString: strerror(problem)))")
    }
    self.process = process
  }

  deinit {
    guard ended == nil else { return }
    kill(-process, SIGKILL)
    waitpid(process, nil, 0)
  }

  /// Waits until the program ends; one that is still there after the deadline is killed.
  func finish(seconds: Int = 120) throws -> Outcome {
    let deadline = Deadline(seconds: seconds)
    var status: Int32 = 0
    while true {
      let answer = waitpid(process, &status, WNOHANG)
      if answer == process { break }
      guard answer == 0 || errno == EINTR, !deadline.hasPassed else {
        throw ProgramFailure(description: "still running after \(seconds) s; it said: \(said())")
      }
      usleep(1000)
    }
    let signal = status & 0x7f
    let code = signal == 0 ? (status >> 8) & 0xff : 128 + signal
    ended = code
    return Outcome(status: code, stdout: output.bytes(), stderr: said())
  }

  /// What has come on standard error so far.
  func said() -> String { String(decoding: error.bytes(), as: UTF8.self) }
}

/// A moment after which nothing is waited for.
struct Deadline {
  private let end: Int

  init(seconds: Int) { end = Deadline.now + seconds * 1000 }

  var hasPassed: Bool { Deadline.now > end }

  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}

/// A file without a name, that no other child inherits.
private final class OpenFile {
  let descriptor: Int32

  init() throws {
    let name = "/tmp/secrets-stream-\(UInt64.random(in: 0...UInt64.max))"
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw ProgramFailure(description: "no file in /tmp") }
    unlink(name)
  }

  deinit { close(descriptor) }

  func fill(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      sent += bytes[sent...].withUnsafeBytes { max(write(descriptor, $0.baseAddress, $0.count), 0) }
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  func bytes() -> [UInt8] {
    var information = stat()
    fstat(descriptor, &information)
    var bytes = [UInt8](repeating: 0, count: Int(information.st_size))
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return Array(bytes.prefix(max(count, 0)))
  }
}
