// What a commit of several files is about to do, written down before it does it, so that whoever
// comes after its death can tell how far it came.

internal import Sealing

/// A file that changes places with what lies aside.
struct Swap: Equatable {
  let name: String
  let base: FileChange.Base
  /// The name of the file aside, in the project's folder.
  let aside: String
}

/// What changes places, and what stands where before and after.
struct Journal: Equatable {
  struct Entry: Equatable {
    let swap: Swap
    /// The hash of the contents before; nil for no file.
    let old: [UInt8]?
    /// The hash of the contents after; nil for no file.
    let new: [UInt8]?
  }

  var entries: [Entry]

  static func hash(_ bytes: [UInt8]) -> [UInt8] { Digest.blake2b(32, bytes) }

  /// The journal's text.
  var bytes: [UInt8] {
    func field(_ hash: [UInt8]?) -> String { hash.map { Base64.encode($0) } ?? "-" }
    let lines = entries.map { entry in
      let swap = entry.swap
      return "\(swap.base.rawValue) \(swap.name) \(swap.aside) "
        + "\(field(entry.old)) \(field(entry.new))\n"
    }
    return Array((Self.header + lines.joined() + Self.end).utf8)
  }

  private static let header = "secrets/1 journal\n"
  private static let end = "end\n"

  /// The journal of a commit.
  init(_ changes: [FileChange], _ swaps: [Swap]) {
    entries = zip(changes, swaps).map { change, swap in
      Entry(swap: swap, old: change.old.map(Self.hash), new: change.new.map(Self.hash))
    }
  }

  /// Reads a journal; nil where it is not one, as after a disk error.
  init?(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self), text.hasPrefix(Self.header),
      text.hasSuffix("\n" + Self.end)
    else { return nil }
    entries = []
    for line in text.dropFirst(Self.header.count).dropLast(Self.end.count).split(separator: "\n") {
      let fields = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 5, let base = FileChange.Base(rawValue: fields[0]),
        FileChange.isName(fields[1]), Aside.isAside(fields[2], of: fields[1]),
        let old = Self.hashField(fields[3]), let new = Self.hashField(fields[4])
      else { return nil }
      let swap = Swap(name: fields[1], base: base, aside: fields[2])
      entries.append(Entry(swap: swap, old: old, new: new))
    }
  }

  private static func hashField(_ field: String) -> [UInt8]?? {
    if field == "-" { return .some(nil) }
    guard let hash = Base64.decode(field), hash.count == 32 else { return nil }
    return hash
  }
}
