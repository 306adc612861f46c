// Dotenv and JSON: places lie in the text, sizes are what is decoded, and what was read and is
// written again is read with the same bytes.

@testable import Dotenv

enum TextPromises {
  static func dotenv(_ text: [UInt8]) {
    for sections in [false, true] {
      let parsed = ParsedText(dotenv: text.span.bytes, sections: sections)
      hold(parsed, text, lineEnds: [0x0a, 0x0d])
      comeBack(parsed, text, as: .dotenv)
      if parsed.refusals.isEmpty { edit(parsed, text) }
    }
    _ = ParsedText(detecting: text.span.bytes)
  }

  static func json(_ text: [UInt8]) {
    let parsed = ParsedText(json: text.span.bytes)
    hold(parsed, text, lineEnds: [0x0a, 0x0d])
    promise(
      parsed.assignments.allSatisfy { $0.references(in: text.span.bytes).isEmpty }, "reference")
    comeBack(parsed, text, as: .json)
    comeBack(parsed, text, as: .dotenv)
  }

  private static func hold(_ parsed: ParsedText, _ text: [UInt8], lineEnds: Set<UInt8>) {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let lines = Lines(text.dropFirst(text.starts(with: mark) ? 3 : 0), lineEnds: lineEnds)
    for refusal in parsed.refusals {
      guard let place = refusal.place else { continue }
      lines.hold(line: place.line, column: place.column, "\(refusal)")
    }
    promise(
      parsed.effective.count + parsed.overridden.count == parsed.assignments.count,
      "neither in force nor overridden")
    for item in parsed.items {
      switch item {
      case .assignment(let assignment):
        lines.hold(
          line: assignment.place.line, column: assignment.place.column, assignment.name)
        let value = assignment.value(in: text)
        promise(!value.contains(0), "NUL")
        promise(String(validating: value, as: UTF8.self) != nil, "a value that is no UTF-8")
        for reference in assignment.references(in: text.span.bytes) {
          promise(
            value[reference.range].elementsEqual("${\(reference.name)}".utf8),
            "a reference lies elsewhere")
        }
      case .comment(let comment): lines.hold(line: comment.line, column: 1, "comment")
      case .section(_, let line), .blank(let line): lines.hold(line: line, column: 1, "line")
      }
    }
  }

  /// Whatever a format carries is read back.
  private static func comeBack(_ parsed: ParsedText, _ text: [UInt8], as format: InterchangeFormat)
  {
    var seen: Set<String> = []
    let entries = parsed.assignments.filter { seen.insert($0.name).inserted }
      .map { ($0.name, $0.value(in: text)) }
    var taken: [(name: String, value: [UInt8])] = []
    let written = Self.written { sink in
      var writer = ValueWriter(format)
      writer.begin(sink)
      for (name, value) in entries
      where (try? writer.write(name, value.span.bytes, to: sink)) != nil {
        taken.append((name, value))
      }
      writer.end(sink)
    }
    let again =
      format == .json
      ? ParsedText(json: written.span.bytes) : ParsedText(dotenv: written.span.bytes)
    promise(again.refusals.isEmpty, "\(format) that is refused")
    promise(
      again.assignments.map(\.name) == taken.map(\.name)
        && again.assignments.map { $0.value(in: written) } == taken.map(\.value),
      "\(format) is read otherwise")
  }

  /// What the editor shows comes back as it was, comments and templates too.
  private static func edit(_ parsed: ParsedText, _ text: [UInt8]) {
    for assignment in parsed.effective {
      let note = assignment.comments.allSatisfy(\.isText) ? assignment.note(in: text) : []
      let forms: [(EditorText.Kind, [UInt8])] = [
        (.literal, assignment.value(in: text)), (.template, assignment.template(in: text)),
      ]
      for (kind, value) in forms {
        var isRefused = false
        let written = Self.written { sink in
          EditorText.writeSection("default", to: sink)
          do throws(DotenvError) {
            try EditorText.write(
              assignment.name, value.span.bytes, kind, note: note.span.bytes, to: sink)
          } catch {
            isRefused = true
          }
        }
        promise(!isRefused, "the editor does not take \(assignment.name)")
        let again = ParsedText(dotenv: written.span.bytes, sections: true)
        promise(again.refusals.isEmpty && again.assignments.count == 1, "an entry that is no entry")
        guard let same = again.assignments.first else { continue }
        let back = kind == .literal ? same.value(in: written) : same.template(in: written)
        promise(
          same.name == assignment.name && same.role == "default" && back == value,
          "\(kind) is edited otherwise")
        promise(same.note(in: written) == note, "the comment is edited otherwise")
      }
    }
  }

  private static func written(_ body: ((RawSpan) -> Void) -> Void) -> [UInt8] {
    var text: [UInt8] = []
    body { piece in piece.withUnsafeBytes { text += $0 } }
    return text
  }
}

extension Assignment {
  fileprivate func value(in text: [UInt8]) -> [UInt8] {
    filled(valueCount) { decode(text.span.bytes, into: $0) }
  }

  fileprivate func note(in text: [UInt8]) -> [UInt8] {
    filled(noteCount) { decodeNote(text.span.bytes, into: $0) }
  }

  fileprivate func template(in text: [UInt8]) -> [UInt8] {
    filled(templateCount(text.span.bytes, expanding: { _ in true })) {
      decodeTemplate(text.span.bytes, into: $0, expanding: { _ in true })
    }
  }

  private func filled(_ count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xaa, count: count)
    let written = bytes.withUnsafeMutableBytes(fill)
    promise(written == count, "a size that is not what is decoded")
    return bytes
  }
}

extension DotenvError {
  fileprivate var place: Place? {
    switch self {
    case .badName(let place), .nameTooLong(let place), .missingEquals(let place),
      .unterminatedQuote(let place, _), .textAfterQuote(let place, _, _), .notUTF8(let place, _),
      .nul(let place, _), .badSection(let place), .json(_, let place, _):
      place
    case .utf16, .cannotCarry: nil
    }
  }
}
