// Names of files being written, apart from all that a project or a person would call a file. The
// line `.*.new` of `secrets/.gitignore` keeps git from taking one.

internal import Sealing

enum Aside {
  private static let digits = 16
  private static let ending = ".new"

  /// A new name, in the same folder, for what shall become a file of this name.
  static func name(for target: String) -> String {
    ".\(target)." + Random.bytes(digits / 2).map { hex($0) }.joined() + ending
  }

  /// Whether a name was made here; for that target, where one is given.
  static func isAside(_ name: String, of target: String? = nil) -> Bool {
    guard name.hasPrefix("."), name.hasSuffix(ending) else { return false }
    let middle = name.dropFirst().dropLast(ending.count)
    guard let dot = middle.lastIndex(of: "."), dot != middle.startIndex else { return false }
    let random = middle[middle.index(after: dot)...]
    return random.utf8.count == digits && random.utf8.allSatisfy(isHex)
      && (target == nil || middle[..<dot] == target ?? "")
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}
