// A value that someone knows who has no right to it any more, as every command says it.

internal import Vault

/// A value that is to be rotated.
struct ExposedValue {
  let address: RoleAddress
  let name: String
  /// Members who may know it, `*` for someone unknown.
  let names: [String]

  /// What tells the values of one role that the same people know.
  var mark: String { "exposed \(address.text) \(names.joined(separator: ","))" }

  /// To whom, in words.
  static func words(_ names: [String]) -> String {
    "exposed to " + names.map { $0 == "*" ? "someone unknown" : $0 }.joined(separator: ", ")
  }

  /// Some names, of many the first.
  static func some(_ names: [String]) -> String {
    let names = names.map { "`\($0)`" }
    return listed(names.count > 12 ? names.prefix(10) + ["\(names.count - 10) more"] : names)
  }
}

extension ExposedValue {
  /// How an exposed value is rotated.
  var hint: String {
    "get a new one where each came from, then: \(address.setting(name))"
  }
}

extension Environment {
  /// The values that are to be rotated, by role and name.
  var exposedValues: [ExposedValue] {
    entries.filter { !$0.exposed.isEmpty }.map { entry in
      ExposedValue(
        address: RoleAddress(environment: name, role: entry.role), name: entry.name,
        names: entry.exposed)
    }
  }
}
