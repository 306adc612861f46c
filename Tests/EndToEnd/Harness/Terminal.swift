// A person at a terminal: a program driven through tmux's pseudo-terminal, key by key.

import Glibc
import Testing

/// A program on a terminal of 100 columns and 40 lines.
final class Terminal {
  private let socket: String
  private let environment: [String: String]
  private let folder: String

  /// Starts a program on a terminal of its own, which goes with the scratch folder.
  ///
  /// `["sh"]` gives a shell to type commands at, whose prompt is `$ `.
  init(
    _ arguments: [String], in scratch: Scratch, env: [String: String?] = [:],
    directory: String? = nil, user: String = "alice"
  ) throws {
    let home = try scratch.home(user)
    let project = "\(home)/project"
    folder = directory.map(scratch.at) ?? (access(project, F_OK) == 0 ? project : home)
    var environment = try scratch.environment(of: user, env)
    // A shell's prompt that a test can wait for, and an `sh` that reads no one's start files.
    environment["PS1"] = environment["PS1"] ?? "$ "
    environment["TERM"] = "screen-256color"
    self.environment = environment

    socket = scratch.at("tmux-\(UInt32.random(in: 0...UInt32.max))")
    try scratch.write(
      "tmux.conf",
      """
      set -g remain-on-exit on
      set -g remain-on-exit-format ""
      set -g status off
      set -g history-limit 20000
      set -g default-terminal screen-256color
      set -s escape-time 0
      set -g update-environment ""

      """)
    let (socket, folder, everything) = (socket, folder, environment)
    scratch.atEnd { _ = try? Terminal.tmux(["kill-server"], socket, everything, folder) }
    // Through `env`, since tmux hands a single word to a shell.
    let start = [
      "-f", scratch.at("tmux.conf"), "new-session", "-d", "-x", "100", "-y", "40", "--", "env",
    ]
    let outcome = try Terminal.tmux(start + arguments, socket, environment, folder)
    guard outcome.status == 0 else { throw ProgramFailure(description: outcome.stderr) }
  }

  /// Starts the binary on a terminal.
  static func secrets(
    _ arguments: [String], in scratch: Scratch, env: [String: String?] = [:],
    directory: String? = nil, user: String = "alice"
  ) throws -> Terminal {
    try Terminal(
      [BuiltBinary.path] + arguments, in: scratch, env: env, directory: directory, user: user)
  }

  /// Types text as it stands.
  func type(_ text: String) throws { try tmux("send-keys", "-l", "--", text) }

  /// Presses keys by tmux's names: `Enter`, `C-c`, `Escape`, `Up`.
  func press(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

  /// Types text and presses Enter.
  func enter(_ text: String) throws {
    try type(text)
    try press("Enter")
  }

  /// All that is on the screen and has scrolled off it, without the empty lines at its end.
  func screen() throws -> String {
    var lines = try tmux("capture-pane", "-p", "-J", "-S", "-").split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  /// Waits until the terminal shows a text, and gives all that it shows.
  @discardableResult
  func wait(
    for text: String, seconds: Int = 30, at location: SourceLocation = #_sourceLocation
  ) throws -> String {
    try wait(seconds: seconds, for: "`\(text)`", at: location) { $0.contains(text) }
  }

  /// Waits until the program has ended, and gives its exit code; 128 and more for a signal.
  @discardableResult
  func end(
    seconds: Int = 30, at location: SourceLocation = #_sourceLocation
  ) throws -> Int32 {
    let code = "#{?pane_dead_signal,#{e|+:128,#{pane_dead_signal}},#{pane_dead_status}}"
    var status: Int32?
    try wait(seconds: seconds, for: "the end", at: location) { _ in
      status = Int32(try tmux("display-message", "-p", code).filter { $0.isNumber })
      // tmux 3.3 can miss a child's end, and then learns of it with that of another one.
      if status == nil, try tmux("display-message", "-p", "#{pane_dead}") == "1\n" {
        try tmux("run-shell", "-b", "true")
      }
      return status != nil
    }
    return status ?? -1
  }

  @discardableResult
  private func wait(
    seconds: Int, for what: String, at location: SourceLocation,
    until isThere: (String) throws -> Bool
  ) throws -> String {
    let deadline = Deadline(seconds: seconds)
    while true {
      let screen = try screen()
      if try isThere(screen) { return screen }
      guard !deadline.hasPassed else {
        Issue.record("waited for \(what); on the screen:\n\(screen)", sourceLocation: location)
        throw ProgramFailure(description: "nothing came on the terminal")
      }
      usleep(20_000)
    }
  }

  @discardableResult
  private func tmux(_ arguments: String...) throws -> String { try tmux(arguments) }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    let outcome = try Terminal.tmux(arguments, socket, environment, folder)
    guard outcome.status == 0 else { throw ProgramFailure(description: outcome.stderr) }
    return outcome.text
  }

  private static func tmux(
    _ arguments: [String], _ socket: String, _ environment: [String: String], _ folder: String
  ) throws -> Outcome {
    try Program(
      ["tmux", "-S", socket] + arguments, environment: environment, directory: folder
    ).finish(seconds: 20)
  }
}
