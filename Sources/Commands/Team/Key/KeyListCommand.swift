// `secrets key list`: which key a command would act as, and why that one.

internal import ArgumentParser
internal import Sealing
internal import Workspace

/// `secrets key list`.
struct KeyListCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the keys found, in the order in which they are looked for.",
    discussion: """
      The first that is there is used, and none after it:

          $ secrets key list

      For a program:

          $ secrets key list --json
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let keys = OwnKeys(global, in: context)
    let listed = keys.list()
    if json {
      return try keys.console.print(.array(listed.map { Self.json($0, keys) }))
    }
    var table = Table("PLACE", "STATE", "MEMBER", "USED", "FINGERPRINT")
    for key in listed {
      table.add(
        key.place.name, key.state.words, key.publicKey.flatMap(keys.name) ?? "",
        key.isUsed ? "used" : "", key.publicKey?.fingerprint ?? "")
    }
    if table.isEmpty { keys.console.note("no key found; make one: secrets key new") }
    if !table.isEmpty { try keys.console.print(table) }
    // What is passed over without harm is no news.
    guard !listed.contains(where: \.isUsed) else { return }
    for key in listed {
      guard case .unusable(let problem) = key.state else { continue }
      keys.console.warn(Refusal(problem: problem, at: key.place))
    }
  }

  private static func json(_ key: ListedIdentity, _ keys: OwnKeys) -> JSON {
    var problem: JSON = .null
    if case .unusable(let why) = key.state {
      problem = .string(Refusal(problem: why, at: key.place).message)
    }
    return .object([
      ("place", .string(key.place.name)), ("state", .string(key.state.words)),
      ("member", key.publicKey.flatMap(keys.name).map { .string($0) } ?? .null),
      ("public_key", key.publicKey.map { .string($0.line()) } ?? .null),
      ("fingerprint", key.publicKey.map { .string($0.fingerprint) } ?? .null),
      ("used", .bool(key.isUsed)), ("problem", problem),
    ])
  }
}

extension ListedIdentity.State {
  /// The state in a word or two.
  fileprivate var words: String {
    switch self {
    case .plain: "no passphrase"
    case .unlocked: "unlocked"
    case .locked: "locked"
    case .unusable: "unusable"
    }
  }
}
