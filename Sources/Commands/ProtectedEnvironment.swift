// A protected environment is used knowingly: a person at a terminal confirms each use, or says so
// beforehand. A machine was given its key for just that, and is not asked.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// What is about to be done with an environment's values.
enum ProtectedUse {
  /// Handed to a command.
  case run
  /// Printed, one of them.
  case get(name: String)
  /// Printed, all of them.
  case export
  /// Shown in an editor.
  case edit
  /// Sealed where others may read them.
  case copy(names: [String], target: String)
  /// Printed, as far as they differ.
  case diff

  fileprivate func question(_ environment: String) -> String {
    switch self {
    case .run: "\(environment) is protected. Run with its values?"
    case .get(let name): "\(environment) is protected. Print `\(name)`?"
    case .export: "\(environment) is protected. Print its values?"
    case .edit: "\(environment) is protected. Edit it?"
    case .copy(let names, let target):
      "\(environment) is protected. Copy \(quoted(names)) to \(target)?"
    case .diff: "\(environment) is protected. Print the values that differ?"
    }
  }
}

/// `--yes`.
struct ProtectionOption: ParsableArguments {
  @Flag(help: "Use a protected environment without being asked.")
  var yes = false
}

extension Session {
  /// Lets a person confirm the use of what is protected; to be called before anything is opened.
  ///
  /// - Parameters:
  ///   - use: what is about to be done.
  ///   - environments: whose values are used; one that is protected is enough.
  ///   - identity: who acts.
  ///   - isConfirmed: whether `--yes` was given.
  /// - Throws: `Refusal` where the answer is no, or nobody can be asked; `ConsoleError`.
  func confirm(
    _ use: ProtectedUse, of environments: [Environment], as identity: Identity, isConfirmed: Bool
  ) throws {
    guard !isConfirmed, let protected = environments.last(where: \.isProtected),
      !protected.team.isMachine(identity.publicKey)
    else { return }
    guard mayAsk, let prompt = try? Prompt() else { throw Refusal.protected(protected.name) }
    guard try prompt.confirm(use.question(protected.name)) else {
      throw Refusal.protectionDeclined(protected.name)
    }
  }
}

extension Environment {
  /// Whether a person confirms each use.
  var isProtected: Bool {
    if case .live(isProtected: true, _) = team.environments[name] { true } else { false }
  }
}

extension Team {
  /// Whether a key is a machine's alone: under a person's name too, a person may be at work.
  fileprivate func isMachine(_ key: PublicKey) -> Bool {
    let kinds = members.values.filter { $0.key == key && $0.state == .current }.map(\.kind)
    return !kinds.isEmpty && kinds.allSatisfy { $0 == .machine }
  }
}
