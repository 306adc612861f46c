// Hints are commands that run as they stand, also where a path has a space.

/// A word as a shell takes it back, quoted only where it must be.
func shellWord(_ word: String) -> String {
  let isPlain =
    !word.isEmpty
    && word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "+")...UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"),
        UInt8(ascii: "_"), UInt8(ascii: "%"), UInt8(ascii: "~"):
        true
      default: false
      }
    }
  guard !isPlain else { return word }
  let parts = word.split(separator: "'", omittingEmptySubsequences: false)
  return "'\(parts.joined(separator: "'\\''"))'"
}
