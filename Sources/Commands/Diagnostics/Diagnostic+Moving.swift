// `rename` and `copy`: what is in the way, and what is left to do.

internal import Vault

extension Refusal {
  static func sameName(_ name: String) -> Refusal {
    Refusal("`\(name)` has that name already", hint: "give the new name second", .usage)
  }

  static func templatesUse(
    _ name: String, _ templates: [String], now newName: String?, environment: String
  ) -> Refusal {
    let instead = newName.map { "write `${\($0)}` there" } ?? "write something else there"
    let verb = templates.count == 1 ? "uses" : "use"
    return Refusal(
      "\(quoted(templates)) \(verb) `${\(name)}`, which is not there any more",
      hint: "\(instead): secrets edit -e \(environment)", .found)
  }

  static func alsoInRoles(_ name: String, _ roles: [String], environment: String) -> Refusal {
    Refusal(
      "`\(name)` is now in the roles \(quoted(roles)) of \(environment): `run` stops for "
        + "whoever may open more than one of them",
      hint: "they choose: secrets run -e \(environment) --role \(roles[0]) -- COMMAND", .found)
  }

  static func copiedOntoItself(_ name: String, _ target: RoleAddress) -> Refusal {
    Refusal(
      "`\(name)` is in \(target.text) already: that is where it would be copied from",
      hint: "name another environment or role: --to ENV/ROLE", .usage)
  }

  static func othersThere(_ names: [String], _ target: RoleAddress) -> Refusal {
    let verb = names.count == 1 ? "has another value" : "have other values"
    return Refusal(
      "\(quoted(names)) of \(target.text) \(verb); nothing was copied",
      hint: "to overwrite, add --replace", .usage)
  }

  static func copyIsExposed(
    _ name: String, _ members: [String], _ target: RoleAddress
  ) -> Refusal {
    let who = listed(members.map { $0 == "*" ? "someone unknown" : $0 })
    return Refusal(
      "`\(name)` may be known to \(who), who must not read it any more; its copy in "
        + "\(target.text) does not say so",
      hint: "get a new value where it is from, and set it in both places", .found)
  }

  static func templateLacks(
    _ template: String, _ names: [String], _ target: RoleAddress
  ) -> Refusal {
    Refusal(
      "`\(template)` uses \(quoted(names.map { "${\($0)}" })), which \(target.text) does not have",
      hint: target.setting(names[0]), .found)
  }
}

/// Names in backticks, as a list.
func quoted(_ names: [String]) -> String { listed(names.map { "`\($0)`" }) }
