// The dotenv text that a person edits: sections, comments above their names, templates. It is for
// our own reader, which gives every value, comment and template back with the same bytes.

/// Writes the text of an editing session, to be read by `ParsedText(dotenv:sections:)`.
public enum EditorText {
  /// What a value is, and so how its `$` are meant.
  public enum Kind: Sendable {
    /// Bytes that stand for themselves.
    case literal
    /// A template of `format.md` §4; the value is the template's text.
    case template
  }

  /// Writes the line that begins a role's section, with an empty line behind it.
  public static func writeSection(_ role: String, to sink: (RawSpan) -> Void) {
    "# [role ".write(to: sink)
    role.write(to: sink)
    "]\n\n".write(to: sink)
  }

  /// Writes an empty line: what stands above it belongs to no name.
  public static func writeBlank(to sink: (RawSpan) -> Void) { "\n".write(to: sink) }

  /// Writes comment lines.
  ///
  /// - Parameters:
  ///   - comment: the lines' text, divided by LF; nothing is written for an empty one.
  ///   - sink: takes the text.
  public static func writeComment(_ comment: RawSpan, to sink: (RawSpan) -> Void) {
    guard comment.byteCount > 0 else { return }
    var start = 0
    repeat {
      let end = comment.first(from: start) { $0 == .lf }
      "#".write(to: sink)
      // Without the blank, it cannot be taken for the beginning of a section.
      if start < end, !comment.has("[role", at: start) { " ".write(to: sink) }
      sink(comment.extracting(start..<end))
      "\n".write(to: sink)
      start = end + 1
    } while start <= comment.byteCount
  }

  /// Writes one entry, its comment above it.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - value: its value.
  ///   - kind: how the value's `$` are meant.
  ///   - note: the comment that belongs to it; may be empty.
  ///   - sink: takes the text; nothing where the entry is refused.
  /// - Throws: `DotenvError.cannotCarry` where value or comment are no text.
  public static func write(
    _ name: String, _ value: RawSpan, _ kind: Kind, note: RawSpan, to sink: (RawSpan) -> Void
  ) throws(DotenvError) {
    try check(name, value, note: note)
    put(name, value, kind, note: note, sink)
  }

  /// How many bytes `write` hands over for an entry.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - value: its value.
  ///   - kind: how the value's `$` are meant.
  ///   - note: the comment that belongs to it; may be empty.
  /// - Returns: the size.
  /// - Throws: `DotenvError.cannotCarry` where value or comment are no text.
  public static func size(
    _ name: String, _ value: RawSpan, _ kind: Kind, note: RawSpan
  ) throws(DotenvError) -> Int {
    try check(name, value, note: note)
    var size = 0
    put(name, value, kind, note: note) { size += $0.byteCount }
    return size
  }

  private static func put(
    _ name: String, _ value: RawSpan, _ kind: Kind, note: RawSpan, _ sink: (RawSpan) -> Void
  ) {
    writeComment(note, to: sink)
    name.write(to: sink)
    "=".write(to: sink)
    switch kind {
    case .literal: DotenvQuoting.forOurReader(value).write(value, sink)
    case .template: DotenvQuoting.template.write(value, sink)
    }
    "\n".write(to: sink)
  }

  private static func check(
    _ name: String, _ value: RawSpan, note: RawSpan
  ) throws(DotenvError) {
    if let obstacle = DotenvQuoting.textObstacle(value) {
      throw .cannotCarry(name: name, .dotenv, obstacle)
    }
    let hasCR = note.first(from: 0) { $0 == .cr } < note.byteCount
    guard !hasCR, DotenvQuoting.textObstacle(note) == nil else {
      throw .cannotCarry(name: name, .dotenv, .comment)
    }
  }
}
