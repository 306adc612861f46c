// Whether all of history was made by those who might; and taking knowingly what differs from what
// this machine remembers.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets verify`: judges every commit; with `--accept`, settles with this machine's memory.
struct VerifyCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check who changed what in git's history.",
    discussion: """
      Looks at every line of team.keys and the sealed files that any commit added or took out: it \
      must have been signed by someone who had the right then, and may go only where another line \
      replaces or ends it. Needs no key. What was so at a commit is judged by the files of that \
      commit, never by its date, which anybody can set; a grant with an end is held against the \
      time that the line itself gives. Ends with 0, with 4 where a commit was at fault, and with 1 \
      where a shallow clone does not show all of it.

      This machine also remembers what it has seen, and stops where that is gone. Where that is \
      meant, after a reset or a forced push of your own, --accept lists what is gone, asks, and \
      forgets it.

          $ secrets verify
          $ secrets verify origin/main..HEAD
          $ secrets verify --accept
      """)

  @Argument(
    help: ArgumentHelp(
      "The commits: a revision with all before it, or A..B; else HEAD.", valueName: "range"))
  var range: String?

  @OptionGroup var global: GlobalOptions

  @Flag(help: "In a shallow clone, be content with what can be seen.")
  var shallowOk = false

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "List what is gone since this machine last looked, and take it.")
  var accept = false

  @Flag(help: "Do not ask.")
  var yes = false

  func run(in context: Context) throws {
    if accept {
      if let range { throw Refusal.acceptStandsAlone("`\(range)`") }
      if shallowOk { throw Refusal.acceptStandsAlone("--shallow-ok") }
      if json { throw Refusal.acceptStandsAlone("--json") }
      try takeWhatIsGone(in: context)
      return
    }
    if yes { throw Refusal.yesNeedsAccept }
    let console = Console.live(context)
    let check = try HistoryCheck(
      range ?? "HEAD", isShallowAllowed: shallowOk,
      from: CheckSource(global: global, context: context, wanted: nil), on: console)
    if json { try console.print(check.json) } else { try check.tell(on: console) }
    if check.status != .done { throw ExitCode(check.status.rawValue) }
  }

  private func takeWhatIsGone(in context: Context) throws {
    let session = try global.session(in: context)
    let opened = try OpenProject(session.project, .all, in: context)
    if let known = try opened.memory.trustedProject(), known != opened.reading.team.file.project,
      context.environment["SECRETS_TRUST"] == nil
    {
      try acceptProject(known, opened, session)
      return
    }
    try session.requireTrust(opened)
    guard !opened.reading.team.isStopped else { throw Refusal(team: opened.reading.team) }
    let lost = Self.lost(in: opened.reading)
    guard !lost.isEmpty else {
      session.console.note("nothing disagrees with what this machine remembers")
      return
    }
    for finding in lost { try session.console.print(finding.sentence) }
    for name in Self.returning(lost, to: opened.reading.team) {
      session.console.warn("`\(name)`, whose removal is among this, would be a member again")
    }
    try confirm("Take it as it is now, and forget \(counted(lost.count, "thing"))?")
    try opened.remember(isAccepted: true)
    session.console.note("taken; what the files say now is remembered from here on")
  }

  /// What memory has against the files, and what is in force only by memory.
  static func lost(in reading: Reading) -> [Finding] {
    let findings = reading.team.findings + reading.environments.values.flatMap(\.findings)
    var seen: Set<Finding> = []
    return findings.filter { finding in
      guard finding.kind == .rollback, case .remembered = finding.reason else { return false }
      return seen.insert(finding).inserted
    }.sorted { $0.sentence < $1.sentence }
  }

  /// Who was removed, as this machine remembers, and is a member by the files alone.
  private static func returning(_ lost: [Finding], to team: Team) -> [String] {
    let names = lost.compactMap { finding -> String? in
      if case .member(let name) = finding.thing { name } else { nil }
    }
    return Set(names).filter { team.members[$0]?.state == .removed && team.standsByMemory }.sorted()
  }

  /// Another project in the same place: no line of the one that was there has anything to say here.
  private func acceptProject(
    _ known: ProjectID, _ opened: OpenProject, _ session: Session
  ) throws {
    try session.requireSoundTeam(opened)
    let team = opened.reading.team
    try session.console.print(
      "this place held project \(known.text), and now \(team.file.project.text)")
    for line in TrustText.introduction(of: opened, to: nil) { session.console.note(line) }
    try confirm("Trust this project instead?")
    guard try opened.memory.trust(team.file.project) else { throw Refusal.trustNotKept(team) }
    try opened.remember(isAccepted: true)
    session.console.note("project \(team.file.project.text) is trusted in its place")
  }

  private func confirm(_ question: String) throws {
    if yes { return }
    guard let prompt = try? Prompt() else { throw Refusal.acceptNeedsYes }
    guard try prompt.confirm(question) else {
      throw Refusal.declined("what disagrees is not taken")
    }
  }
}
