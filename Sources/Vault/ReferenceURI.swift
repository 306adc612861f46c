// The grammar of a reference: one URI of RFC 3986 §3 with a scheme, every character and escape
// checked, since what resolves it must not be handed anything else.

/// RFC 3986's URI.
enum ReferenceURI {
  /// Whether the whole text is a URI with a scheme.
  static func isValid(_ text: RawSpan) -> Bool {
    text.withUnsafeBytes { isValid($0[...]) }
  }

  private typealias Bytes = Slice<UnsafeRawBufferPointer>

  private static func isValid(_ text: Bytes) -> Bool {
    guard let first = text.first, first.isLetter,
      let colon = text.firstIndex(of: UInt8(ascii: ":")),
      text[..<colon].allSatisfy({ $0.isLetter || $0.isDigit || "+-.".utf8.contains($0) })
    else { return false }
    var rest = text[(colon + 1)...]
    if let mark = rest.firstIndex(of: UInt8(ascii: "#")) {
      guard isMadeOf(rest[(mark + 1)...], "/?:@") else { return false }
      rest = rest[..<mark]
    }
    if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
      guard isMadeOf(rest[(mark + 1)...], "/?:@") else { return false }
      rest = rest[..<mark]
    }
    if rest.starts(with: "//".utf8) {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      guard isAuthority(rest[..<end]) else { return false }
      rest = rest[end...]
    }
    return isMadeOf(rest, "/:@")
  }

  /// RFC 3986 §3.2: `[ userinfo "@" ] host [ ":" port ]`.
  private static func isAuthority(_ text: Bytes) -> Bool {
    var host = text
    if let at = host.firstIndex(of: UInt8(ascii: "@")) {
      guard isMadeOf(host[..<at], ":") else { return false }
      host = host[(at + 1)...]
    }
    if host.first == UInt8(ascii: "[") {
      guard let end = host.firstIndex(of: UInt8(ascii: "]")),
        isIPLiteral(host[(host.startIndex + 1)..<end])
      else { return false }
      let port = host[(end + 1)...]
      return port.isEmpty
        || port.first == UInt8(ascii: ":") && port.dropFirst().allSatisfy(\.isDigit)
    }
    if let colon = host.firstIndex(of: UInt8(ascii: ":")) {
      guard host[(colon + 1)...].allSatisfy(\.isDigit) else { return false }
      host = host[..<colon]
    }
    // An IPv4 address is also a registered name by its characters.
    return isMadeOf(host, "")
  }

  private static func isIPLiteral(_ text: Bytes) -> Bool {
    guard text.first == UInt8(ascii: "v") || text.first == UInt8(ascii: "V") else {
      return isIPv6(text)
    }
    guard let dot = text.firstIndex(of: UInt8(ascii: ".")) else { return false }
    let version = text[(text.startIndex + 1)..<dot]
    let address = text[(dot + 1)...]
    return !version.isEmpty && version.allSatisfy(\.isHexDigit) && !address.isEmpty
      && !address.contains(UInt8(ascii: "%")) && isMadeOf(address, ":")
  }

  /// Eight groups of up to four digits; `::` stands once for one or more of zero; the last two
  /// may be an IPv4 address.
  private static func isIPv6(_ text: Bytes) -> Bool {
    let groups = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard groups.count >= 3 else { return false }
    var count = 0
    var hasGap = false
    for (place, group) in groups.enumerated() {
      let isLast = place == groups.count - 1
      if group.isEmpty {
        // At either end an empty group is half of a `::`.
        if place == 0 {
          guard groups[1].isEmpty else { return false }
        } else if isLast {
          guard groups[place - 1].isEmpty else { return false }
        } else {
          guard !hasGap else { return false }
          hasGap = true
        }
      } else if isLast, group.contains(UInt8(ascii: ".")) {
        guard isIPv4(group) else { return false }
        count += 2
      } else {
        guard group.count <= 4, group.allSatisfy(\.isHexDigit) else { return false }
        count += 1
      }
    }
    return hasGap ? count <= 7 : count == 8
  }

  private static func isIPv4(_ text: Bytes) -> Bool {
    let numbers = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return numbers.count == 4
      && numbers.allSatisfy { digits in
        (1...3).contains(digits.count) && digits.allSatisfy(\.isDigit)
          && (digits.count == 1 || digits.first != UInt8(ascii: "0"))
          && digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
      }
  }

  /// Unreserved characters, sub-delimiters, escapes, and the others given (RFC 3986 §2, §3.3).
  private static func isMadeOf(_ text: Bytes, _ others: StaticString) -> Bool {
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard rest.popFirst()?.isHexDigit == true, rest.popFirst()?.isHexDigit == true else {
          return false
        }
      } else {
        let isOther = others.withUTF8Buffer { $0.contains(byte) }
        guard byte.isLetter || byte.isDigit || "-._~!$&'()*+,;=".utf8.contains(byte) || isOther
        else { return false }
      }
    }
    return true
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
  fileprivate var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
  fileprivate var isHexDigit: Bool { isDigit || (self | 0x20) &- UInt8(ascii: "a") < 6 }
}
