// What the documents promise, held against the program: every command line in them is one that the
// program takes, and every link leads somewhere.

import ArgumentParser
import Foundation
import Testing

@testable import Commands

@Suite("Documents")
struct DocumentTests {
  @Test("Every `secrets` command line in the README and the docs is one that the program takes")
  func commandLines() throws {
    var count = 0
    for document in SourceTree.documents {
      for (number, line) in shellLines(of: document) {
        for arguments in CommandLines.secrets(in: line) {
          count += 1
          let problem = CommandLines.problem(with: arguments)
          #expect(problem == nil, "\(document):\(number): \(line)")
        }
      }
    }
    #expect(count > 20, "the documents show hardly any commands")
  }

  @Test("Each command's help has two examples, and the program takes them")
  func helpExamples() {
    var commands = 0
    func visit(_ command: any ParsableCommand.Type, _ name: String) {
      let configuration = command.configuration
      let children = configuration.subcommands  // those in groups too
      for child in children { visit(child, "\(name) \(child.configuration.commandName ?? "?")") }
      guard children.isEmpty else { return }
      commands += 1
      let examples = configuration.discussion.split(separator: "\n")
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.hasPrefix("$ ") }
      #expect(!configuration.abstract.isEmpty, "\(name)")
      #expect(examples.count >= 2, "\(name) has \(examples.count) examples")
      for example in examples.flatMap(CommandLines.secrets) {
        #expect(CommandLines.problem(with: example) == nil, "\(name): \(example)")
      }
    }
    visit(SecretsCommand.self, "secrets")
    #expect(commands > 20)
  }

  @Test("Every link from one document to another leads somewhere")
  func links() {
    for document in SourceTree.documents {
      let folder = URL(filePath: document.path, relativeTo: SourceTree.top)
        .deletingLastPathComponent()
      for part in document.text.split(separator: "](").dropFirst() {
        guard let target = part.split(separator: ")").first,
          !target.hasPrefix("http"), !target.hasPrefix("#")
        else { continue }
        let file = target.split(separator: "#").first.map(String.init) ?? ""
        let isThere = FileManager.default.fileExists(atPath: folder.appending(path: file).path)
        #expect(isThere, "\(document): \(target)")
      }
    }
  }

  /// The lines of indented or fenced blocks that a shell is to read, joined where they continue.
  private func shellLines(of document: SourceText) -> [(Int, String)] {
    var lines: [(Int, String)] = []
    var (fence, open) = (Substring?.none, "")
    for (number, line) in zip(1..., document.lines) {
      if line.hasPrefix("```") {
        fence = fence == nil ? line.dropFirst(3) : nil
        continue
      }
      guard let fence, ["console", "sh", "bash", "yaml"].contains(fence) else { continue }
      var text = line.trimmingCharacters(in: .whitespaces)
      let prompt = text.prefixMatch(of: #/[a-z0-9.]*\$ |# /#)
      guard fence != "console" || prompt != nil || !open.isEmpty else { continue }
      if let prompt { text.removeSubrange(prompt.range) }
      if text.hasPrefix("- run: ") { text = String(text.dropFirst(7)) }
      open += open.isEmpty ? text : " \(text)"
      if open.hasSuffix("\\") {
        open.removeLast()
        continue
      }
      lines.append((number, open))
      open = ""
    }
    return lines
  }
}

/// The calls of `secrets` in a line of shell.
enum CommandLines {
  /// The arguments of each call in a line.
  static func secrets(in line: String) -> [[String]] {
    var calls: [[String]] = []
    var line = line.hasPrefix("$ ") ? String(line.dropFirst(2)) : line
    // What is in `$(…)` is a line of its own.
    while let start = line.firstRange(of: "$("),
      let end = line[start.upperBound...].firstIndex(of: ")")
    {
      calls += secrets(in: String(line[start.upperBound..<end]))
      line.replaceSubrange(start.lowerBound...end, with: "x")
    }
    for words in commands(in: line) {
      // Past what may stand before it: a variable, `sudo`.
      guard let place = words.firstIndex(of: "secrets"),
        words[..<place].allSatisfy({ $0.contains("=") || $0 == "exec" || $0 == "time" })
      else { continue }
      calls.append(Array(words[(place + 1)...]))
    }
    return calls
  }

  /// What the parser says against arguments; nil where it takes them.
  static func problem(with arguments: [String]) -> String? {
    do {
      _ = try SecretsCommand.parseAsRoot(SecretsCommand.inPlace(arguments))
      return nil
    } catch {
      let isAsked = SecretsCommand.exitCode(for: error) == .success
      return isAsked ? nil : SecretsCommand.message(for: error)
    }
  }

  /// A line's commands, split at `|`, `&&`, `||` and `;`; redirections, comments and what follows
  /// the help's two spaces are left out.
  private static func commands(in line: String) -> [[String]] {
    var (commands, words, word) = ([[String]](), [String](), "")
    var (quote, isWord, isFile) = (Character?.none, false, false)
    func end() {
      if isWord, !isFile { words.append(word) }
      if isWord { isFile = false }
      (word, isWord) = ("", false)
    }
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
        continue
      }
      switch character {
      case "'", "\"": (quote, isWord) = (character, true)
      case " ": end()
      case "#" where !isWord:
        commands.append(words)
        return commands
      case "|", "&", ";":
        end()
        commands.append(words)
        words = []
      case "<", ">":
        end()
        isFile = true
      default:
        word.append(character)
        isWord = true
      }
    }
    end()
    commands.append(words)
    return commands
  }
}
