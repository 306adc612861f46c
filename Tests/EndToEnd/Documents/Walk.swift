// One section of a document as somebody who follows it word by word sees it: commands, each with
// who types it and what the page promises to come of it.
//
// In the Markdown a block of `sh` is typed by Alice; in a block of `console` the prompt says who
// types, `$ ` or `bob$ `, and what is not a command is promised output, where `…` stands for any
// text of a line and a line of `…` for any lines. A `- run:` of a block of `yaml` is typed by `ci`.
// What only the test needs stands in comments that no reader sees, before the block it is about:
//
//     <!-- test: begins with a project -->   or a team; else with a `.env` and no project
//     <!-- test: needs sops -->              else the section is skipped
//     <!-- test: not run: it needs npm -->   the block that follows
//     <!-- test: as bob -->                  types the block of `sh` that follows
//     <!-- test: then                        commands, with the prompts of `console`
//     $ git commit -qam 'Any change'
//     -->

import Testing

struct Walk: Sendable, CustomTestStringConvertible {
  /// A command line and what comes of it.
  struct Step: Sendable {
    let line: Int
    let person: String
    var command: String
    var promised: [String] = []
  }

  /// What is there before the first command.
  enum Beginning: String, CaseIterable {
    /// A repository with a `.env`, as most have it.
    case repository
    /// Alice's project, with `development` and `production` sealed and pushed.
    case project
    /// The same, and Bob is a member who may write both.
    case team
  }

  let document: String
  let heading: String
  var begins = Beginning.repository
  var needs: [String] = []
  var steps: [Step] = []

  var testDescription: String { "\(document): \(heading)" }

  init(document: String, heading: String) {
    (self.document, self.heading) = (document, heading)
  }

  /// The sections of a document that have something to type.
  static func walks(of document: String, text: String) throws -> [Walk] {
    var reader = WalkReader(document: document)
    for (number, line) in zip(1..., text.split(separator: "\n", omittingEmptySubsequences: false)) {
      try reader.read(String(line), number)
    }
    return reader.walks.filter { !$0.steps.isEmpty }
  }
}

/// Where the reading of a document is.
private struct WalkReader {
  private enum Place: Equatable {
    case prose
    case block(String)
    case comment
  }

  let document: String
  var walks: [Walk]
  private var place = Place.prose
  private var person = "alice"
  private var isRun = true
  /// A command whose line ended in a backslash.
  private var isOpen = false

  init(document: String) {
    self.document = document
    walks = [Walk(document: document, heading: "top")]
  }

  mutating func read(_ line: String, _ number: Int) throws {
    switch place {
    case .prose where line.hasPrefix("```"): place = .block(String(line.dropFirst(3)))
    case .prose where line.hasPrefix("<!-- test: "): try hint(line, number)
    case .prose where line.hasPrefix("## "):
      walks.append(Walk(document: document, heading: String(line.dropFirst(3))))
    case .prose: break
    case .comment where line == "-->": place = .prose
    case .block where line == "```": (place, person, isRun) = (.prose, "alice", true)
    case .block where !isRun: break
    case .block("sh"): add(line, by: person, number)
    case .block("yaml"):
      if let range = line.firstRange(of: "- run: ") {
        add(String(line[range.upperBound...]), by: "ci", number)
      }
    case .block("console"), .comment: session(line, number)
    case .block: break
    }
  }

  private mutating func hint(_ line: String, _ number: Int) throws {
    let words = line.dropFirst("<!-- test: ".count)
    let last = walks.count - 1
    if words == "then" {
      place = .comment
    } else if words.hasPrefix("not run: ") {
      isRun = false
    } else if let name = argument(of: "as ", in: words) {
      person = name
    } else if let name = argument(of: "needs ", in: words) {
      walks[last].needs.append(name)
    } else if let name = argument(of: "begins with a ", in: words),
      let beginning = Walk.Beginning(rawValue: name), walks[last].steps.isEmpty
    {
      walks[last].begins = beginning
    } else {
      throw ProgramFailure(description: "\(document):\(number): the test knows no: \(line)")
    }
  }

  private func argument(of word: String, in words: Substring) -> String? {
    guard words.hasPrefix(word), words.hasSuffix(" -->") else { return nil }
    return String(words.dropFirst(word.count).dropLast(4))
  }

  /// A line of a session: a command behind a prompt, or what one said.
  private mutating func session(_ line: String, _ number: Int) {
    if !isOpen, let prompt = line.prefixMatch(of: #/([a-z0-9.]*)\$ /#) {
      let name = String(prompt.1)
      add(String(line[prompt.range.upperBound...]), by: name.isEmpty ? "alice" : name, number)
    } else if isOpen {
      add(line, by: person, number)
    } else if let last = walks[walks.count - 1].steps.indices.last {
      walks[walks.count - 1].steps[last].promised.append(line)
    }
  }

  private mutating func add(_ line: String, by person: String, _ number: Int) {
    let last = walks.count - 1
    var text = line
    let goesOn = text.hasSuffix("\\")
    if goesOn { text.removeLast() }
    if isOpen {
      walks[last].steps[walks[last].steps.count - 1].command += text
    } else if !line.isEmpty, !line.hasPrefix("#") {
      walks[last].steps.append(Walk.Step(line: number, person: person, command: text))
    }
    isOpen = goesOn
  }
}
