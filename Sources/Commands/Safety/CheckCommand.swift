// Whether the files are sound, with and without a key, now, at a revision, or against one.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets check`: the state of the files, without a key as far as that goes.
struct CheckCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check grammar, signatures, rights and recipients.",
    discussion: """
      Needs no key; with one that is unlocked it also opens what it may. Ends with 0 where all is \
      good, 1 where something waits for somebody, 4 where something is damaged, forged or in \
      conflict. With --against it says what a change does, and judges what would be merged.

          $ secrets check
          $ secrets check --against origin/main
      """)

  @Argument(help: "The environment; all where none is named.", completion: .environments)
  var env: String?

  @OptionGroup var global: GlobalOptions

  @Option(
    help: ArgumentHelp(
      "Check the files of this revision, also in a bare repository.", valueName: "rev[:folder]"))
  var rev: String?

  @Option(
    help: ArgumentHelp(
      "Say what changes against this revision, once merged with it.", valueName: "rev"))
  var against: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run(in context: Context) throws {
    if let env, !Text.isEnvironment(env) { throw Refusal.badEnvironmentName(env) }
    let check = CheckSource(global: global, context: context, wanted: env)
    let status: ExitStatus
    if let against {
      status = try report(check.comparison(rev: rev, against: against), on: .live(context))
    } else if let rev {
      status = try report(check.revision(rev), on: .live(context))
    } else {
      status = try report(check.workingTree(), on: .live(context))
    }
    if status != .done { throw ExitCode(status.rawValue) }
  }

  private func report(_ checkup: Checkup, on console: Console) throws -> ExitStatus {
    if json {
      try console.print([
        "status": .number(Int64(checkup.status.rawValue)),
        "opened": checkup.opened.map { .number(Int64($0)) } ?? nil,
        "findings": .array(checkup.items.map(\.json)),
      ])
      return checkup.status
    }
    try console.print(checkup.items)
    if checkup.status == .done { try console.print(checkup.allGood) }
    return checkup.status
  }

  private func report(_ comparison: Comparison, on console: Console) throws -> ExitStatus {
    let status = Checkup.status(of: comparison.newItems)
    if json {
      try console.print([
        "status": .number(Int64(status.rawValue)),
        "changes": .array(comparison.changes.map(\.json)),
        "findings": .array(comparison.newItems.map(\.json)),
      ])
      return status
    }
    for change in comparison.changes { try console.print(change.text) }
    try console.print(comparison.newItems)
    if comparison.changes.isEmpty, status == .done { try console.print("nothing changes") }
    if !comparison.hasBase {
      console.note("no commit is known that both began from; all lines of both were united")
      console.hint("in a shallow clone: git fetch --unshallow")
    }
    let old = comparison.oldItems.count
    if old > 0 {
      console.note("\(counted(old, "finding")) there before: secrets check --rev \(against ?? "")")
    }
    return status
  }
}
