// Why a command could not be started.

internal import Launch

extension Refusal {
  init(launch error: LaunchError) {
    switch error {
    case .commandNotFound(let name):
      self.init(
        "command not found: \(name)", hint: "see where it is looked for: echo $PATH", .system)
    case .interpreterNotFound(let path):
      self.init(
        "\(path) is there, but the interpreter that it names is not",
        hint: "look at its first line: head -1 \(path)", .system)
    case .commandNotExecutable(let name, let code):
      self.init("cannot execute \(name): \(systemReason(code))", hint: "ls -l \(name)", .system)
    case .variableTooLarge(let name, let bytes, let limit):
      self.init(
        "`\(name)` and its value have \(bytes) bytes, and the system takes at most \(limit) in one "
          + "variable", hint: "leave it out: --except \(name); `secrets get` gives it by itself",
        .usage)
    case .argumentTooLarge(let position, let bytes, let limit):
      self.init(
        "argument \(position) has \(bytes) bytes, and the system takes at most \(limit)",
        hint: "give it through a file", .usage)
    case .blockTooLarge(let bytes, let limit, let largest):
      let name = largest.map { "; the largest is `\($0)`" } ?? ""
      self.init(
        "arguments and environment have \(bytes) bytes, and the system takes \(limit)\(name)",
        hint: "take only what is needed: --only 'PREFIX_*'", .usage)
    case .valueHoldsNUL(let name):
      self.init(
        "`\(name)` holds a NUL byte, which no environment variable can",
        hint: "leave it out: --except \(name)", .usage)
    case .prefixNotAName(let prefix):
      self.init(
        "`\(prefix)` before a name does not make a name",
        hint: "use letters, digits and `_`, not beginning with a digit", .usage)
    case .patternsMatchNothing(let patterns):
      let list = patterns.map { "`\($0)`" }.joined(separator: ", ")
      self.init(
        "\(list): no name matches", hint: "see which there are: secrets list, with the same -e",
        .usage)
    }
  }
}
