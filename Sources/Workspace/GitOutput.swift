// What git prints, taken apart. Apart from running git, since names in it are others' choice and a
// fuzzer must get at this alone.

/// The output of git's commands as values; a part that is not understood is left out.
enum GitOutput {
  /// `check-ignore -v -z`: the rule that ignores the path asked about.
  static func ignoreRule(_ bytes: [UInt8]) -> IgnoreRule? {
    let fields = bytes.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    // A rule that takes back another's ignoring is printed as well.
    guard fields.count >= 4, let line = Int(fields[1]), !fields[2].hasPrefix("!") else {
      return nil
    }
    return IgnoreRule(file: fields[0], line: line, pattern: fields[2])
  }

  /// `symbolic-ref`: the branch; detached where there is none.
  static func head(_ bytes: [UInt8]) -> Repository.Head {
    let name = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
    let prefix = "refs/heads/"
    return name.hasPrefix(prefix) ? .branch(String(name.dropFirst(prefix.count))) : .detached
  }

  /// `ls-tree -z`: the files, without links and folders.
  static func files(_ bytes: [UInt8]) -> [CommittedFile] {
    records(bytes).compactMap { fields, path in
      guard fields.count == 3, fields[0].hasPrefix("100") else { return nil }
      return CommittedFile(path: path, blob: fields[2])
    }
  }

  /// `ls-files -u -z`: one item for each side of each file.
  static func unmergedFiles(_ bytes: [UInt8]) -> [UnmergedFile] {
    records(bytes).compactMap { fields, path in
      guard fields.count == 3, let number = Int(fields[2]),
        let side = UnmergedFile.Side(rawValue: number)
      else { return nil }
      return UnmergedFile(path: path, side: side, blob: fields[1])
    }
  }

  /// `ls-files -z` of paths that end in `/team.keys`: the folders, sorted.
  static func projects(_ bytes: [UInt8]) -> [String] {
    Set(
      bytes.split(separator: 0).compactMap {
        String(validating: $0.dropLast(Project.teamFile.utf8.count + 1), as: UTF8.self)
      }
    ).sorted()
  }

  // `FIELD FIELD FIELD<TAB>PATH<NUL>`, as ls-tree and ls-files print.
  private static func records(_ bytes: [UInt8]) -> [(fields: [String], path: String)] {
    bytes.split(separator: 0).compactMap { record in
      guard let tab = record.firstIndex(of: 0x09),
        let path = String(validating: record[(tab + 1)...], as: UTF8.self)
      else { return nil }
      let fields = record[..<tab].split(separator: 0x20)
        .map { String(decoding: $0, as: UTF8.self) }
      return (fields, path)
    }
  }
}
