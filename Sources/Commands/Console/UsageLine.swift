// The argument parser wraps all of a help text but the line that says how a command is called.

/// A help text whose line of usage goes no further than the others.
func wrappingUsage(_ text: String, width: Int = 80) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    guard line.hasPrefix("USAGE: "), line.count > width else { return String(line) }
    var lines = [""]
    var part = ""
    var depth = 0
    // `[--role <role>]` stays in one piece.
    for word in line.split(separator: " ") {
      part += part.isEmpty ? word : " \(word)"
      depth += word.count { $0 == "[" } - word.count { $0 == "]" }
      guard depth <= 0 else { continue }
      let last = lines[lines.count - 1]
      if last.count + 1 + part.count > width {
        lines.append("       \(part)")
      } else {
        lines[lines.count - 1] = last.isEmpty ? part : "\(last) \(part)"
      }
      part = ""
    }
    return (lines + (part.isEmpty ? [] : ["       \(part)"])).joined(separator: "\n")
  }.joined(separator: "\n")
}
