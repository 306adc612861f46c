// Which side of each conflict stays: by `--take`, else asked for at the terminal, where values are
// shown only to who asks for them.

internal import Sealing
internal import Vault
internal import Workspace

/// What was decided, before anything is changed.
struct Choices {
  /// The id of the side to keep, by environment, role and name.
  private(set) var values: [[String]: String] = [:]
  /// The side to keep, by environment.
  private(set) var environments: [String: EnvironmentSide] = [:]

  /// Decides nothing.
  init() {}

  /// Decides all conflicts.
  ///
  /// - Parameters:
  ///   - work: what waits.
  ///   - take: what `--take` says.
  ///   - opened: the project, for values that are to be shown.
  ///   - author: who decides.
  ///   - console: where the sides are listed.
  /// - Throws: `Refusal` where `--take` does not name one side, or nobody can be asked.
  init(
    _ work: OpenWork, take: String?, _ opened: OpenProject, _ author: Author, _ console: Console
  ) throws {
    guard !work.conflicts.isEmpty || !work.environments.isEmpty else { return }
    if let take {
      try decide(work, by: take, opened, author)
      return
    }
    guard let prompt = try? Prompt() else {
      // What anybody could put there must not keep the rest from being done.
      if work.conflicts.isEmpty, work.environments.allSatisfy({ Self.isStray($0.name, opened) }) {
        return
      }
      throw Refusal.needsTake(work)
    }
    for found in work.conflicts {
      guard let environment = opened.reading.environments[found.environment] else { continue }
      let open = OpenEnvironment(environment, as: author.identity, in: author.arena)
      let side = try Self.ask(found, open, author.name, prompt, console)
      if let side { values[Self.key(found)] = side.id }
    }
    for (name, sides) in work.environments {
      let side = try Self.ask(name, sides, opened, author.name, prompt, console)
      if let side { environments[name] = side }
    }
  }

  static func key(_ found: OpenConflict) -> [String] {
    [found.environment, found.conflict.role, found.conflict.name]
  }

  // By --take

  /// Whether nobody with the right to it has ever made an environment.
  private static func isStray(_ name: String, _ opened: OpenProject) -> Bool {
    opened.reading.team.environments[name] == .refused(.noRight)
  }

  private mutating func decide(
    _ work: OpenWork, by take: String, _ opened: OpenProject, _ author: Author
  ) throws {
    var isUsed = false
    for found in work.conflicts {
      guard let side = Self.side(of: found.conflict.sides, take, author.name, \.id, \.signer) else {
        if Self.words.contains(take) { throw Refusal.ambiguousTake(take, found) }
        continue
      }
      isUsed = true
      values[Self.key(found)] = side.id
    }
    for (name, sides) in work.environments {
      // What has no right is taken by its id alone.
      if Self.isStray(name, opened), Self.words.contains(take) { continue }
      guard let side = Self.side(of: sides, take, author.name, \.id, \.by) else {
        if Self.words.contains(take) { throw Refusal.ambiguousTake(take, environment: name) }
        continue
      }
      isUsed = true
      environments[name] = side
    }
    let isForStraysOnly =
      Self.words.contains(take) && work.conflicts.isEmpty
      && work.environments.allSatisfy { Self.isStray($0.name, opened) }
    guard isUsed || isForStraysOnly else { throw Refusal.noSuchSide(take, work) }
  }

  private static let words = ["mine", "theirs"]

  /// The one side that `mine`, `theirs` or an id names; nil where none is, or several are.
  private static func side<Side>(
    of sides: [Side], _ take: String, _ me: String, _ id: (Side) -> String,
    _ by: (Side) -> String
  ) -> Side? {
    let fitting = sides.filter { side in
      guard words.contains(take) else { return id(side) == take }
      return (person(of: by(side)) == person(of: me)) == (take == "mine")
    }
    return fitting.count == 1 ? fitting[0] : nil
  }

  // At the terminal

  private static func ask(
    _ found: OpenConflict, _ open: OpenEnvironment, _ me: String, _ prompt: borrowing Prompt,
    _ console: Console
  ) throws -> ValueSide? {
    let sides = found.conflict.sides
    console.note("`\(found.conflict.name)` of \(found.address.text) is in conflict:")
    for (index, side) in sides.enumerated() {
      let sealer = side.sealedBy.map { ", sealed by \($0)" } ?? ""
      let what = side.isRemoved ? "removed" : "set"
      console.note(
        "  \(index + 1)  \(what) by \(side.by) at \(Timestamp.text(side.at))\(sealer)  [\(side.id)]"
      )
    }
    while true {
      let answer = try prompt.line("Keep which? 1 to \(sides.count), v shows the values, s skips: ")
      switch answer.lowercased() {
      case "s", "": return nil
      case "v":
        for (index, side) in sides.enumerated() {
          try prompt.show("  \(index + 1)  ", try? open.open(side, of: found.conflict))
        }
      default:
        if let side = Self.numbered(answer, sides)
          ?? Self.side(of: sides, answer, me, \.id, \.signer)
        {
          return side
        }
        prompt.say("  \(Self.answers(sides.count)), v or s\n")
      }
    }
  }

  private static func answers(_ count: Int) -> String {
    "\(count == 1 ? "1" : "a number from 1 to \(count)"), an id, mine, theirs"
  }

  private static func numbered<Side>(_ answer: String, _ sides: [Side]) -> Side? {
    Int(answer).flatMap { sides.indices.contains($0 - 1) ? sides[$0 - 1] : nil }
  }

  private static func ask(
    _ name: String, _ sides: [EnvironmentSide], _ opened: OpenProject, _ me: String,
    _ prompt: borrowing Prompt, _ console: Console
  ) throws -> EnvironmentSide? {
    console.note(
      opened.reading.team.environments[name] == .refused(.noRight)
        ? "the environment \(name) was signed by someone without the right to it; "
          + "to have it gone: secrets env remove \(name)"
        : "the environment \(name) is in conflict:")
    for (index, side) in sides.enumerated() {
      console.note(
        "  \(index + 1)  \(side.state.words) by \(side.by) at \(Timestamp.text(side.at))  [\(side.id)]"
      )
    }
    while true {
      let numbers = sides.count == 1 ? "1" : "1 to \(sides.count)"
      let answer = try prompt.line("Keep which? \(numbers), s skips: ")
      if ["s", ""].contains(answer.lowercased()) { return nil }
      if let side = Self.numbered(answer, sides) ?? Self.side(of: sides, answer, me, \.id, \.by) {
        return side
      }
      prompt.say("  \(Self.answers(sides.count)) or s\n")
    }
  }
}

extension ValueSide {
  /// Whose value it is: who vouches for another's may have sealed any.
  fileprivate var signer: String { sealedBy ?? by }
}

extension EnvironmentState {
  /// What it is, in a few words.
  var words: String {
    switch self {
    case .live(let isProtected, let base):
      (isProtected ? "protected" : "not protected") + (base.map { ", extends \($0)" } ?? "")
    case .removed: "removed"
    case .refused(let kind): kind.words
    }
  }
}

extension Prompt {
  /// Shows a value at the terminal, to who has asked for it; nothing of it moves the cursor.
  func show(_ label: String, _ payload: Payload?) throws {
    guard let payload else { return say("\(label)(it does not open)\n") }
    if payload.kind == .removed { return say("\(label)(removed)\n") }
    say(label)
    do throws(ConsoleError) {
      try JSON.secret(payload.value).write { bytes throws(ConsoleError) in try write(bytes) }
    } catch .notText {
      say("(\(counted(payload.value.count, "byte")) that are no text)\n")
    }
  }
}
