// The lines of one secret in a file that is not read as a whole: most versions of a history are not.

internal import Glibc

/// Lines of a sealed file, found without reading it.
public enum SecretLines {
  /// The `secret` lines of a name and role.
  ///
  /// - Parameters:
  ///   - name: the secret's name.
  ///   - role: its role.
  ///   - bytes: the file; whatever else it holds is passed over.
  /// - Returns: the lines without LF, in the file's order.
  public static func find(_ name: String, role: String, in bytes: [UInt8]) -> [[UInt8]] {
    let start = Array("secret \(name) ".utf8)
    let role = Array("role=\(role)".utf8)
    var found: [[UInt8]] = []
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress {
        let end = memchr(base, 0x0A, rest.count).map { UnsafeRawPointer($0) - base } ?? rest.count
        if end > start.count, memcmp(base, start, start.count) == 0 {
          let line = rest.prefix(end)
          if line.split(separator: UInt8(ascii: " ")).prefix(4).contains(where: {
            $0.elementsEqual(role)
          }) {
            found.append(Array(line))
          }
        }
        rest = rest.dropFirst(end + 1)
        if rest.isEmpty { break }
      }
    }
    return found
  }
}

/// A secret's record as some version of the file had it.
public struct OlderRecord {
  /// Its id.
  public let id: String
  /// The ids that it replaces.
  public let after: [String]
  /// Its revision.
  public let revision: Int
  /// Whether it takes the secret away.
  public let isRemoved: Bool
  /// What copies of it have in common.
  fileprivate let text: [[UInt8]]

  /// Whether another record, of the same id, is a copy of this one.
  public func isCopy(of other: OlderRecord) -> Bool { text == other.text }
}

extension Environment {
  /// Reads a line of an older version.
  ///
  /// - Parameter line: from `SecretLines`.
  /// - Returns: the record; nil where it is none, or not signed by whom it names.
  public func olderRecord(_ line: [UInt8]) -> OlderRecord? {
    guard let (file, record) = signedRecord(line) else { return nil }
    return OlderRecord(
      id: record.id.text, after: file.after(record).map(\.text), revision: Int(record.rev),
      isRemoved: record.isRemoved, text: file.unsealedText(record))
  }

  fileprivate func signedRecord(_ line: [UInt8]) -> (SealedFile, SecretRecord)? {
    let header = "secrets/1 sealed project=\(file.project.text) env=\(name)\n"
    guard let file = try? SealedFile(Array(header.utf8) + line + [10], name: file.name),
      let record = file.secrets.first, !record.isProposal
    else { return nil }
    let signer = file.labels[Int(record.signer)]
    let states = file.signatureStates(
      [(record.line, signer)], keys: team.roster.keys(of:), isKnown: false, book: team.roster.book)
    guard case .good? = states.first else { return nil }
    return (file, record)
  }
}

extension OpenEnvironment {
  /// Whether a line of an older version is well signed, has a value's id, and opens to something else.
  ///
  /// - Parameters:
  ///   - line: from `SecretLines`.
  ///   - value: the value.
  /// - Returns: whether it contradicts the value; not where it does not open.
  public func contradicts(_ line: [UInt8], _ value: OlderValue) -> Bool {
    guard let (file, record) = environment.signedRecord(line), record.id.text == value.entry.id,
      let other = try? open(record, of: file, role: value.role)
    else { return false }
    return !other.hasSameBytes(as: value.payload)
  }
}
