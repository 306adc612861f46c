// What a copy changes where it goes: what is there already is compared, and never overwritten on the
// side.

internal import Sealing
internal import Vault

/// A value to be copied, and where it is from.
struct CopiedValue {
  let name: String
  let environment: String
  let role: String
  let payload: Payload
  let expires: Int64?
  /// Who may know it and has no grant any more.
  let exposed: [String]
}

/// The changes that a copy asks for.
struct CopyPlan {
  /// What becomes of a name.
  enum Change {
    case added, changed, unchanged
  }

  /// One name.
  struct Item {
    let copy: CopiedValue
    let change: Change
    /// With the comment that is there already, where none is brought.
    let payload: Payload

    var name: String { copy.name }
    var expires: Int64? { copy.expires }
  }

  /// The names in the order given.
  let items: [Item]
  /// Names that copied templates use and that the role will not have, by template.
  let missingNames: [(template: String, names: [String])]

  /// Compares.
  ///
  /// - Parameters:
  ///   - copies: the values.
  ///   - target: where they go.
  ///   - replacing: whether another value there is overwritten.
  ///   - before: the target, as the writer sees it.
  /// - Throws: `Refusal` that names all that would be overwritten; `WriteError`.
  init(
    _ copies: [CopiedValue], to target: RoleAddress, replacing: Bool, before: OpenEnvironment
  ) throws {
    let found = Dictionary(
      before.secrets(in: [target.role]).map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    var items: [Item] = []
    var different: [String] = []
    for copy in copies {
      let payload = try Self.payload(of: copy, keepingNoteOf: before, target.role)
      guard let existing = found[copy.name] else {
        items.append(Item(copy: copy, change: .added, payload: payload))
        continue
      }
      let old = before.payload(of: copy.name, role: target.role)
      let isSame =
        old.map { $0.kind == payload.kind && $0.value.hasSameBytes(as: payload.value) } ?? false
      if !isSame, !replacing { different.append(copy.name) }
      let isUnchanged =
        isSame && old?.note.hasSameBytes(as: payload.note) == true
        && before.entry(of: existing).expires == copy.expires
      items.append(
        Item(copy: copy, change: isUnchanged ? .unchanged : .changed, payload: payload))
    }
    guard different.isEmpty else { throw Refusal.othersThere(different, target) }
    self.items = items
    let names = Set(found.keys).union(copies.map(\.name))
    missingNames = items.compactMap { item in
      let missing = item.payload.templateNames.filter { !names.contains($0) }
      return missing.isEmpty ? nil : (item.name, missing)
    }
  }

  /// The names that are written.
  var written: [Item] { items.filter { $0.change != .unchanged } }

  private static func payload(
    of copy: CopiedValue, keepingNoteOf before: OpenEnvironment, _ role: String
  ) throws(WriteError) -> Payload {
    guard copy.payload.note.count == 0, let note = before.note(of: copy.name, role: role) else {
      return copy.payload
    }
    do throws(PayloadError) {
      return try Payload(kind: copy.payload.kind, note: note, value: copy.payload.value)
    } catch {
      throw .payload(copy.name, error)
    }
  }
}
