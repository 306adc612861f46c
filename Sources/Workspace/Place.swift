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
    return "\(kind)-" + Base64.encode(hash)
  }

  // Over bytes: `run` comes by here each time, and the first use of Unicode's tables costs more than
  // all the rest.
  private static func normalized(_ remote: String, topLevel: String) -> String {
    let bytes = ArraySlice(remote.utf8)
    let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
    if bytes[colon...].starts(with: "://".utf8) {
      let scheme = lowercase(bytes[..<colon])
      let rest = bytes[(colon + 3)...]
      let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      if scheme == "file" { return "/" + tidy(rest[slash...]) }
      return host(rest[..<slash], usualPort: usualPort(scheme)) + "/" + tidy(rest[slash...])
    }
    // As git decides: a colon before any slash makes it `host:path`.
    if colon < bytes.endIndex, !bytes[..<colon].contains(UInt8(ascii: "/")) {
      return host(bytes[..<colon], usualPort: nil) + "/" + tidy(bytes[(colon + 1)...])
    }
    return "/" + tidy(ArraySlice(Path.resolve(remote, from: topLevel).utf8))
  }

  private static func usualPort(_ scheme: String) -> String? {
    switch scheme {
    case "ssh": ":22"
    case "https": ":443"
    case "http": ":80"
    case "git": ":9418"
    default: nil
    }
  }

  private static func host(_ authority: ArraySlice<UInt8>, usualPort: String?) -> String {
    let at = authority.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 }
    let host = lowercase(authority[(at ?? authority.startIndex)...])
    guard let usualPort, host.hasSuffix(usualPort) else { return host }
    return String(host.dropLast(usualPort.utf8.count))
  }

  private static func tidy(_ path: ArraySlice<UInt8>) -> String {
    let slash = UInt8(ascii: "/")
    var path = path.drop { $0 == slash }
    while path.last == slash { path.removeLast() }
    if path.suffix(4).elementsEqual(".git".utf8) { path.removeLast(4) }
    while path.last == slash { path.removeLast() }
    return String(decoding: path, as: UTF8.self)
  }

  private static func lowercase(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}

/// Two lower-case hexadecimal digits.
func hex(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.count == 1 ? "0" + digits : digits
}
