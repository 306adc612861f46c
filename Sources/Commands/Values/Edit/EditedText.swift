// A text as it came back from the editor, held against what it began with: what the person did to
// which secret, or why the text cannot be taken. Pure: it reads and writes nothing but memory.

internal import Dotenv
internal import Sealing
internal import Vault

/// What a person did to one secret.
struct Edit {
  enum Deed {
    /// It is new.
    case add(Payload)
    /// Its value is another one.
    case change(Payload)
    /// Its value is the same, its comment is not.
    case annotate(Payload)
    /// It is gone.
    case remove
  }

  let address: SecretAddress
  let deed: Deed

  /// What is to be written; nil where it is to be removed.
  var payload: Payload? {
    switch deed {
    case .add(let payload), .change(let payload), .annotate(let payload): payload
    case .remove: nil
    }
  }
}

/// Why a text cannot be taken, and where.
struct EditFault: Equatable {
  enum Reason: Equatable {
    case dotenv(DotenvError)
    /// The name stands in an earlier line of the same section.
    case twice(SecretAddress, first: Int)
    /// No section has begun, and `default` cannot be written.
    case noSection(name: String)
    /// A section of a role that cannot be written.
    case closedRole(String)
    /// What the name stands for is not text, and is not replaced on the side.
    case unshown(SecretAddress, UnshownReason)
    /// The name makes programs run code.
    case dangerousName(String)
    /// A `#` directly behind a value cuts it.
    case cutByHash(name: String)
    /// The comment above is not UTF-8.
    case commentIsNotText(name: String)
    case payload(name: String, PayloadError)
    /// The values as they would be leave a template that does not expand.
    case template(SecretAddress, TemplateError)
  }

  /// The line in the text, from 1; nil where it is about no line that is there.
  let line: Int?
  let reason: Reason
}

/// What is taken otherwise than it may have been meant.
enum EditRemark: Equatable {
  /// The comment behind a value is dropped.
  case commentDropped(name: String)
  /// A `${…}` stays as it stands.
  case literalReference(name: String, reference: String)
  /// A `${…:-…}` or `$(…)` stays as it stands.
  case literalExpansion(name: String)
}

/// A text from the editor, understood.
struct EditedText {
  /// What was done, in the text's order of roles and names; nothing where there are faults.
  let edits: [Edit]
  /// All that is wrong, by line.
  let faults: [EditFault]
  /// What may have been meant otherwise.
  let remarks: [EditRemark]
  /// The line of each name.
  let lines: [SecretAddress: Int]

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - text: the text as it was saved.
  ///   - base: what the editing began with.
  ///   - ownComments: comments that are ours and belong to no name.
  ///   - arena: where the values go.
  init(
    _ text: Secret, against base: EditableEnvironment, ownComments: [String] = [],
    in arena: SecureArena
  ) {
    self = text.withBytes { bytes in
      var reader = EditReader(base: base, ownComments: ownComments, arena: arena)
      reader.read(bytes)
      return EditedText(reader)
    }
  }

  private init(_ reader: EditReader) {
    faults = reader.faults.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    edits = faults.isEmpty ? reader.edits.sorted { $0.address < $1.address } : []
    remarks = reader.remarks
    lines = reader.lines
  }
}

private struct EditReader {
  let base: EditableEnvironment
  let ownComments: [String]
  let arena: SecureArena
  var edits: [Edit] = []
  var faults: [EditFault] = []
  var remarks: [EditRemark] = []
  var lines: [SecretAddress: Int] = [:]

  init(base: EditableEnvironment, ownComments: [String], arena: SecureArena) {
    self.base = base
    self.ownComments = ownComments
    self.arena = arena
  }

  mutating func read(_ text: RawSpan) {
    let parsed = ParsedText(dotenv: text, sections: true)
    faults += parsed.refusals.map { EditFault(line: $0.place?.line, reason: .dotenv($0)) }
    for case .section(let role, let line) in parsed.items where !base.roles.contains(role) {
      faults.append(EditFault(line: line, reason: .closedRole(role)))
    }
    let found = parsed.assignments.compactMap { locate($0) }
    var names: [String: Set<String>] = [:]
    for (address, _) in found { names[address.role, default: []].insert(address.name) }
    for (address, standing) in base.standings {
      if case .unshown = standing { names[address.role, default: []].insert(address.name) }
    }
    for (address, assignment) in found {
      take(assignment, at: address, among: names[address.role] ?? [], text)
    }
    for (address, standing) in base.standings where lines[address] == nil {
      if case .shown = standing { edits.append(Edit(address: address, deed: .remove)) }
    }
  }

