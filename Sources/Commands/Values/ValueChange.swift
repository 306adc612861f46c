// Writing an environment's values, what `set` and `unset` share: is the environment there, is the
// role, and what did the write do besides.

internal import Sealing
internal import Vault
internal import Workspace

extension Session {
  /// Changes the values of an environment's role, and tells what was done besides.
  ///
  /// - Parameters:
  ///   - environment: the environment.
  ///   - role: the role that is written.
  ///   - prepare: makes the role, where it is new.
  ///   - body: makes the change.
  /// - Throws: `Refusal` where environment or role is not there, and what the body throws.
  /// - Returns: what the body returned.
  func changeValues<R>(
    of environment: String, role: String,
    preparing prepare: (inout ProjectChange) throws -> Void = { _ in },
    _ body: (inout SealedDraft) throws -> R
  ) throws -> R {
    let (done, _) = try change(.named([environment])) { change in
      try requireEnvironment(environment, in: change.project)
      try prepare(&change)
      return try change.environment(environment) { draft in
        try requireRole(role, in: draft.before.environment)
        return (result: try body(&draft), summary: draft.summary)
      }
    }
    console.tell(done.summary, of: environment)
    return done.result
  }

  /// Sees that an environment exists, though it may have no file yet.
  func requireEnvironment(_ name: String, in opened: OpenProject) throws {
    switch opened.reading.team.environments[name] {
    case .live:
      if let refusal = Refusal.rolledBack(name, in: opened.reading.team) { throw refusal }
    case .refused: _ = try environment(name, in: opened)
    case .removed, nil: throw Refusal.noEnvironment(name, in: opened.reading.team)
    }
  }

  /// Sees that a role exists: a typing error makes none on the side.
  func requireRole(_ role: String, in environment: Environment) throws(Refusal) {
    guard environment.knownRoles.contains(role) else {
      throw .noRole(role, in: environment, writing: true)
    }
  }
}

/// A secret's name as it is given to be written.
struct WritableName {
  let text: String

  /// Takes a name that is one, and that makes no program load code.
  ///
  /// - Throws: `Refusal`.
  init(_ text: String) throws(Refusal) {
    guard Text.isName(text) else { throw .notAName }
    guard !DangerousNames.contains(text) else { throw .dangerousName(text) }
    self.text = text
  }
}

extension OpenEnvironment {
  /// What is there before a write; nil where nothing is, or nothing that opens.
  func payload(of name: String, role: String) -> Payload? {
    var opened = self
    guard let found = secrets(in: [role]).first(where: { $0.name == name }) else { return nil }
    return try? opened.open(found).payload
  }

  /// The note of a secret, which outlives its value; in a conflict that of the newest side.
  func note(of name: String, role: String) -> Secret? {
    if let payload = payload(of: name, role: role) { return payload.note }
    var opened = self
    let conflict = opened.conflicts().first { $0.role == role && $0.name == name }
    guard let conflict else { return nil }
    let sides = conflict.sides.reversed().filter { !$0.isRemoved }
    return sides.lazy.compactMap { try? opened.open($0, of: conflict).note }.first { $0.count > 0 }
  }
}
