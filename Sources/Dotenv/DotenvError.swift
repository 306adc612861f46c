// What this target refuses, and where. No case holds a byte of a value, nor text that could be one:
// a line without `=` may be the inside of a private key.

/// A position in a text.
public struct Place: Equatable, Sendable {
  /// The line, from 1; CRLF, LF and a lone CR each end one.
  public let line: Int
  /// The column in bytes, from 1; a byte order mark does not count.
  public let column: Int

  /// Makes a position.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Why a line was not read, or a value not written.
public enum DotenvError: Error, Equatable, Sendable {
  /// The name is not `[A-Za-z_][A-Za-z0-9_]*`; the place is its first byte that does not fit.
  case badName(Place)
  /// The name has more than 255 bytes; the place is the first one too many.
  case nameTooLong(Place)
  /// No `=` follows; the place is where it should stand.
  case missingEquals(Place)
  /// A quote, at the place, is not closed before the end of the file.
  case unterminatedQuote(Place, name: String)
  /// Behind a closing quote stands something that is no comment; `opened` is the opening quote.
  case textAfterQuote(Place, name: String, opened: Place)
  /// A value that is not UTF-8; the place is the first byte at fault.
  case notUTF8(Place, name: String)
  /// A NUL in a value, which no environment can hold.
  case nul(Place, name: String)
  /// The file is UTF-16, as Windows PowerShell writes it.
  case utf16
  /// A line that begins like `# [role billing]` and does not go on so.
  case badSection(Place)
  /// The JSON is not what is asked for; the name is known once it has been read.
  case json(JSONFault, Place, name: String?)
  /// The format, or the programs that read it, would not give these bytes back.
  case cannotCarry(name: String, InterchangeFormat, Obstacle)
}

/// What can be wrong with JSON.
public enum JSONFault: Equatable, Sendable {
  /// The outermost value is not an object.
  case notAnObject
  /// The text ends before the object does.
  case endsEarly
  /// Another byte must stand here.
  case unexpectedByte
  /// A control character inside a string, which must be written as an escape.
  case controlCharacter
  /// A backslash that begins no escape.
  case badEscape
  /// Half of a surrogate pair: it stands for no character.
  case loneSurrogate
  /// A number that RFC 8259 does not allow.
  case badNumber
  /// An object or array as a value.
  case nested
}

/// Why a value cannot be written in a format.
public enum Obstacle: Equatable, Sendable {
  /// It holds a NUL.
  case nul
  /// It is not UTF-8.
  case notUTF8
  /// It holds `${…}`, which python-dotenv expands within any quotes.
  case interpolated
  /// It ends in a backslash, and nothing but a quoted value could hold the rest.
  case endsInBackslash
  /// The comment above it holds a CR or a NUL, or is not UTF-8.
  case comment
  /// It holds a line end, and the format has one line for each value.
  case lineEnd
  /// It ends in a CR, which is taken for a part of the line end.
  case endsInCR
  /// It begins and ends in the same quote, which some readers take away.
  case quoted
  /// The line is longer than its reader takes.
  case tooLong
}
