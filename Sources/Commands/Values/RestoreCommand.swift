// `secrets restore`: an old value, out of git's history, as a new revision.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets restore NAME`.
struct RestoreCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Bring an old value back, as a new revision.",
    discussion: """
      `git revert` is no way to do so: it takes the newer line out, which machines that have seen it, \
      and `verify` for good, tell as a rollback. Without an \
      option the value before the present one is taken, of an unset secret the last that it had. \
      Its comment and date come with it; whoever was exposed to it still is.

          $ secrets restore API_TOKEN
          $ secrets restore API_TOKEN --at v1.4 -e production
      """)

  @Argument(help: ArgumentHelp("The secret's name.", valueName: "name"), completion: .secrets)
  var name: String

  @Option(help: ArgumentHelp("This revision, as `list` shows it.", valueName: "number"))
  var rev: String?

  @Option(help: ArgumentHelp("The value as of this commit of git.", valueName: "commit"))
  var at: String?

  @Option(help: ArgumentHelp("The part of the environment; else default.", valueName: "role"))
  var role = "default"

  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let name = try WritableName(name).text
    let environment = try environment.name(in: context)
    guard Text.isLabel(role) else { throw Refusal.notALabel(role) }
    guard rev == nil || at == nil else { throw Refusal.revisionAndCommit }
    let revision = try rev.map(revision)
    let session = try global.session(in: context)
    let opened = try session.open(.named([environment]))
    try session.requireEnvironment(environment, in: opened)
    try session.requireRole(role, in: session.environment(environment, in: opened))
    // Before the lock: git takes its time.
    let history = try ValueHistory(name, role: role, of: environment, session)
    let found =
      if let at {
        try history.value(at: at, in: opened)
      } else if let revision {
        try history.value(of: revision, in: opened)
      } else {
        try history.valueBefore(in: opened)
      }
    var old: OlderValue?
    let written = try session.changeValues(of: environment, role: role) { draft -> WrittenValue? in
      let value = try history.open(found, with: draft.before)
      old = value
      return draft.holds(value) ? nil : try draft.restore(value)
    }
    let place = part(environment, role)
    guard let old else { return }
    let origin =
      "revision \(old.entry.rev), which \(old.entry.by) wrote at "
      + Timestamp.text(old.entry.at) + (old.entry.sealedBy.map { ", sealed by \($0)" } ?? "")
    let signer = old.entry.sealedBy ?? old.entry.by
    let grants = opened.reading.environments[environment]?.grants ?? []
    let mayWrite = grants.contains {
      $0.key.member == signer && $0.key.role == role && $0.isCurrent && $0.access == .write
    }
    if let written {
      if !mayWrite { session.console.warn(Refusal.signerIsOver(signer, in: place)) }
      session.console.note(
        "restored `\(name)` in \(place) as of \(origin); it is revision \(written.rev) now")
    } else {
      session.console.note(
        "`\(name)` in \(place) has the value of \(origin), already; nothing was changed")
    }
  }

  private func revision(_ text: String) throws -> Int {
    guard let number = Int(text), number > 0 else { throw Refusal.badRevision(text) }
    return number
  }
}
