// `${NAME}` in a value: where it stands, and the template (format.md §4) that says the same.

/// A `${NAME}` outside single quotes.
public struct Reference: Equatable, Sendable {
  /// The name between the braces.
  public let name: String
  /// Where it lies in the decoded value, from `$` to `}`.
  public let range: Range<Int>
}

extension Assignment {
  /// The references in the value, in its order; none in single quotes and in JSON.
  ///
  /// Within double quotes `\$` begins none. `$$` has no meaning of its own: `$${A}` is a `$` and
  /// then a reference, as python-dotenv and dotenv-expand have it.
  public func references(in text: RawSpan) -> [Reference] {
    var found: [Reference] = []
    var target = ByteTarget()
    ValueUnit.each(in: text, source, style) { unit in
      let start = target.count
      unit.put(text, into: &target)
      if case .reference(let name) = unit {
        found.append(Reference(name: text.name(name), range: start..<target.count))
      }
    }
    return found
  }

  /// The size of the template that `decodeTemplate` makes.
  ///
  /// - Parameters:
  ///   - text: the text that was read.
  ///   - expands: whether a reference to this name stays one.
  /// - Returns: the size in bytes.
  public func templateCount(_ text: RawSpan, expanding expands: (String) -> Bool) -> Int {
    var target = ByteTarget()
    putTemplate(text, into: &target, expanding: expands)
    return target.count
  }

  /// Decodes the value as a template: what was literal expands to itself.
  ///
  /// - Parameters:
  ///   - text: the text that was read.
  ///   - memory: where the template goes; `templateCount` bytes or more.
  ///   - expands: whether a reference to this name stays one; else it becomes literal text.
  /// - Returns: how many bytes were written.
  @discardableResult
  public func decodeTemplate(
    _ text: RawSpan, into memory: UnsafeMutableRawBufferPointer,
    expanding expands: (String) -> Bool
  ) -> Int {
    var target = ByteTarget(memory)
    putTemplate(text, into: &target, expanding: expands)
    return target.count
  }

  private func putTemplate(
    _ text: RawSpan, into target: inout ByteTarget, expanding expands: (String) -> Bool
  ) {
    ValueUnit.each(in: text, source, style) { unit in
      // A `$` is doubled only where a template would read it otherwise, so that a template which
      // was written out for an editor comes back with the same bytes.
      switch unit {
      case .escapedDollar, .dollar(beforeDollar: true), .byte(.dollar): target.put(.dollar)
      case .reference(let name) where !expands(text.name(name)): target.put(.dollar)
      default: break
      }
      unit.put(text, into: &target)
    }
  }
}
