// Where a project is, for what a machine remembers of it (format §6): one clone over https and
// another over ssh are the same place.

internal import Sealing

/// A project's place: the remote's address, without one the location; and the path inside.
public struct Place: Hashable, Sendable {
  /// The address without credentials, protocol, usual port and `.git`, or an absolute path.
  public let address: String
  /// The project folder's path inside the repository, such as `services/api/secrets`.
  public let path: String

  /// A name for a file that holds what is remembered of this place.
  public var key: String { Place.key("place", "\(address)\n\(path)") }

  /// Makes a place out of a remote's address.
  ///
  /// - Parameters:
  ///   - remote: the address as git's configuration has it.
  ///   - topLevel: the directory that an address relative to it starts from.
  ///   - path: the project folder's path inside the repository.
  init(remote: String, topLevel: String, path: String) {
    address = Self.normalized(remote, topLevel: topLevel)
    self.path = path
  }

  /// Makes the place of a project without a remote.
  ///
  /// - Parameters:
  ///   - location: the absolute path of the directory that stands for the repository.
  ///   - path: the project folder's path below it.
  init(location: String, path: String) {
    address = location
    self.path = path
  }

  /// A file name that no two different texts of a kind share.
  static func key(_ kind: String, _ text: String) -> String {
    let hash = Digest.blake2b(16, Array("secrets/1 \(kind)\n\(text)".utf8))
    return "\(kind)-" + hash.map { hex($0) }.joined()
  }

  private static func normalized(_ remote: String, topLevel: String) -> String {
    if let separator = remote.range(of: "://") {
      let scheme = remote[..<separator.lowerBound].lowercased()
      let rest = remote[separator.upperBound...]
      let slash = rest.firstIndex(of: "/") ?? rest.endIndex
      if scheme == "file" { return tidy(rest[slash...], absolute: true) }
      return host(rest[..<slash], usualPort: usualPorts[scheme]) + "/" + tidy(rest[slash...])
    }
    // As git decides: a colon before any slash makes it `host:path`.
    if let colon = remote.firstIndex(of: ":"), !remote[..<colon].contains("/") {
      let path = remote[remote.index(after: colon)...]
      return host(remote[..<colon], usualPort: nil) + "/" + tidy(path)
    }
    return tidy(Path.resolve(remote, from: topLevel)[...], absolute: true)
  }

  private static let usualPorts = ["ssh": "22", "https": "443", "http": "80", "git": "9418"]

  private static func host(_ authority: Substring, usualPort: String?) -> String {
    let at = authority.lastIndex(of: "@").map { authority.index(after: $0) }
    let host = authority[(at ?? authority.startIndex)...].lowercased()
    guard let usualPort, host.hasSuffix(":" + usualPort) else { return host }
    return String(host.dropLast(usualPort.count + 1))
  }

  private static func tidy(_ path: Substring, absolute: Bool = false) -> String {
    var path = path
    while path.hasPrefix("/") { path.removeFirst() }
    while path.hasSuffix("/") { path.removeLast() }
    if path.hasSuffix(".git") { path.removeLast(4) }
    while path.hasSuffix("/") { path.removeLast() }
    return absolute ? "/" + path : String(path)
  }
}

extension StringProtocol {
  // Foundation has this; nothing else of it is needed.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) {
        return start..<index(start, offsetBy: text.count)
      }
      start = index(after: start)
    }
    return nil
  }
}

/// Two lower-case hexadecimal digits.
func hex(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.count == 1 ? "0" + digits : digits
}
