// Taking knowingly what differs from what this machine remembers.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets verify --accept`: takes knowingly what disagrees with this machine's memory.
struct VerifyCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Take knowingly what a rollback lost.",
    discussion: """
      This machine remembers what it has seen, and stops where it is gone: somebody may hold \
      back what a colleague removed or rotated. Where it is meant, after a reset or a forced push \
      of your own, this lists what is gone, asks, and forgets it.

          $ secrets verify --accept
          $ secrets verify --accept --yes
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "List what is gone, and take it.")
  var accept = false

  @Flag(help: "Do not ask.")
  var yes = false

  func run(in context: Context) throws {
    guard accept else { throw Refusal.verifyNeedsAccept }
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
