// Writing values out, in pieces of the caller's own memory and of fixed text: nothing is joined up
// or copied here. Each format's quoting has a file of its own.

/// Writes names and values in one of the formats.
///
/// `begin` comes first, `end` last; every name once. Whoever wants all or nothing asks for the
/// `size` of every entry before writing the first one.
public struct ValueWriter {
  /// The format.
  public let format: InterchangeFormat
  private var isFirst = true

  /// Makes a writer that has written nothing.
  public init(_ format: InterchangeFormat) { self.format = format }

  /// Writes what stands before the first entry.
  public func begin(_ sink: (RawSpan) -> Void) {
    if format == .json { "{".write(to: sink) }
  }

  /// Writes one entry.
  ///
  /// - Parameters:
  ///   - name: its name, which the caller has made sure is one.
  ///   - value: its bytes.
  ///   - sink: takes the text, piece by piece; nothing where the entry is refused.
  /// - Throws: `DotenvError.cannotCarry` where the format's readers would not give `value` back.
  public mutating func write(
    _ name: String, _ value: RawSpan, to sink: (RawSpan) -> Void
  ) throws(DotenvError) {
    try check(name, value)
    let start = isFirst
    isFirst = false
    put(name, value, isFirst: start, sink)
  }

  /// Writes what stands behind the last entry.
  public func end(_ sink: (RawSpan) -> Void) {
    switch format {
    case .json:
      if !isFirst { "\n".write(to: sink) }
      "}\n".write(to: sink)
    case .yaml:
      // An empty text would be null.
      if isFirst { "{}\n".write(to: sink) }
    case .dotenv, .shell, .docker: break
    }
  }

  /// How many bytes an entry takes, which is at most what `write` will hand over for it.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - value: its bytes.
  /// - Returns: the size; JSON's comma before it included.
  /// - Throws: `DotenvError.cannotCarry` where the format's readers would not give `value` back.
  public func size(_ name: String, _ value: RawSpan) throws(DotenvError) -> Int {
    try check(name, value)
    var size = 0
    put(name, value, isFirst: false) { size += $0.byteCount }
    return size
  }

  private func check(_ name: String, _ value: RawSpan) throws(DotenvError) {
    let obstacle: Obstacle? =
      switch format {
      case .dotenv: DotenvQuoting.obstacle(value)
      case .json: JSONText.obstacle(value)
      case .yaml: YAMLText.obstacle(value)
      case .docker: DockerText.obstacle(name, value)
      case .shell: value.hasNUL ? .nul : nil
      }
    if let obstacle { throw .cannotCarry(name: name, format, obstacle) }
  }

  private func put(
    _ name: String, _ value: RawSpan, isFirst: Bool, _ sink: (RawSpan) -> Void
  ) {
    switch format {
    case .dotenv:
      name.write(to: sink)
      "=".write(to: sink)
      DotenvQuoting.forEveryReader(value)?.write(value, sink)
      "\n".write(to: sink)
    case .json:
      if !isFirst { ",".write(to: sink) }
      "\n  \"".write(to: sink)
      name.write(to: sink)
      "\": ".write(to: sink)
      JSONText.write(value, sink)
    case .yaml:
      // Quoted, since `NO`, `ON` and `Y` would be no strings in YAML 1.1.
      "\"".write(to: sink)
      name.write(to: sink)
      "\": ".write(to: sink)
      YAMLText.write(value, sink)
      "\n".write(to: sink)
    case .docker:
      name.write(to: sink)
      "=".write(to: sink)
      sink(value)
      "\n".write(to: sink)
    case .shell:
      "export ".write(to: sink)
      name.write(to: sink)
      "=".write(to: sink)
      ShellText.write(value, sink)
      "\n".write(to: sink)
    }
  }
}
