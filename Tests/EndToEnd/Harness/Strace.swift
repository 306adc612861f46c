// The binary under strace: its system calls counted, and one of them met by a fault. Only the
// process itself is looked at, not the programs that it starts.

import Glibc
import Testing

/// A system call of a run: the so-manieth of its name.
struct SystemCall: CustomStringConvertible {
  let name: String
  let number: Int
  /// What strace printed of it.
  let description: String

  /// Whether a disk is another after it.
  fileprivate var changesDisk: Bool { name != "openat" || description.contains("O_CREAT") }

  fileprivate static let changing = [
    "openat", "open", "creat", "write", "pwrite64", "writev", "ftruncate", "truncate", "fallocate",
    "fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "symlink",
    "symlinkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat",
  ]
}

extension Scratch {
  /// Runs the binary, which must end well, and lists the system calls that change a disk.
  func calls(
    of arguments: [String], stdin: String = "", env: [String: String?] = [:],
    at location: SourceLocation = #_sourceLocation
  ) throws -> [SystemCall] {
    let options = ["-e", "trace=" + SystemCall.changing.joined(separator: ",")]
    return try traced(arguments, options, stdin: stdin, env: env, at: location)
      .filter(\.changesDisk)
  }

  /// Runs the binary, which must end well, and lists all of its system calls of some names.
  func traced(
    _ arguments: [String], _ options: [String], stdin: String = "", env: [String: String?] = [:],
    at location: SourceLocation = #_sourceLocation
  ) throws -> [SystemCall] {
    let log = at("strace-\(UInt32.random(in: 0...UInt32.max))")
    let outcome = try strace(options + ["-y", "-o", log], arguments, stdin: stdin, env: env)
    try requireTracing(outcome)
    #expect(outcome.status == 0, "\(outcome.stderr)", sourceLocation: location)
    var counts: [Substring: Int] = [:]
    return (text(log) ?? "").split(separator: "\n").compactMap { line in
      let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard !name.isEmpty, line.dropFirst(name.count).first == "(" else { return nil }
      counts[name, default: 0] += 1
      return SystemCall(
        name: String(name), number: counts[name, default: 0], description: String(line))
    }
  }

  /// Runs the binary, one of whose system calls meets a fault: `signal=KILL`, `error=EIO`.
  func run(
    _ arguments: [String], meeting fault: String, at call: SystemCall, stdin: String = "",
    env: [String: String?] = [:]
  ) throws -> Outcome {
    let outcome = try strace(
      [
        "-o", "/dev/null", "-e", "trace=\(call.name)", "-e",
        "inject=\(call.name):\(fault):when=\(call.number)",
      ], arguments, stdin: stdin, env: env)
    try requireTracing(outcome)
    return outcome
  }

  private func strace(
    _ options: [String], _ arguments: [String], stdin: String, env: [String: String?]
  ) throws -> Outcome {
    try Program(
      ["strace", "-qq"] + options + [BuiltBinary.path] + arguments, stdin: Array(stdin.utf8),
      environment: environment(env), directory: at("alice/project")
    ).finish()
  }

  private func environment(_ changes: [String: String?]) throws -> [String: String] {
    try environment(of: "alice", changes)
  }

  /// A machine that forbids tracing must not let a test pass that has seen nothing.
  private func requireTracing(_ outcome: Outcome) throws {
    guard outcome.status == 127 || outcome.stderr.contains("strace: ") else { return }
    throw ProgramFailure(
      description: "strace cannot trace here, so nothing is proven: \(outcome.stderr)")
  }
}