  private mutating func locate(_ assignment: Assignment) -> (SecretAddress, Assignment)? {
    let line = assignment.place.line
    let address = SecretAddress(role: assignment.role ?? "default", name: assignment.name)
    guard base.roles.contains(address.role) else {
      // A section that is closed was refused already.
      if assignment.role == nil {
        faults.append(EditFault(line: line, reason: .noSection(name: address.name)))
      }
      return nil
    }
    if let first = lines[address] {
      faults.append(EditFault(line: line, reason: .twice(address, first: first)))
      return nil
    }
    lines[address] = line
    return (address, assignment)
  }

  private mutating func take(
    _ assignment: Assignment, at address: SecretAddress, among names: Set<String>, _ text: RawSpan
  ) {
    func fault(_ reason: EditFault.Reason) {
      faults.append(EditFault(line: assignment.place.line, reason: reason))
    }
    var before: Payload?
    switch base.standings[address] {
    case .shown(let payload, _): before = payload
    case .unshown(let reason, _) where !reason.isReplaceable:
      return fault(.unshown(address, reason))
    case .unshown, .removed, nil:
      if DangerousNames.contains(address.name) { return fault(.dangerousName(address.name)) }
    }
    guard assignment.comments.allSatisfy(\.isText) else {
      return fault(.commentIsNotText(name: address.name))
    }
    do throws(PayloadError) {
      let payload = try payload(of: assignment, before: before, among: names, text)
      if before?.isSame(as: payload) == true { return }
      if assignment.doubts.contains(.hashEndsValue) {
        return fault(.cutByHash(name: address.name))
      }
      remark(on: assignment, payload, among: names, text)
      edits.append(Edit(address: address, deed: deed(payload, before: before)))
    } catch {
      fault(.payload(name: address.name, error))
    }
  }

  private func deed(_ payload: Payload, before: Payload?) -> Edit.Deed {
    guard let before else { return .add(payload) }
    let isSameValue = before.kind == payload.kind && before.value.hasSameBytes(as: payload.value)
    return isSameValue ? .annotate(payload) : .change(payload)
  }

  /// The value, its kind and its comment.
  ///
  /// A `${NAME}` outside single quotes makes a template where its role has the name. What was a
  /// template or a reference before stays one as long as it can be.
  private func payload(
    of assignment: Assignment, before: Payload?, among names: Set<String>, _ text: RawSpan
  ) throws(PayloadError) -> Payload {
    let note = note(of: assignment, text)
    let references = assignment.references(in: text)
    if let before, before.kind == .template {
      // All references stay, so that one whose name was taken out is refused and not made literal.
      let template = template(assignment, text) { _ in true }
      if !references.isEmpty || template.hasSameBytes(as: before.value) {
        return try Payload(kind: .template, note: note, value: template)
      }
    } else if references.contains(where: { names.contains($0.name) }) {
      let template = template(assignment, text) { names.contains($0) }
      return try Payload(kind: .template, note: note, value: template)
    }
    let value = arena.allocate(assignment.valueCount)
    value.withMutableBytes { _ = assignment.decode(text, into: $0) }
    if before?.kind == .reference,
      let reference = try? Payload(kind: .reference, note: note, value: value)
    {
      return reference
    }
    return try Payload(kind: .text, note: note, value: value)
  }

  private func template(
    _ assignment: Assignment, _ text: RawSpan, expanding expands: (String) -> Bool
  ) -> Secret {
    let template = arena.allocate(assignment.templateCount(text, expanding: expands))
    template.withMutableBytes { target in
      _ = assignment.decodeTemplate(text, into: target, expanding: expands)
    }
    return template
  }

  /// The comment lines above that the person wrote, joined by LF.
  private func note(of assignment: Assignment, _ text: RawSpan) -> Secret {
    let lines = assignment.comments.map(\.range).filter { range in
      !ownComments.contains { own in
        text.extracting(range).withUnsafeBytes { $0.elementsEqual(own.utf8) }
      }
    }
    let note = arena.allocate(lines.reduce(max(0, lines.count - 1)) { $0 + $1.count })
    note.withMutableBytes { target in
      var next = 0
      for (index, line) in lines.enumerated() {
        if index > 0 {
          target[next] = UInt8(ascii: "\n")
          next += 1
        }
        text.extracting(line).withUnsafeBytes { source in
          UnsafeMutableRawBufferPointer(rebasing: target[next...]).copyMemory(from: source)
        }
        next += line.count
      }
    }
    return note
  }

  private mutating func remark(
    on assignment: Assignment, _ payload: Payload, among names: Set<String>, _ text: RawSpan
  ) {
    if assignment.inlineComment != nil { remarks.append(.commentDropped(name: assignment.name)) }
    if assignment.doubts.contains(.expansionIgnored) {
      remarks.append(.literalExpansion(name: assignment.name))
    }
    for reference in assignment.references(in: text) where !names.contains(reference.name) {
      remarks.append(.literalReference(name: assignment.name, reference: reference.name))
    }
  }
}
