// The program's entry: the fast door of `run`, else the argument parser; and the one place where
// an error becomes an exit code.

internal import ArgumentParser
internal import Glibc
internal import Sealing
internal import Workspace

/// Runs the command that the arguments name, and ends the process.
public func runSecrets() -> Never {
  ProcessHardening.apply()
  keepStandardStreams()
  if let request = RunRequest(plain: CommandLine.unsafeArgv) {
    RunCommand.perform(request, in: .live())
  }
  let arguments = SecretsCommand.inPlace(Array(CommandLine.arguments.dropFirst()))
  do {
    var command = try SecretsCommand.parsed(arguments)
    try command.run()
    exit(ExitStatus.done.rawValue)
  } catch let status as ExitCode {
    exit(status.rawValue)
  } catch {
    exit(tell(error, arguments: arguments))
  }
}

/// Fills the places of standard streams that were closed.
///
/// No file of ours may be opened there and then written to as if it were one. Writing to such an
/// output fails, as it should.
private func keepStandardStreams() {
  for file in STDIN_FILENO...STDERR_FILENO where fcntl(file, F_GETFD) < 0 {
    _ = open("/dev/null", O_RDONLY)
  }
}

extension SecretsCommand {
  /// Reads a command line.
  ///
  /// From the top the parser tries every level for every flag; a subcommand that its name tells is
  /// read alone, in four fifths of the time. Whatever is not plainly a command of that type, as a
  /// question for help or an error, is read from the top, so that it is told in full.
  ///
  /// - Parameter arguments: in their places.
  /// - Returns: the command.
  /// - Throws: what the parser throws.
  static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
    let (path, type) = named(by: arguments[...])
    if !path.isEmpty,
      let command = try? type.parseAsRoot(Array(arguments.dropFirst(path.count))),
      Swift.type(of: command) == type
    {
      return command
    }
    return try parseAsRoot(arguments)
  }

  /// Puts arguments where the parser takes them for what they are.
  ///
  /// - Parameter arguments: as they were typed.
  /// - Returns: global options behind the subcommand's name, and a project's id that begins with a
  ///   dash, as one in 64 does, behind `--`.
  static func inPlace(_ arguments: [String]) -> [String] {
    let words = behindSubcommand(arguments)
    guard words.first == "trust",
      let index = words.firstIndex(where: { $0.hasPrefix("-") && TrustText($0) != nil }),
      !words[..<index].contains("--")
    else { return words }
    return words[..<index] + words[(index + 1)...] + ["--", words[index]]
  }

  /// Takes `-C DIR` and `--identity PATH` also before the subcommand, as git and make do.
  ///
  /// - Parameter arguments: as they were typed.
  /// - Returns: the same, with these behind the subcommand's name.
  private static func behindSubcommand(_ arguments: [String]) -> [String] {
    let (leading, rest) = splitOptions(arguments)
    guard !leading.isEmpty else { return arguments }
    let path = named(by: rest).path
    return path.isEmpty ? arguments : path + leading + rest.dropFirst(path.count)
  }

  private static func splitOptions(
    _ arguments: [String]
  ) -> (leading: ArraySlice<String>, rest: ArraySlice<String>) {
    var index = 0
    while ["-C", "--identity"].contains(arguments.dropFirst(index).first),
      arguments.count > index + 2
    {
      index += 2
    }
    return (arguments[..<index], arguments[index...])
  }

  /// Follows the names of subcommands as far as there are such.
  private static func named(
    by words: ArraySlice<String>
  ) -> (path: [String], command: any ParsableCommand.Type) {
    var path: [String] = []
    var command: any ParsableCommand.Type = self
    for word in words {
      let next = command.configuration.subcommands.first { $0.configuration.commandName == word }
      guard let next else { break }
      path.append(word)
      command = next
    }
    return (path, command)
  }

  /// What is to be said where a word stands in a subcommand's place and is none.
  ///
  /// - Parameter arguments: in their places.
  /// - Returns: nil where the words are subcommands, or no word stands there.
  static func misnamed(_ arguments: [String]) -> Refusal? {
    let words = splitOptions(arguments).rest
    let (path, command) = named(by: words)
    let names = command.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.isEmpty, let word = words.dropFirst(path.count).first, !word.hasPrefix("-"),
      word != "help"
    else { return nil }
    return .noSuchCommand(word, under: path, among: names)
  }

  /// The same where help is asked about it, `secrets help WORD`.
  static func misnamedHelp(_ arguments: [String]) -> Refusal? {
    guard let index = arguments.firstIndex(of: "help"),
      index <= named(by: arguments[...]).path.count
    else { return nil }
    return misnamed(Array(arguments[..<index] + arguments[(index + 1)...]))
  }
}

/// Tells a person why a command ends.
///
/// - Returns: the exit code.
private func tell(_ error: any Error, arguments: [String]) -> Int32 {
  let console = Console.live(.live())
  let parserCode = SecretsCommand.exitCode(for: error)
  if isFromParser(error) {
    guard parserCode != .success else {
      if let refusal = SecretsCommand.misnamedHelp(arguments) { return console.tell(refusal) }
      print(wrappingUsage(SecretsCommand.fullMessage(for: error)), to: STDOUT_FILENO)
      return ExitStatus.done.rawValue
    }
    return console.tell(
      SecretsCommand.misnamed(arguments)
        ?? Refusal(usage: SecretsCommand.fullMessage(for: error)))
  }
  return console.tell(Refusal(error))
}

private func isFromParser(_ error: any Error) -> Bool {
  let code = SecretsCommand.exitCode(for: error)
  return code == .success || code == .validationFailure || error is CleanExit
    || error is ValidationError
}

private func print(_ text: String, to file: Int32) {
  let line = text + "\n"
  line.utf8Span.span.bytes.withUnsafeBytes { try? Console.write($0, to: file) }
}

extension Console {
  /// Tells a refusal and gives its exit code.
  func tell(_ refusal: Refusal) -> Int32 {
    for other in refusal.others { fail(other.message, hint: other.hint) }
    // Nothing is to be said to who has stopped reading.
    if refusal.status != .done { fail(refusal.message, hint: refusal.hint) }
    return refusal.status.rawValue
  }

  /// The console of this process.
  static func live(_ context: Context) -> Console {
    let noColor = context.environment["NO_COLOR"]
    let term = context.environment["TERM"]
    return Console(
      outputTerminal: Terminal.of(descriptor: STDOUT_FILENO, noColor: noColor, term: term),
      errorTerminal: Terminal.of(descriptor: STDERR_FILENO, noColor: noColor, term: term))
  }
}
