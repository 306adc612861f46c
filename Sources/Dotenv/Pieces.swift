// The pieces that a text is handed to a sink in: fixed characters, a name, a part of a value.

extension StaticString {
  func write(to sink: (RawSpan) -> Void) {
    let bytes = UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    sink(RawSpan(_unsafeBytes: bytes))
  }
}

extension String {
  func write(to sink: (RawSpan) -> Void) { sink(utf8Span.span.bytes) }
}

extension RawSpan {
  /// Whether a NUL is in it.
  var hasNUL: Bool { first(from: 0) { $0 == 0 } < byteCount }

  /// Hands over the bytes, some of them replaced.
  ///
  /// - Parameters:
  ///   - sink: takes the pieces.
  ///   - replacement: what stands in the place of the byte at an offset; nil for the byte itself.
  func write(to sink: (RawSpan) -> Void, replacing replacement: (Int, UInt8) -> StaticString?) {
    var start = 0
    for offset in 0..<byteCount {
      guard let byte = byte(offset), let text = replacement(offset, byte) else { continue }
      if start < offset { sink(extracting(start..<offset)) }
      text.write(to: sink)
      start = offset + 1
    }
    if start < byteCount { sink(extracting(start..<byteCount)) }
  }
}
