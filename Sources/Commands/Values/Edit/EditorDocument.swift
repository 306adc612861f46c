// The text that an editing begins with: how to use it, then each role's secrets by name. Written
// twice, first to measure it, so that it lies in guarded memory in one piece.

internal import Dotenv
internal import Sealing
internal import Vault

/// The first text of an editing.
struct EditorDocument {
  /// The text.
  let text: Secret
  /// The comments in it that are ours, and never belong to a name.
  let ownComments: [String]

  /// Writes an environment as text.
  init(of environment: EditableEnvironment, in arena: SecureArena) {
    var ownComments: [String] = []
    var count = 0
    Self.write(environment, to: { count += $0.byteCount }, noting: { ownComments.append($0) })
    let text = arena.allocate(count)
    text.withMutableBytes { target in
      var rest = UnsafeMutableRawBufferPointer(rebasing: target[...])
      Self.write(
        environment,
        to: { piece in
          piece.withUnsafeBytes { rest.copyMemory(from: $0) }
          rest = UnsafeMutableRawBufferPointer(rebasing: rest[piece.byteCount...])
        }, noting: { _ in })
    }
    self.text = text
    self.ownComments = ownComments
  }

  private static func write(
    _ environment: EditableEnvironment, to sink: (RawSpan) -> Void,
    noting note: (String) -> Void
  ) {
    func comment(_ line: String) {
      note(line)
      EditorText.writeComment(line.utf8Span.span.bytes, to: sink)
    }
    for line in EditWords.header(environment.name) { comment(line) }
    for closed in environment.closedRoles { comment(closed.reason.notice(role: closed.role)) }
    EditorText.writeBlank(to: sink)
    let standings = environment.standings.sorted { $0.key < $1.key }
    for role in environment.roles {
      // Where there is nothing to tell apart, nothing needs to be said.
      if environment.roles != ["default"] { EditorText.writeSection(role, to: sink) }
      var isApart = true
      for (address, standing) in standings where address.role == role {
        switch standing {
        case .removed: break
        case .unshown(let reason, _):
          if !isApart { EditorText.writeBlank(to: sink) }
          comment(reason.notice(address, environment: environment.name))
          EditorText.writeBlank(to: sink)
          isApart = true
        case .shown(let payload, _):
          let hasNote = payload.note.count > 0
          if hasNote, !isApart { EditorText.writeBlank(to: sink) }
          write(address.name, payload, to: sink)
          // Whoever takes the name out and leaves its comment must not give it to the next name.
          if hasNote { EditorText.writeBlank(to: sink) }
          isApart = hasNote
        }
      }
      if !isApart, role != environment.roles.last { EditorText.writeBlank(to: sink) }
    }
  }

  private static func write(_ name: String, _ payload: Payload, to sink: (RawSpan) -> Void) {
    payload.note.withBytes { note in
      payload.value.withBytes { value in
        // What cannot be written was found out before, and is unshown.
        try? EditorText.write(name, value, payload.editorKind, note: note, to: sink)
      }
    }
  }
}
