// One secret that differs, for people and for programs.

internal import Sealing
internal import Vault

/// A secret as it is on one side.
struct DifferingSecret {
  /// What a reader is given of its value.
  enum Value {
    case opened(Payload)
    /// The reader cannot open it.
    case closed
    /// Nobody should: it is damaged, forged or in conflict.
    case refused(FindingClass)
  }

  /// The environment that it is from.
  let environment: String
  let entry: Entry
  /// Nil until it is asked for.
  var value: Value?

  /// Takes what is there; nil for a removal.
  init?(present entry: Entry, _ environment: String) {
    if entry.isRemoved { return nil }
    self.environment = environment
    self.entry = entry
  }

  /// What is refused as a whole has no record of its own to speak of.
  fileprivate var isKnown: Bool { !entry.id.isEmpty }

  fileprivate var authorship: String { isKnown ? entry.authorship : "" }

  fileprivate func json(withValue: Bool) -> JSON {
    var members: [(String, JSON)] = [
      ("environment", .string(environment)),
      ("revision", isKnown ? .number(Int64(entry.rev)) : .null),
      ("id", isKnown ? .string(entry.id) : .null),
      ("by", isKnown ? .string(entry.by) : .null),
      ("sealed_by", .text(entry.sealedBy)),
      ("at", isKnown ? .string(Timestamp.text(entry.at)) : .null),
    ]
    if withValue {
      var (kind, text) = (JSON.null, JSON.null)
      if case .opened(let payload) = value {
        kind = .string(payload.kind.word)
        if payload.isText { text = .secret(payload.value) }
      }
      members += [("kind", kind), ("value", text)]
    }
    return .object(members)
  }
}

/// A secret that is not the same on both sides.
struct SecretDifference {
  /// How it differs.
  enum Change: Equatable {
    case added, removed, changed
    /// It is on both sides, and the reader cannot compare the values.
    case closed
    /// It cannot be used: in conflict, forged, without the right.
    case refused(FindingClass)

    var word: String {
      switch self {
      case .added: "added"
      case .removed: "removed"
      case .changed: "changed"
      case .closed: "closed"
      case .refused(let kind): kind.rawValue
      }
    }
  }

  let change: Change
  let address: SecretAddress
  /// Where it is, or was.
  let environment: String
  var before: DifferingSecret?
  var after: DifferingSecret?
  /// The line that removed it, where there is one.
  let removal: Entry?

  /// The fields of a table's row behind the name.
  func fields(now: Int64) -> (rev: String, by: String, age: String, before: String) {
    let before = before?.authorship ?? ""
    guard let entry = removal ?? after?.entry, !entry.id.isEmpty else {
      return ("", "", "", before)
    }
    return ("\(entry.rev)", entry.author, age(since: entry.at, now: now), before)
  }

  /// The same in words.
  var words: String {
    let place = part(environment, address.role)
    var words = "\(change.word) `\(address.name)` of \(place)"
    if let now = removal ?? after?.entry, !now.id.isEmpty {
      words += ", revision \(now.authorship)"
    }
    if let before, before.isKnown { words += ", before \(before.authorship)" }
    return words
  }

  fileprivate func json(withValues: Bool) -> JSON {
    [
      "change": .string(change.word), "name": .string(address.name),
      "role": .string(address.role), "environment": .string(environment),
      "before": before?.json(withValue: withValues) ?? .null,
      "after": after?.json(withValue: withValues) ?? .null,
      "removed_by": .text(removal?.by),
    ]
  }
}

extension DiffComparison {
  /// The same for programs.
  func json(withValues: Bool) -> JSON {
    [
      "from": .string(from), "to": .string(to),
      "changes": .array(differences.map { $0.json(withValues: withValues) }),
    ]
  }
}

extension Entry {
  /// Who wrote it, and who vouches for that.
  var author: String { sealedBy.map { "\(by), sealed by \($0)" } ?? by }

  /// Its revision and author.
  fileprivate var authorship: String { "\(rev) by \(author)" }
}

extension Payload {
  /// Whether the value is UTF-8 without NUL, as a file need not be.
  var isText: Bool { (try? Payload(kind: .text, note: note, value: value)) != nil }
}
