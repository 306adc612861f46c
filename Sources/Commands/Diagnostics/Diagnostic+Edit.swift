// What an editing says: why a text is sent back, what is about to be saved, and why nothing was.

internal import Dotenv
internal import Glibc
internal import Vault

// In the text itself

extension EditFault {
  /// The sentence above the text.
  ///
  /// - Parameters:
  ///   - offset: how many lines stand above the text.
  ///   - environment: the environment's name.
  /// - Returns: one line.
  func sentence(offset: Int, environment: String) -> String {
    (line.map { "line \($0 + offset): " } ?? "") + reason.words(offset, environment)
  }
}

extension EditFault.Reason {
  fileprivate func words(_ offset: Int, _ environment: String) -> String {
    switch self {
    case .dotenv(let error): error.words
    case .twice(let address, let first):
      "`\(address.name)` stands in line \(first + offset) already; take one of them out"
    case .noSection(let name):
      "`\(name)` stands in no section; put it below a line like `# [role billing]`"
    case .closedRole(let role):
      "you cannot write a role `\(role)` here; put its names in another section, or take it out"
    case .unshown(let address, let reason):
      "`\(address.name)` \(reason.words(address, environment))"
    case .dangerousName(let name): Refusal.dangerousName(name).message
    case .cutByHash(let name):
      "a `#` cuts the value of `\(name)`; quote the value if the `#` belongs to it"
    case .commentIsNotText(let name): "the comment above `\(name)` is not UTF-8, or has a NUL"
    case .payload(let name, let error): "`\(name)` cannot be sealed: \(error.words)"
    case .template(let address, let error):
      (error.template == address.name ? "" : "`\(address.name)` does not expand: ")
        + error.words
    }
  }
}

extension TemplateError {
  /// The template that does not expand.
  fileprivate var template: String {
    switch self {
    case .missing(let template, _), .closed(let template, _), .file(let template, _),
      .cycle(let template), .tooDeep(let template), .tooLong(let template):
      template
    }
  }
}

extension SecretAddress {
  /// The command that sets it.
  fileprivate func setting(in environment: String) -> String {
    RoleAddress(environment: environment, role: role).setting(name)
  }
}

extension UnshownReason {
  fileprivate func words(_ address: SecretAddress, _ environment: String) -> String {
    let set = address.setting(in: environment)
    return switch self {
    case .file(let bytes): "is a file of \(bytes) bytes, kept as it is: \(set) --file PATH"
    case .large(let bytes): "has \(bytes) bytes, too many for here, and is kept as it is: \(set)"
    case .unwritable: "has a comment that cannot be shown, and is kept as it is: \(set)"
    case .conflict: "is in conflict; give it a value here, or choose a side: secrets resolve"
    case .refused(let kind): "is not shown, since \(kind.words); see: secrets check \(environment)"
    }
  }

  /// The line that stands in the text in place of the secret.
  func notice(_ address: SecretAddress, environment: String) -> String {
    "\(address.name) \(words(address, environment))"
  }
}

extension WriteError {
  /// The line that stands in the text in place of a role that cannot be written now.
  func notice(role: String) -> String {
    "The role \(role) is not shown: \(Refusal(write: self).message)"
  }
}

extension EditCollision {
  /// Who changed what, and when.
  var sentence: String {
    let name = "`\(edit.address.name)`"
    guard let standing else { return "\(name) was taken out of the file while you edited it" }
    let what =
      switch standing {
      case .removed: "was removed by"
      case .unshown(.conflict, _): "was changed differently by several people, last by"
      case .shown, .unshown: "was changed by"
      }
    let revision = standing.revision
    return "\(name) \(what) `\(revision.by)` at \(Timestamp.text(revision.at)), while you edited it"
  }
}

extension EditRemark {
  /// What was taken otherwise than it may have been meant.
  var sentence: String {
    switch self {
    case .commentDropped(let name):
      "the comment behind `\(name)` was dropped; put comments above the name"
    case .literalReference(let name, let reference):
      "`\(name)` has `${\(reference)}`, which is no name of its role, and so is plain text"
    case .literalExpansion(let name):
      "`\(name)` has `${…}` or `$(…)` that is never expanded, and so is plain text"
    }
  }
}

/// The words of an editing that stand for themselves.
enum EditWords {
  /// What stands above every text.
  static func header(_ environment: String) -> [String] {
    [
      "The secrets of \(environment). Save and close: what you changed is sealed.",
      "Comment lines directly above a name belong to it and are sealed with it.",
      "A name that you take out is removed. Quote blanks, # and $: 'like this'.",
      "To change nothing, close without saving (in vim also :cq).",
    ]
  }

