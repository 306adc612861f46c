// `ENV` or `ENV/ROLE`, as it is typed where something is granted.

internal import ArgumentParser
internal import Vault

/// A role of an environment.
struct RoleAddress: Hashable {
  let environment: String
  let role: String

  /// Names a role.
  init(environment: String, role: String) {
    self.environment = environment
    self.role = role
  }

  /// Names the role of a grant.
  init(_ key: GrantKey) { self.init(environment: key.environment, role: key.role) }

  /// Reads `ENV` or `ENV/ROLE`.
  init(_ text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, Text.isEnvironment(parts[0]), parts.count == 1 || Text.isLabel(parts[1])
    else { throw Refusal.badRoleAddress(text) }
    environment = parts[0]
    role = parts.count == 2 ? parts[1] : "default"
  }

  /// Reads several, joined by commas; each counts once.
  static func list(_ texts: [String]) throws -> [RoleAddress] {
    var seen: Set<RoleAddress> = []
    return try texts.flatMap { $0.split(separator: ",") }.map { try RoleAddress(String($0)) }
      .filter { seen.insert($0).inserted }
  }

  /// The shortest spelling that a person may type.
  var text: String { role == "default" ? environment : "\(environment)/\(role)" }

  /// The options that name it to a command.
  var options: String { "-e \(environment)" + (role == "default" ? "" : " --role \(role)") }

  /// The command that sets a secret of it.
  func setting(_ name: String) -> String { "secrets set \(name) \(options)" }

  func key(of member: String) -> GrantKey {
    GrantKey(member: member, environment: environment, role: role)
  }
}
