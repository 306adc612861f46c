// What can go wrong between a command and the person, or program, that it talks to.

/// Why something could not be shown or asked.
enum ConsoleError: Error, Equatable {
  /// Whoever read the output has gone, as `head` does; nothing is to be said about it.
  case closed
  /// The output could not be written; `code` is the system's reason.
  case notWritten(code: Int32)
  /// A value that is no UTF-8 has no place in JSON.
  case notText
  /// There is no terminal to ask at.
  case noTerminal
  /// The question was answered by Ctrl-C or the like; the command ends with 130.
  case interrupted
  /// The terminal was closed, or Ctrl-D typed, instead of an answer.
  case noAnswer
  /// More than one line came where one is taken, as when a key file is pasted.
  case severalLines
  /// The answer has more bytes than are taken.
  case answerTooLong(limit: Int)
}
