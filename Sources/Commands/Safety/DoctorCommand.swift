// What is amiss around a project on this machine, each with the command that mends it. It looks and
// changes nothing.

internal import ArgumentParser
internal import Workspace

/// `secrets doctor`.
struct DoctorCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "See whether this machine and clone are set up well.",
    discussion: """
      Looks at git and what this clone tells it, at your key, at what the kernel offers, at \
      plaintext left behind and at who could be locked out; changes nothing. What is amiss comes \
      with the command that mends it. Ends with 0 where nothing is, else with 1.

          $ secrets doctor
          $ secrets doctor --json
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(in context: Context) throws {
    let console = Console.live(context)
    let visit = Visit(global: global, context: context, console: console)
    let remarks = try visit.remarks()
    let status = remarks.allSatisfy(\.isFine) ? ExitStatus.done : .found
    if json {
      try console.print([
        "status": .number(Int64(status.rawValue)), "remarks": .array(remarks.map(\.json)),
      ])
    } else {
      for remark in remarks {
        try console.print("\(remark.isFine ? "fine" : "amiss"): \(remark.words)")
        if let hint = remark.hint { try console.print("  hint: \(hint)") }
      }
    }
    if status != .done { throw ExitCode(status.rawValue) }
  }
}

/// One thing that was looked at.
struct Remark: Equatable {
  /// What it is about, in a word.
  let topic: String
  let words: String
  /// The command that mends it; nil where nothing is amiss.
  var hint: String?

  var isFine: Bool { hint == nil }

  var json: JSON {
    [
      "topic": .string(topic), "fine": .bool(isFine), "message": .string(words),
      "hint": .text(hint),
    ]
  }
}
