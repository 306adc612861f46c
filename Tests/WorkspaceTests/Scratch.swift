// A folder of a test's own, gone with it, and the outside tools that a test drives.

import Glibc
import Testing

@testable import Workspace

final class Scratch {
  let path: String
  let context: Context

  init() {
    var template = Array("/tmp/secrets-test-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, mkdtemp(base) != nil else { fatalError("no /tmp") }
      return String(cString: base)
    }
    context = Scratch.context(home: path + "/home", directory: path)
    folder("home")
  }

  deinit { remove("") }

  static func context(
    home: String?, directory: String, user: UInt32 = geteuid(), state: String? = nil
  ) -> Context {
    let environment = EnvironmentBlock([
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home ?? "", "XDG_STATE_HOME": state ?? "",
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
    ])
    return Context(
      environment: environment, workingDirectory: directory, now: 1_800_000_000, userID: user)
  }

  func at(_ name: String) -> String { path + "/" + name }

  /// The surroundings of a command started in a folder of this one.
  func context(in name: String) -> Context {
    var context = context
    context.workingDirectory = at(name)
    return context
  }

  @discardableResult
  func folder(_ name: String) -> String {
    var made = path
    for part in name.split(separator: "/") {
      made += "/" + part
      mkdir(made, 0o755)
    }
    return made
  }

  func write(_ name: String, _ text: String) {
    if let slash = name.lastIndex(of: "/") { folder(String(name[..<slash])) }
    let file = fopen(at(name), "w")
    fputs(text, file)
    fclose(file)
  }

  func text(_ name: String) -> String? {
    guard let file = try? RegularFile.open(at(name), limit: 1 << 26),
      let bytes = try? file.bytes()
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  func names(_ name: String) -> [String] {
    ((try? Disk.names(in: at(name))) ?? nil) ?? []
  }

  /// The names of all files below, without their folders.
  func allNames(_ name: String = "") -> [String] {
    names(name).flatMap { child in
      let inner = allNames("\(name)/\(child)")
      return inner.isEmpty ? [child] : inner
    }
  }

  /// Removes a file or a folder with all that is in it.
  func remove(_ name: String) {
    if unlink(at(name)) == 0 { return }
    for child in names(name) { remove("\(name)/\(child)") }
    rmdir(at(name))
  }

  /// Runs a script with `sh`; the test fails where the script does.
  @discardableResult
  func sh(_ script: String, in name: String = ".") throws -> String {
    let output = try run("/bin/sh", ["-euc", "cd \(at(name)); \(script)"])
    #expect(output.status == 0, "\(script): \(String(decoding: output.error, as: UTF8.self))")
    return String(decoding: output.output, as: UTF8.self)
  }

  @discardableResult
  private func run(
    _ program: String, _ arguments: [String]
  ) throws -> (status: Int32, output: [UInt8], error: [UInt8]) {
    let variables = [
      "PATH=/usr/bin:/bin", "HOME=\(path)/home", "GIT_CONFIG_GLOBAL=/dev/null",
      "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=alice", "GIT_AUTHOR_EMAIL=alice@example.com",
      "GIT_COMMITTER_NAME=alice", "GIT_COMMITTER_EMAIL=alice@example.com",
    ]
    var child = try ChildProcess(program, [program] + arguments, variables)
    return try #require(try child.finish(input: [], limit: 1 << 22))
  }
}

/// Runs a body on several threads at once and waits for all.
func atOnce(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  final class Job {
    let index: Int
    let body: @Sendable (Int) -> Void
    init(_ index: Int, _ body: @escaping @Sendable (Int) -> Void) {
      self.index = index
      self.body = body
    }
  }
  var threads = [pthread_t](repeating: 0, count: count)
  for index in 0..<count {
    let job = Unmanaged.passRetained(Job(index, body)).toOpaque()
    pthread_create(
      &threads[index], nil,
      { argument in
        guard let argument else { return nil }
        let job = Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
        job.body(job.index)
        return nil
      }, job)
  }
  for thread in threads { pthread_join(thread, nil) }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Starts a program in a process group of its own.
func startGroup(_ program: String, _ arguments: [String]) -> pid_t {
  var process: pid_t = 0
  var strings = arguments.map { strdup($0) } + [nil]
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
  #expect(posix_spawn(&process, program, nil, &attributes, &strings, nil) == 0)
  posix_spawnattr_destroy(&attributes)
  for string in strings { free(string) }
  return process
}
