// What is wrong with a text, as comment lines above it, and the way to take them away again.

internal import Sealing

/// The comment lines above a text that was sent back to the editor.
struct EditMessages {
  /// The lines, without `# `.
  let lines: [String]

  /// How many faults are told at once: a key pasted without quotes has one in each line.
  private static let limit = 20

  /// No lines.
  init() { lines = [] }

  /// One line for each fault.
  init(of faults: [EditFault], in environment: String) {
    guard !faults.isEmpty else {
      lines = []
      return
    }
    let told = faults.prefix(Self.limit)
    let isCut = told.count < faults.count
    // This many lines will stand above the text, the empty one among them.
    let offset = 1 + told.count + (isCut ? 1 : 0) + 1
    lines =
      [EditWords.notSaved] + told.map { $0.sentence(offset: offset, environment: environment) }
      + (isCut ? [EditWords.more(faults.count - told.count)] : [])
  }

  /// One line for each secret that others changed too.
  init(of collisions: [EditCollision]) {
    lines = [EditWords.notSaved] + collisions.map { "\($0.sentence): \(EditWords.takeTheirs)" }
  }

  /// How many lines stand above the text.
  var offset: Int { lines.isEmpty ? 0 : lines.count + 1 }

  /// The text with the lines above it.
  func put(above body: Secret, in arena: SecureArena) -> Secret {
    let head = lines.map { "# \($0)\n" }.joined() + (lines.isEmpty ? "" : "\n")
    let text = arena.allocate(head.utf8.count + body.count)
    text.withMutableBytes { target in
      target.copyBytes(from: head.utf8)
      body.withBytes { bytes in
        bytes.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: target[head.utf8.count...]).copyMemory(from: $0)
        }
      }
    }
    return text
  }

  /// The text without those of the lines that still stand on top of it.
  func stripped(from text: Secret) -> Secret {
    var start = 0
    for line in lines {
      let shown = "# \(line)\n"
      let end = start + shown.utf8.count
      if end <= text.count, text.part(start..<end).holds(shown) { start = end }
    }
    if start > 0, start < text.count, text.part(start..<(start + 1)).holds("\n") { start += 1 }
    // A mark that stood first must not come to stand in the middle.
    if start + 3 <= text.count, text.part(start..<(start + 3)).holds("\u{feff}") { start += 3 }
    return text.part(start..<text.count)
  }
}

extension Secret {
  fileprivate func holds(_ text: String) -> Bool {
    withBytes { bytes in bytes.withUnsafeBytes { $0.elementsEqual(text.utf8) } }
  }
}
