// What an import changes: every name of the text against the environment's role. A value that is
// there already is not written again.

internal import Dotenv
internal import Sealing
internal import Vault

/// The changes that a text asks for.
struct ImportPlan {
  /// What becomes of a name.
  enum Change: String, CaseIterable {
    case added, changed, kept, unchanged
  }

  /// One name.
  struct Item {
    let name: String
    let change: Change
    let payload: Payload
    /// Kept where the value is.
    let expires: Int64?
  }

  /// The names in the text's order.
  private(set) var items: [Item] = []
  /// What may have been meant otherwise.
  private(set) var warnings: [String] = []

  private let text: ImportText
  private let arena: SecureArena

  /// Compares.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - opened: the environment, as the writer sees it.
  ///   - role: the role.
  ///   - keepsExisting: whether a name that is there stays as it is.
  ///   - arena: where values go.
  /// - Throws: `WriteError` for what no reader would accept.
  init(
    _ text: ImportText, against opened: OpenEnvironment, role: String, keepsExisting: Bool,
    in arena: SecureArena
  ) throws(WriteError) {
    self.text = text
    self.arena = arena
    var opened = opened
    let found = Dictionary(
      opened.secrets(in: [role]).map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    let known = Set(found.keys).union(text.assignments.map(\.name))
    for assignment in text.assignments {
      let existing = found[assignment.name]
      let before = existing.flatMap { try? opened.open($0).payload }
      // Looked for only in a conflict, where nothing opens as it is.
      let note =
        note(of: assignment) ?? before?.note
        ?? existing.flatMap { opened.note(of: $0.name, role: role) }
      let payload = try payload(of: assignment, note: note, known: known)
      var change = Change.added
      var expires: Int64?
      if let existing {
        if keepsExisting {
          change = .kept
        } else if let before, before.kind == payload.kind,
          before.value.hasSameBytes(as: payload.value)
        {
          change = before.note.hasSameBytes(as: payload.note) ? .unchanged : .changed
          expires = opened.entry(of: existing).expires
        } else {
          change = .changed
        }
      }
      items.append(
        Item(name: assignment.name, change: change, payload: payload, expires: expires))
    }
  }

  /// How many names a change is made of.
  func count(_ change: Change) -> Int { items.count { $0.change == change } }

  /// The names that are written.
  var written: [Item] { items.filter { $0.change == .added || $0.change == .changed } }

  private mutating func payload(
    of assignment: Assignment, note: Secret?, known: Set<String>
  ) throws(WriteError) -> Payload {
    let (kind, value) = value(of: assignment, known: known)
    do throws(PayloadError) {
      return try Payload(kind: kind, note: note ?? arena.allocate(0), value: value)
    } catch {
      throw .payload(assignment.name, error)
    }
  }

  /// A text, or a template where it uses a name of the role.
  private mutating func value(
    of assignment: Assignment, known: Set<String>
  ) -> (Payload.Kind, Secret) {
    // What uses itself would never expand: shells mean the value from before, which is none here.
    let isKnown = { (name: String) in known.contains(name) && name != assignment.name }
    let used = text.text.withBytes { assignment.references(in: $0) }.map(\.name)
    var seen: Set<String> = []
    for name in used where !isKnown(name) && seen.insert(name).inserted {
      warnings.append(
        name == assignment.name
          ? assignment.selfWarning(in: text.source)
          : assignment.literalWarning(name, in: text.source))
    }
    guard used.contains(where: isKnown) else {
      let value = arena.allocate(assignment.valueCount)
      text.text.withBytes { bytes in
        _ = value.withMutableBytes { assignment.decode(bytes, into: $0) }
      }
      return (.text, value)
    }
    let count = text.text.withBytes { assignment.templateCount($0, expanding: isKnown) }
    let value = arena.allocate(count)
    text.text.withBytes { bytes in
      _ = value.withMutableBytes {
        assignment.decodeTemplate(bytes, into: $0, expanding: isKnown)
      }
    }
    return (.template, value)
  }

  /// The comment above the name; nil where there is none that can be kept.
  private func note(of assignment: Assignment) -> Secret? {
    guard !assignment.comments.isEmpty, assignment.noteCount <= Payload.noteLimit,
      assignment.comments.allSatisfy(\.isText)
    else { return nil }
    let note = arena.allocate(assignment.noteCount)
    text.text.withBytes { bytes in
      _ = note.withMutableBytes { assignment.decodeNote(bytes, into: $0) }
    }
    return note
  }
}
