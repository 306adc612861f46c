// The environments as a table: protection, base, roles.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets env list`: the environments, and what is signed of them.
struct EnvListCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the environments.",
    discussion: """
      For each: whether it is protected, which one it extends, and its roles.

          $ secrets env list
          $ secrets env list --json | jq -r '.[].name'
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(in context: Context) throws {
    let session = try global.session(in: context)
    let opened = try session.open(.named([]))
    let rows = Self.rows(of: opened.reading)
    if json {
      try session.console.print(
        JSON.array(
          rows.map { row in
            [
              "name": .string(row.name), "state": .string(row.state.word),
              "protected": .bool(row.isProtected),
              "extends": row.extends.map { .string($0) } ?? nil,
              "roles": .array(row.roles.map { .string($0) }),
            ]
          }))
      return
    }
    var table = Table("ENVIRONMENT", "PROTECTED", "EXTENDS", "ROLES")
    for row in rows {
      table.add(
        row.name, row.isRefused ? row.state.word : row.isProtected ? "protected" : "",
        row.extends ?? "", row.roles.joined(separator: ","))
    }
    try session.console.print(table)
  }

  struct Row {
    let name: String
    let state: EnvironmentState
    let roles: [String]

    var isProtected: Bool { if case .live(true, _) = state { true } else { false } }
    var extends: String? { if case .live(_, let base) = state { base } else { nil } }
    var isRefused: Bool { if case .refused = state { true } else { false } }
  }

  static func rows(of reading: Reading) -> [Row] {
    let granted = Dictionary(grouping: reading.grants.filter { !$0.isRemoved }) {
      $0.key.environment
    }
    return reading.team.environments.sorted { $0.key < $1.key }.compactMap { name, state in
      guard state != .removed else { return nil }
      let roles = Set((granted[name] ?? []).map(\.key.role)).sorted()
      return Row(name: name, state: state, roles: roles)
    }
  }
}

extension EnvironmentState {
  /// One word for it.
  var word: String {
    switch self {
    case .live: "live"
    case .removed: "removed"
    case .refused(let kind): kind.rawValue
    }
  }
}
