// The members as a table: who may what, and who waits.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets team list`: members by person, with what they may open, and who waits.
struct TeamListCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the members, their grants, and who waits.",
    discussion: """
      Needs no key.

          $ secrets team list
          $ secrets team list --json | jq -r '.joins[].name'
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(in context: Context) throws {
    let session = try global.session(in: context)
    let (opened, unreadable) = try session.openAllReadable()
    for error in unreadable {
      let refusal = Refusal(parse: error)
      session.console.warn(refusal.message, hint: refusal.hint)
    }
    let listing = TeamListing(opened.reading, at: context.now)
    if json {
      try session.console.print(listing.json)
    } else {
      try listing.print(to: session.console)
    }
  }
}

extension Session {
  /// Opens the project without the sealed files that are not the format's grammar.
  ///
  /// - Throws: what `open` throws, and what is wrong with team.keys.
  /// - Returns: the project, and what is wrong with each file that was left out.
  func openAllReadable() throws -> (project: OpenProject, unreadable: [ParseError]) {
    let unreadable = try unreadableFiles()
    let names = Set(unreadable.map { SealedFile.environment(of: $0.file) })
    let opened = try OpenProject(project, .all, in: context, without: names)
    try requireTrust(opened)
    try requireSoundTeam(opened)
    if unreadable.isEmpty { opened.rememberOrTell() }
    return (opened, unreadable)
  }

  /// What is wrong with each sealed file that is not the grammar.
  func unreadableFiles() throws -> [ParseError] {
    try project.read { snapshot in
      try project.environments().compactMap { name in
        let file = SealedFile.name(of: name)
        guard let bytes = try snapshot.bytes(of: file) else { return nil }
        do throws(ParseError) {
          _ = try SealedFile(bytes, name: file)
          return nil
        } catch {
          return error
        }
      }
    }
  }
}
