// What a reading found that stops nothing, told to a person about the secrets that a command
// touches; one line for each kind, however many they are. `check` tells the rest.

internal import Vault

extension Session {
  /// Warns of what is not given though the reader might expect it: bases that they may not open,
  /// and roles that they might open until a moment ago.
  ///
  /// - Parameters:
  ///   - environments: an environment, and before it those that it extends.
  ///   - roles: the roles that were asked for; none means all.
  func warnOfClosedParts(of environments: [OpenEnvironment], roles: [String]) {
    warnOfClosedBases(of: environments)
    for opened in environments {
      for (role, until) in opened.endedRoles where roles.isEmpty || roles.contains(role) {
        let count = opened.environment.entries.count { $0.role == role && !$0.isRemoved }
        guard count > 0 else { continue }
        console.warn(.endedRole(role, until, count, in: opened))
      }
    }
  }

  /// Warns of bases that the reader may open nothing of.
  ///
  /// A job that goes on without half of its values should not have to guess why it fails.
  ///
  /// - Parameter environments: an environment, and before it those that it extends.
  private func warnOfClosedBases(of environments: [OpenEnvironment]) {
    for base in environments.dropLast() where base.roles.isEmpty {
      let count = base.environment.entries.count { !$0.isRemoved }
      guard count > 0 else { continue }
      let warning = Refusal.closedBase(base, count, of: environments[environments.count - 1])
      console.warn(warning.message, hint: warning.hint)
    }
  }

  /// Warns at a terminal of what is stale, expired or the like.
  ///
  /// - Parameters:
  ///   - environments: the environments that were opened.
  ///   - isTouched: whether the command touches a secret, given its role and name.
  func warn(
    of environments: [OpenEnvironment], about isTouched: (_ role: String, _ name: String) -> Bool
  ) {
    guard console.errorTerminal.isTerminal else { return }
    for opened in environments {
      var names: [FindingClass: [String]] = [:]
      var order: [FindingClass] = []
      for finding in opened.environment.findings + opened.findings where !finding.isError {
        guard case .secret(let role, let name) = finding.thing, isTouched(role, name) else {
          continue
        }
        if names[finding.kind] == nil { order.append(finding.kind) }
        if names[finding.kind]?.contains(name) != true {
          names[finding.kind, default: []].append(name)
        }
      }
      for kind in order {
        let warning = Refusal(
          warning: kind, of: names[kind] ?? [], environment: opened.environment.name)
        console.warn(warning.message, hint: warning.hint)
      }
    }
  }
}
