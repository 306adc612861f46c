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
      try decide(work, by: take, author)
      return
    }
    guard let prompt = try? Prompt() else { throw Refusal.needsTake(work) }
    for found in work.conflicts {
      guard let environment = opened.reading.environments[found.environment] else { continue }
      let open = OpenEnvironment(environment, as: author.identity, in: author.arena)
      let side = try Self.ask(found, open, prompt, console)
      if let side { values[Self.key(found)] = side.id }
    }
    for (name, sides) in work.environments {
      let side = try Self.ask(name, sides, prompt, console)
      if let side { environments[name] = side }
    }
  }

  static func key(_ found: OpenConflict) -> [String] {
    [found.environment, found.conflict.role, found.conflict.name]
  }

  // By --take

  private mutating func decide(_ work: OpenWork, by take: String, _ author: Author) throws {
    var isUsed = false
    for found in work.conflicts {
      let side = try Self.side(of: found.conflict.sides, take, author.name, \.id, \.by) {
        Refusal.ambiguousTake(take, found)
      }
      guard let side else { continue }
      isUsed = true
      values[Self.key(found)] = side.id
    }
    for (name, sides) in work.environments {
      let side = try Self.side(of: sides, take, author.name, \.id, \.by) {
        Refusal.ambiguousTake(take, environment: name)
      }
      guard let side else { continue }
      isUsed = true
      environments[name] = side
    }
    guard isUsed else { throw Refusal.noSuchSide(take, work) }
  }

  /// The side that `--take` names; nil where an id is another conflict's.
  private static func side<Side>(
    of sides: [Side], _ take: String, _ me: String, _ id: (Side) -> String,
    _ by: (Side) -> String, ambiguous: () -> Refusal
  ) throws -> Side? {
    guard take == "mine" || take == "theirs" else { return sides.first { id($0) == take } }
    let fitting = sides.filter { (person(of: by($0)) == person(of: me)) == (take == "mine") }
    guard fitting.count == 1 else { throw ambiguous() }
    return fitting[0]
  }

  // At the terminal

  private static func ask(
    _ found: OpenConflict, _ open: OpenEnvironment, _ prompt: borrowing Prompt, _ console: Console
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
        if let number = Int(answer), sides.indices.contains(number - 1) { return sides[number - 1] }
      }
    }
  }

  private static func ask(
    _ name: String, _ sides: [EnvironmentSide], _ prompt: borrowing Prompt, _ console: Console
  ) throws -> EnvironmentSide? {
    console.note("the environment \(name) is in conflict:")
    for (index, side) in sides.enumerated() {
      console.note(
        "  \(index + 1)  \(side.state.words) by \(side.by) at \(Timestamp.text(side.at))  [\(side.id)]"
      )
    }
    while true {
      let answer = try prompt.line("Keep which? 1 to \(sides.count), s skips: ")
      if ["s", ""].contains(answer.lowercased()) { return nil }
      if let number = Int(answer), sides.indices.contains(number - 1) { return sides[number - 1] }
    }
  }
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
