// What `run` refuses, and what it says in passing.

internal import Launch

extension Refusal {
  /// As `env` has it: 127 for what is not found, 126 for what cannot be executed; nil for the rest.
  static func exitCode(ofLaunch error: any Error) -> Int32? {
    switch error as? LaunchError {
    case .commandNotFound, .interpreterNotFound: 127
    case .commandNotExecutable: 126
    default: nil
    }
  }

  static var noCommand: Refusal {
    Refusal("no command was named", hint: "name it after --: secrets run -- npm start", .usage)
  }

  static func dangerousNames(_ names: [String], prefix: String) -> Refusal {
    Refusal(
      "\(list(names.map { prefix + $0 })) would choose code or a program to run, which a secret "
        + "must not",
      hint: "leave it out: \(names.map { "--except \($0)" }.joined(separator: " "))", .usage)
  }

  static func filesInRun(_ names: [String], environment: String) -> Refusal {
    Refusal(
      "\(list(names)) of \(environment) holds a file, which no variable carries",
      hint: "leave it out: \(names.map { "--except \($0)" }.joined(separator: " ")); "
        + "and write it where it is needed: secrets get \(names[0]) -e \(environment)", .usage)
  }

  static func referencesInRun(_ names: [String], environment: String) -> Refusal {
    Refusal(
      "\(list(names)) of \(environment) refers to a vault, which this version does not ask",
      hint: "leave it out: \(names.map { "--except \($0)" }.joined(separator: " "))", .usage)
  }

  static var notLocked: Refusal {
    Refusal(
      "memory for values could not be locked, so it may be swapped to disk",
      hint: "raise the limit: ulimit -l unlimited", .system)
  }

  static func differing(_ names: [String], keeps: Bool) -> String {
    keeps
      ? "kept from the surroundings, different from the sealed value: \(list(names))"
      : "different in the surroundings, sealed value taken: \(list(names))"
  }

  static func leftover(_ file: String, _ names: [String]) -> Refusal {
    Refusal(
      "\(file) still holds \(list(names)) in plaintext",
      hint: "take it out of the way once nothing else reads it: rm \(file)", .found)
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
