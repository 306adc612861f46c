// The lines of an identity file as parts of it, so that secret characters are looked at where they
// lie (format.md §2 for what a line is).

internal import Sealing

/// The lines of a text, one after the other.
struct IdentityLines {
  /// A line that is not empty.
  struct Line {
    let number: Int
    /// All that stands before the line.
    let before: Secret
    let fields: [Secret]
  }

  private let text: Secret
  private var place = 0
  private var number = 0

  init(_ text: Secret) { self.text = text }

  /// Reads the first line; what it may be instead is told apart for the sake of the message.
  mutating func readHeader() throws(IdentityError) {
    if let otherFile { throw .damaged(line: 1, otherFile) }
    // What is something else is not told how its lines should end.
    if text.count > 0, !text.hasPrefix("secrets/1 identity") {
      throw .damaged(line: 1, .notAnIdentity)
    }
    let fields = try next(.notAnIdentity).fields
    guard number == 1, fields.count == 2, fields[0].is("secrets/1"), fields[1].is("identity") else {
      throw .damaged(line: 1, .notAnIdentity)
    }
  }

  /// The next line that is not empty; `fault` is what is wrong where it is not made of fields.
  mutating func next(_ fault: IdentityFault) throws(IdentityError) -> Line {
    while place < text.count {
      number += 1
      guard let end = text.firstIndex(of: UInt8(ascii: "\n"), from: place) else {
        throw .damaged(line: number, .lineEnd)
      }
      let start = place
      place = end + 1
      if start == end { continue }
      let line = text.part(start..<end)
      if line.firstIndex(of: UInt8(ascii: "\r"), from: 0) != nil {
        throw .damaged(line: number, .lineEnd)
      }
      let fields = line.split(by: UInt8(ascii: " "))
      guard fields.allSatisfy({ $0.count > 0 }) else { throw .damaged(line: number, fault) }
      return Line(number: number, before: text.part(0..<start), fields: fields)
    }
    throw .damaged(line: number + 1, .cutShort)
  }

  /// Makes sure that nothing but empty lines is left.
  func end() throws(IdentityError) {
    let extra = text.withBytes { bytes in
      bytes.withUnsafeBytes { $0[place...].firstIndex { $0 != UInt8(ascii: "\n") } }
    }
    if let extra { throw .damaged(line: number + 1 + extra - place, .tooMuch) }
  }

  private var otherFile: IdentityFault? {
    if ["ssh-", "ecdsa-", "sk-"].contains(where: text.hasPrefix) { return .openSSHPublicKey }
    if text.hasPrefix("-----BEGIN ") { return .openSSHPrivateKey }
    if text.hasPrefix("SECRETS-KEY-") { return .identityString }
    return text.hasPrefix("secrets/") && !text.hasPrefix("secrets/1 ")
      ? .newerVersion : nil
  }
}

extension Secret {
  /// A copy of bytes that are not secret.
  var publicBytes: [UInt8] { withBytes { $0.withUnsafeBytes { [UInt8]($0) } } }

  func `is`(_ word: String) -> Bool { count == word.utf8.count && hasPrefix(word) }

  func hasPrefix(_ text: String) -> Bool {
    withBytes { bytes in bytes.withUnsafeBytes { $0.starts(with: text.utf8) } }
  }

  func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    withBytes { bytes in bytes.withUnsafeBytes { $0[start...].firstIndex(of: byte) } }
  }

  func split(by separator: UInt8) -> [Secret] {
    var parts: [Secret] = []
    var start = 0
    while let end = firstIndex(of: separator, from: start) {
      parts.append(part(start..<end))
      start = end + 1
    }
    return parts + [part(start..<count)]
  }

  /// What stands behind a field's name; nil where it has another.
  func after(_ name: String) -> Secret? {
    hasPrefix(name) ? part(name.utf8.count..<count) : nil
  }

  /// The public bytes that base64url text stands for; nil where it is not canonical.
  var base64Decoded: [UInt8]? { withBytes { Base64.decode($0) } }

  /// A number of format.md §2: 1 to 2147483647 without a leading zero.
  var number: Int? {
    guard (1...10).contains(count), publicBytes.allSatisfy({ (48...57).contains($0) }),
      !hasPrefix("0"), let value = Int(String(decoding: publicBytes, as: UTF8.self)),
      value <= 2_147_483_647
    else { return nil }
    return value
  }
}
