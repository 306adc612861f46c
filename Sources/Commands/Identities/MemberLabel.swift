// What a person is called where they do not say: a label (format.md §2) out of git's name for them,
// else out of the system's. A name is one key for ever, so it is shown before it is committed.

internal import Vault
internal import Workspace

/// A member's name that is about to be taken.
enum MemberLabel {
  /// Looks for what this person is called.
  ///
  /// - Parameters:
  ///   - name: what they say; it must be a label.
  ///   - directory: where git's configuration is looked up.
  ///   - context: the surroundings.
  ///   - flag: how a name is given, for the hint.
  /// - Throws: `Refusal` where it is no label, or nothing can be found.
  /// - Returns: the label.
  static func chosen(
    _ name: String?, in directory: String, context: Context, flag: String
  ) throws -> String {
    if let name {
      guard Text.isLabel(name) else { throw Refusal.badMemberName(name, instead: label(name)) }
      return name
    }
    let git = try? GitCommand(in: context, directory: directory)
    let candidates = [
      (try? git?.configuration("user.name")) ?? nil, context.environment["USER"],
    ]
    guard let label = candidates.compactMap({ $0.flatMap(label) }).first else {
      throw Refusal.noMemberName(flag)
    }
    return label
  }

  /// A label for a name: lower case, accents taken off, all else a hyphen; nil where nothing is
  /// left.
  ///
  /// A dot becomes a hyphen too, since what stands before one is the person.
  static func label(_ name: String) -> String? {
    var label = ""
    for scalar in name.unicodeScalars {
      if let letters = latin(scalar) {
        label += letters
      } else if !label.isEmpty, !label.hasSuffix("-"), !isMark(scalar) {
        label += "-"
      }
    }
    label = String(label.prefix(63))
    while label.hasSuffix("-") { label.removeLast() }
    return label.isEmpty ? nil : label
  }

  /// The ASCII letters and digits that a character is, or is an accented form of.
  private static func latin(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "a"..."z", "0"..."9": return String(scalar)
    case "A"..."Z": return String(scalar).lowercased()
    case "ß": return "ss"
    default: break
    }
    // `LATIN SMALL LETTER E WITH ACUTE` is an e, `LATIN SMALL LETTER AE` stands for two letters.
    guard !scalar.isASCII, let name = scalar.properties.name, name.hasPrefix("LATIN ") else {
      return nil
    }
    let words = name.split(separator: " ")
    guard words.count >= 4, ["LETTER", "LIGATURE"].contains(words[2]), words[3].utf8.count <= 2,
      words.count == 4 || words[4] == "WITH"
    else { return nil }
    return words[3].lowercased()
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .nonspacingMark || scalar == "'" || scalar == "’"
  }
}

/// The person that a member's name stands for: what stands before the first dot.
func person(of name: String) -> String { String(name.prefix { $0 != "." }) }
