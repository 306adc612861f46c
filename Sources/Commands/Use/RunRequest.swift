// What `run` is asked to do, made alike by the plain form and by the argument parser: nothing but
// the dispatch in Entry.swift knows that there are two ways in.

internal import Launch

/// What `run` is asked to do.
struct RunRequest: Equatable {
  /// `-C`.
  var directory: String?
  /// `--identity`.
  var identity: String?
  /// `-e`; nil for `$SECRETS_ENV`, else `development`.
  var environment: String?
  /// `--role`; none means every role that the reader may open.
  var roles: [String] = []
  var only: [String] = []
  var except: [String] = []
  var prefix = ""
  /// Whether the surroundings win over sealed values.
  var keepsSurroundings = false
  var isClean = false
  /// Whether the use of a protected environment is confirmed beforehand.
  var isConfirmed = false
  var isExplained = false
  var passesIdentity = false
  /// Where the command begins among this process's arguments; nil where there is none.
  var commandStart: Int?

  init() {}

  /// Reads the plain form `run [-e ENV] -- COMMAND…`; nil for any other, which the parser reads.
  ///
  /// The parser alone would take longer than all the rest of a `run`.
  ///
  /// - Parameter arguments: this process's arguments, ended by nil.
  init?(plain arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
    func text(_ index: Int) -> String? {
      arguments[index].flatMap { String(validatingCString: $0) }
    }
    guard arguments[0] != nil, text(1) == "run" else { return nil }
    var index = 2
    if text(index) == "-e" || text(index) == "--env" {
      guard let name = text(index + 1), !name.hasPrefix("-") else { return nil }
      environment = name
      index += 2
    }
    guard text(index) == "--", arguments[index + 1] != nil else { return nil }
    commandStart = index + 1
  }

  /// Where the command begins: after the first `--`, beyond which the parser reads nothing.
  static func commandStart(
    in arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> Int? {
    var index = 1
    while let argument = arguments[index] {
      if String(cString: argument) == "--" {
        return arguments[index + 1] == nil ? nil : index + 1
      }
      index += 1
    }
    return nil
  }

  /// How sealed values and surroundings are put together.
  var options: ChildEnvironment.Options {
    ChildEnvironment.Options(
      winner: keepsSurroundings ? .surroundings : .sealed, prefix: prefix, clean: isClean,
      stripped: passesIdentity ? [] : ChildEnvironment.identityVariables)
  }
}
