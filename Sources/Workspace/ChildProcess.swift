// A child with three pipes, served until it ends. Not for what is given secrets: that is Launch's.

internal import CPlatform
internal import Glibc

/// A running program whose output is collected.
struct ChildProcess: ~Copyable {
  private let process: pid_t
  private let path: String
  private var input: Int32
  private var output: Int32
  private var error: Int32
  private var isWaitedFor = false
  private static let messageLimit = 4096

  /// Starts a program.
  init(
    _ path: String, _ arguments: [String], _ environment: [String]
  ) throws(WorkspaceError) {
    var pipes: [Int32] = []
    for _ in 0..<3 {
      var ends: [Int32] = [-1, -1]
      guard platform_pipe(&ends) == 0 else {
        let code = errno
        for end in pipes { close(end) }
        throw .system(.start, path: path, errno: code)
      }
      pipes += ends
    }
    let code = Self.spawn(path, arguments, environment, pipes[0], pipes[3], pipes[5])
    for end in [pipes[0], pipes[3], pipes[5]] { close(end) }
    let ours = [pipes[1], pipes[2], pipes[4]]
    guard let process = try? code.get() else {
      for end in ours { close(end) }
      guard case .failure(let failure) = code else { preconditionFailure("success has a process") }
      throw .system(.start, path: path, errno: failure.code)
    }
    for end in ours { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    self.process = process
    self.path = path
    (input, output, error) = (ours[0], ours[1], ours[2])
  }

  private struct SpawnFailure: Error { let code: Int32 }

  private static func spawn(
    _ path: String, _ arguments: [String], _ environment: [String], _ input: Int32,
    _ output: Int32, _ error: Int32
  ) -> Result<pid_t, SpawnFailure> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Neither blocked nor ignored signals of ours are the child's.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var argv = arguments.map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer { for string in argv + envp { free(string) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, path, &actions, &attributes, &argv, &envp)
    return code == 0 ? .success(process) : .failure(SpawnFailure(code: code))
  }

  /// Ends a conversation: it finds its standard input at an end, and is waited for.
  deinit {
    for end in [input, output, error] where end >= 0 { close(end) }
    if !isWaitedFor { _ = retrying { waitpid(process, nil, 0) } }
  }

  /// Writes its input, collects its output, and waits for its end.
  ///
  /// - Parameters:
  ///   - bytes: what it reads from standard input.
  ///   - limit: how many bytes of standard output are taken.
  /// - Returns: its status and what it wrote; nil where that was more, and it was killed.
  /// - Throws: `system`.
  mutating func finish(
    input bytes: [UInt8], limit: Int
  ) throws(WorkspaceError) -> (status: Int32, output: [UInt8], error: [UInt8])? {
    var written = 0
    var collected: [UInt8] = []
    var message: [UInt8] = []
    if bytes.isEmpty { Self.shut(&input) }
    while output >= 0 || error >= 0 {
      var polls = [
        pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: output, events: Int16(POLLIN), revents: 0),
        pollfd(fd: error, events: Int16(POLLIN), revents: 0),
      ]
      if retrying({ poll(&polls, 3, -1) }) < 0 { break }
      if polls[0].revents != 0 {
        feed(bytes, &written)
        if written == bytes.count { Self.shut(&input) }
      }
      if polls[1].revents != 0 { Self.drain(&output, into: &collected) }
      if polls[2].revents != 0 {
        Self.drain(&error, into: &message)
        message = Array(message.prefix(Self.messageLimit))
      }
      if collected.count > limit {
        kill(process, SIGKILL)
        _ = wait()
        return nil
      }
    }
    Self.shut(&input)
    guard let status = wait() else { throw .system(.start, path: path, errno: ECHILD) }
    return (status, collected, message)
  }

  // A conversation: what is asked is short, and answered before the next question.

  /// Writes all of some bytes to its standard input, which stays open.
  ///
  /// - Parameter bytes: what it is to read.
  /// - Returns: whether it took them.
  mutating func send(_ bytes: [UInt8]) -> Bool {
    var written = 0
    while written < bytes.count, input >= 0 {
      var writable = pollfd(fd: input, events: Int16(POLLOUT), revents: 0)
      if retrying({ poll(&writable, 1, -1) }) < 0 { return false }
      feed(bytes, &written)
    }
    return written == bytes.count
  }

  /// Reads what it has written to standard output, once there is some.
  ///
  /// - Parameter buffer: takes the bytes.
  /// - Returns: how many came; 0 once it writes no more.
  mutating func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while output >= 0 {
      var readable = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      if retrying({ poll(&readable, 1, -1) }) < 0 { return 0 }
      let got = retrying { read(output, buffer.baseAddress, buffer.count) }
      if got > 0 { return got }
      if got == 0 || errno != EAGAIN { Self.shut(&output) }
    }
    return 0
  }

  private mutating func feed(_ bytes: [UInt8], _ written: inout Int) {
    // A child that does not read all must not end us: SIGPIPE is held back while we write.
    var pipeSignal = sigset_t()
    var previous = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipeSignal, &previous)
    let count = bytes[written...].withUnsafeBytes { rest in
      retrying { write(input, rest.baseAddress, rest.count) }
    }
    let code = errno
    if count < 0, code == EPIPE {
      var now = timespec()
      _ = sigtimedwait(&pipeSignal, nil, &now)
    }
    pthread_sigmask(SIG_SETMASK, &previous, nil)
    if count > 0 { written += count }
    if count < 0, code != EAGAIN { Self.shut(&input) }
  }

  private static func drain(_ end: inout Int32, into bytes: inout [UInt8]) {
    let size = 1 << 16
    var failure: Int32 = 0
    var got = 0
    let part = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      got = retrying { read(end, buffer.baseAddress, size) }
      failure = errno
      count = max(got, 0)
    }
    bytes += part
    if got == 0 || (got < 0 && failure != EAGAIN) { shut(&end) }
  }

  private static func shut(_ end: inout Int32) {
    if end >= 0 { close(end) }
    end = -1
  }

  private mutating func wait() -> Int32? {
    var status: Int32 = 0
    isWaitedFor = true
    guard retrying({ waitpid(process, &status, 0) }) == process else { return nil }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
