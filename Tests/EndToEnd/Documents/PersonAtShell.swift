// A person at a shell, who types what a page says and answers what is asked.

import Glibc
import Testing

/// A shell on a terminal of its own, for as long as a walk takes.
final class PersonAtShell {
  /// What a command did, as the person saw it.
  struct Sight {
    let status: Int32
    let lines: [String]
  }

  private let user: String
  private let terminal: Terminal
  private let scratch: Scratch
  private var count = 1

  init(
    _ user: String, in scratch: Scratch, as become: [String], directory: String,
    env: [String: String?]
  ) throws {
    (self.user, self.scratch) = (user, scratch)
    var env = env
    // Tells the prompts apart, and the end of each command with its exit code.
    env["PS1"] = "<\\#:$?> "
    terminal = try Terminal(
      become + ["bash", "--norc", "--noprofile", "--noediting", "+H"], in: scratch, env: env,
      directory: directory, user: user)
    try terminal.wait(for: "<1:0>")
  }

  /// Types a command and waits for the next prompt of the shell.
  ///
  /// Questions are answered as the page has it, else as a person would who means to go on.
  func type(_ command: String, promised: [String], copied: String?) throws -> Sight {
    try terminal.enter(command)
    let deadline = Deadline(seconds: 60)
    var (answered, unpromised) = (-1, Set<Int>())
    while !deadline.hasPassed {
      let screen = try terminal.screen()
      let lines = screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard let typed = lines.lastIndex(where: { $0.contains("<\(count):") }),
        let last = lines.last
      else { continue }
      if let prompt = last.firstMatch(of: /<(\d+):(\d+)>$/), prompt.1 == "\(count + 1)" {
        count += 1
        // What came before the prompt on its line had no newline of its own.
        let rest = String(last[..<prompt.range.lowerBound])
        let seen = (typed + 1..<lines.count - 1).filter { !unpromised.contains($0) }
          .map { lines[$0] }
        return Sight(status: Int32(prompt.2) ?? -1, lines: seen + (rest.isEmpty ? [] : [rest]))
      }
      let place = lines.count - 1
      if place > max(answered, typed), let answer = answer(to: last, promised, copied) {
        answered = place
        if !promised.contains(where: { scratch.likened($0).hasPrefix(scratch.likened(last)) }) {
          unpromised.insert(place)
        }
        try terminal.enter(answer)
      }
      usleep(20_000)
    }
    throw ProgramFailure(description: "`\(command)` waits for something:\n\(try terminal.screen())")
  }

  private func answer(to question: String, _ promised: [String], _ copied: String?) -> String? {
    let asked = scratch.likened(question)
    let shown = promised.map(scratch.likened).first { $0.hasPrefix(asked) && $0 != asked }
    if let shown { return shown.dropFirst(asked.count).trimmed }
    if question.hasSuffix("[y/N]") { return "y" }
    if question.hasPrefix("Keep which?") { return "1" }
    if question.hasPrefix("value of ") { return "fake-\(user)-\(count)" }
    if question.contains("passphrase for ") || question == "the same again:" {
      return "correct horse battery"
    }
    return question == "the SECRETS-KEY-1-… string:" ? copied : nil
  }
}

extension Scratch {
  /// A line with all that differs from one time to the next made alike.
  func likened(_ line: String) -> String {
    line.replacing(path, with: "/home")
      .replacing(/SHA256:[A-Za-z0-9+\/]{43}/, with: "SHA256:=")
      .replacing(/\b([a-z]{5}-){4}[a-z]{5}\b/, with: "spoken=")
      .replacing(/\bproject [A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])/, with: "project =")
      .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "time=")
      .replacing(/\[[A-Za-z0-9_-]{8}\]/, with: "[=]")
  }

  /// What of a command's lines is not as promised; nil where all is.
  func complaint(_ seen: [String], promised: [String]) -> String? {
    let seen = seen.map(likened).filter { !$0.isEmpty }
    let promised = promised.map { likened($0).trimmedAtEnd }.filter { !$0.isEmpty }
    guard !Self.fit(seen[...], promised[...]) else { return nil }
    return (["promised:"] + promised + ["seen:"] + seen).joined(separator: "\n")
  }

  private static func fit(_ seen: ArraySlice<String>, _ promised: ArraySlice<String>) -> Bool {
    guard let first = promised.first else { return seen.isEmpty }
    if first == "…" {
      return fit(seen, promised.dropFirst()) || (!seen.isEmpty && fit(seen.dropFirst(), promised))
    }
    guard let line = seen.first, Said.like(first.replacing("…", with: "⋯")).fits(line) else {
      return false
    }
    return fit(seen.dropFirst(), promised.dropFirst())
  }
}

extension StringProtocol {
  fileprivate var trimmedAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
  fileprivate var trimmed: String { String(trimmedAtEnd.drop { $0 == " " }) }
}