  static let notSaved = "Nothing is saved yet. Mend this and save again, or close to give up:"
  static let unchanged = "nothing was changed"
  static let stillRefused = "The text still cannot be taken."
  static let tryAgain = "Try to save again?"
  static let takeTheirs = "put the old value back to keep theirs"

  static func more(_ count: Int) -> String { "and \(count) more" }

  /// Every name that is about to change, a line each.
  static func summary(of edits: [Edit], in environment: String) -> String {
    let lines = edits.map { edit in
      let role = edit.address.role == "default" ? "" : " (\(edit.address.role))"
      return switch edit.deed {
      case .add: "  added    \(edit.address.name)\(role)"
      case .change: "  changed  \(edit.address.name)\(role)"
      case .annotate: "  changed  \(edit.address.name)\(role), its comment"
      case .remove: "  removed  \(edit.address.name)\(role)"
      }
    }
    return (["in \(environment):"] + lines).joined(separator: "\n")
  }

  static func question(removing addresses: [SecretAddress]) -> String {
    switch addresses.count {
    case 0: "Save this?"
    case 1: "Save this, and remove `\(addresses[0].name)`?"
    default: "Save this, and remove \(addresses.count) names?"
    }
  }

  static func question(overwriting collisions: [EditCollision]) -> String {
    collisions.count == 1
      ? "Save yours over it?" : "Save yours over all \(collisions.count)?"
  }

  static func kept(_ addresses: [SecretAddress]) -> String {
    let names = addresses.prefix(8).map { "`\($0.name)`" }.joined(separator: ", ")
    let more = addresses.count > 8 ? " and \(addresses.count - 8) more" : ""
    return "kept what others changed meanwhile: \(names)\(more)"
  }

  static func ended(_ address: SecretAddress, _ expires: Int64, in environment: String) -> String {
    "the old value of `\(address.name)` was to expire at \(Timestamp.text(expires)); of the new one "
      + "nothing is said: \(address.setting(in: environment)) --expires DATE"
  }

  static func saved(_ environment: String) -> String { "saved \(environment)" }
}

// Why nothing was changed

extension Refusal {
  static func twoEnvironments(_ one: String, _ other: String) -> Refusal {
    Refusal(
      "two environments are named, `\(one)` and `\(other)`", hint: "name one: secrets edit \(one)",
      .usage)
  }

  static var noEditor: Refusal {
    Refusal(
      "$VISUAL and $EDITOR name no editor, and none of editor, nano, vim and vi is in PATH",
      hint: "name yours: export EDITOR=nano", .system)
  }

  static func editorEnded(_ code: Int32, editing environment: String) -> Refusal {
    if code == 126 || code == 127 {
      return Refusal(
        "the editor of $VISUAL or $EDITOR cannot be started; nothing was changed",
        hint: "name yours: export EDITOR=nano", .system)
    }
    return Refusal(
      "the editor ended with \(code); nothing was changed",
      hint: "to begin again: secrets edit \(environment)", .found)
  }

  static func editorKilled(_ signal: Int32, editing environment: String) -> Refusal {
    Refusal(
      "the editor was ended by signal \(signal); nothing was changed",
      hint: "to begin again: secrets edit \(environment)", signal == SIGINT ? .interrupted : .system
    )
  }

  static func editDeclined(_ environment: String) -> Refusal {
    Refusal(
      "not confirmed; nothing was changed", hint: "to begin again: secrets edit \(environment)",
      .found)
  }

  static func removalsNotConfirmed(
    _ addresses: [SecretAddress], environment: String
  ) -> Refusal {
    let names = addresses.map { "`\($0.name)`" }.joined(separator: ", ")
    return Refusal(
      "this removes \(names), and there is nobody to confirm; nothing was changed",
      hint: "if you mean it: secrets edit \(environment) --yes", .usage)
  }

  /// A text that cannot be taken, where nobody is there to mend it.
  init(_ faults: [EditFault], environment: String) {
    self.init(
      faults.count == 1
        ? "the text cannot be taken; nothing was changed"
        : "the text cannot be taken, for \(faults.count) reasons; nothing was changed",
      hint: "to begin again: secrets edit \(environment)", .usage)
    others = faults.map { ($0.sentence(offset: 0, environment: environment), nil) }
  }

  /// Names that others changed too, where nobody can be asked.
  init(_ collisions: [EditCollision], environment: String) {
    self.init(
      collisions.count == 1
        ? "\(collisions[0].sentence); nothing was changed"
        : "\(collisions.count) names were changed while you edited them; nothing was changed",
      hint: "begin again with what stands there now: secrets edit \(environment)", .damaged)
    if collisions.count > 1 { others = collisions.map { ($0.sentence, nil) } }
  }
}
