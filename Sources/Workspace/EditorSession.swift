// Text in the user's editor, as often as it takes, without a byte of it on a disk.

internal import CPlatform
internal import Glibc
public import Sealing

/// A text that is being edited in memory.
public struct EditorSession: ~Copyable {
  /// What came of it.
  public enum Outcome {
    /// The text as it was saved.
    case saved(Secret)
    /// The text is what the editor was given.
    case unchanged
    /// The editor ended with this code, as vim's `:cq` does, or could not be found (126, 127).
    case abandoned(code: Int32)
    /// The editor was ended by this signal.
    case killed(signal: Int32)
  }

  /// The most bytes that a saved text may have.
  public static let limit = 64 << 20

  private let folder: MemoryFolder
  private let fileName: String
  private let editor: Editor
  private let arena: SecureArena
  private var given: Secret

  /// Puts a text where an editor can open it.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - fileName: the name that the editor shows, by whose end it chooses its colours.
  ///   - editor: the user's editor.
  ///   - places: the folders to try, as `MemoryFolder.places` gives them.
  ///   - arena: where saved texts are put.
  /// - Throws: `noMemoryBackedFolder` or `fileFailed`.
  public init(
    _ text: Secret, fileName: String, editor: Editor, places: [String], arena: SecureArena
  ) throws(EditorError) {
    let folder = try MemoryFolder(in: places)
    try folder.write(text, to: fileName)
    self.folder = folder
    self.fileName = fileName
    self.editor = editor
    self.arena = arena
    given = text
  }

  /// Runs the editor in the foreground until it ends.
  ///
  /// Nothing changes and nothing is lost by an error; it may be run again.
  ///
  /// - Parameters:
  ///   - line: the line to begin at, where one is wanted and the editor is known to take it.
  ///   - environment: what surrounds this process, ended by nil.
  ///   - withheld: names that the editor is not given.
  /// - Returns: what came of it.
  /// - Throws: `editorFailed`, or why the text could not be read.
  public mutating func edit(
    at line: Int? = nil, environment: UnsafePointer<UnsafeMutablePointer<CChar>?>,
    withholding withheld: [String]
  ) throws(EditorError) -> Outcome {
    let ending = try run(at: line, Self.variables(environment, without: withheld))
    if ending.signal != 0 { return .killed(signal: ending.signal) }
    if ending.code != 0 { return .abandoned(code: ending.code) }
    let text = try folder.read(fileName, limit: Self.limit, into: arena)
    if text.hasSameBytes(as: given) { return .unchanged }
    given = text
    return .saved(text)
  }

  /// Gives the editor another text for the next time.
  ///
  /// - Parameter text: the text.
  /// - Throws: `fileFailed`.
  public mutating func replaceText(with text: Secret) throws(EditorError) {
    try folder.write(text, to: fileName)
    given = text
  }

  /// Wipes and removes everything; going out of scope does the same, but cannot report a failure.
  ///
  /// - Throws: `notRemoved`.
  public consuming func close() throws(EditorError) { try folder.remove() }

  private func run(
    at line: Int?, _ environment: [UnsafeMutablePointer<CChar>?]
  ) throws(EditorError) -> platform_ending {
    let path = environment.lazy.compactMap { $0 }.first { strncmp($0, "PATH=", 5) == 0 }
    let words = editor.arguments(
      for: folder.file(fileName), at: line, path: path.map { String(cString: $0 + 5) })
    let arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var ending = platform_ending()
    let code = platform_run_in_foreground(arguments, environment, &ending)
    guard code == 0 else { throw .editorFailed(command: editor.command, code: code) }
    return ending
  }

  private static func variables(
    _ environment: UnsafePointer<UnsafeMutablePointer<CChar>?>, without withheld: [String]
  ) -> [UnsafeMutablePointer<CChar>?] {
    var kept: [UnsafeMutablePointer<CChar>?] = []
    var next = environment
    while let variable = next.pointee {
      next += 1
      let isWithheld = withheld.contains { strncmp(variable, "\($0)=", $0.utf8.count + 1) == 0 }
      if !isWithheld { kept.append(variable) }
    }
    return kept + [nil]
  }
}
