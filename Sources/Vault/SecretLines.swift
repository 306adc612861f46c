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

  /// The revision that a `secret` line names; nil where it names none.
  public static func revision(of line: [UInt8]) -> Int? {
    line.split(separator: UInt8(ascii: " ")).prefix(5).compactMap { field in
      field.starts(with: "rev=".utf8)
        ? Int(String(decoding: field.dropFirst(4), as: UTF8.self)) : nil
    }.first
  }
}

extension OpenEnvironment {
  /// Whether a line of an older state is well signed, has a value's id, and opens to something else.
  ///
  /// - Parameters:
  ///   - line: from `SecretLines`.
  ///   - value: the value.
  /// - Returns: whether it contradicts the value; not where it does not open.
  public func contradicts(_ line: [UInt8], _ value: OlderValue) -> Bool {
    let header =
      "secrets/1 sealed project=\(environment.file.project.text) env=\(environment.name)\n"
    guard
      let file = try? SealedFile(
        Array(header.utf8) + line + [10], name: environment.file.name),
      let record = file.secrets.first, record.id.text == value.entry.id,
      let other = try? open(record, of: file, role: value.role),
      !other.hasSameBytes(as: value.payload)
    else { return false }
    let signer = file.labels[Int(record.signer)]
    let roster = environment.team.roster
    return file.signatureStates(
      [(record.line, signer)], keys: roster.keys(of:), isKnown: false, book: roster.book
    ).allSatisfy { if case .good = $0 { true } else { false } }
  }
}
