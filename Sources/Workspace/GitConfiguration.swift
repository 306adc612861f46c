// The few lines of git's configuration format that hold a remote's address. Includes are not
// followed: an address out of another file would make the place depend on that file.

/// What a clone's `config` says of its remotes.
struct GitConfiguration {
  /// The first `url` of each remote.
  private(set) var remoteAddresses: [String: String] = [:]

  private var rest: ArraySlice<UInt8>
  private var remote: String?

  /// Reads a file; a line that is not understood is passed over.
  init(_ bytes: [UInt8]) {
    rest = bytes[...]
    while !rest.isEmpty {
      skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
      switch rest.first {
      case UInt8(ascii: "["): readSection()
      case UInt8(ascii: "#"), UInt8(ascii: ";"): skip { $0 != 0x0A }
      case .some: readVariable()
      case nil: break
      }
    }
  }

  private mutating func skip(while condition: (UInt8) -> Bool) {
    rest = rest.drop(while: condition)
  }

  private mutating func readSection() {
    rest.removeFirst()
    let name = take { $0 != UInt8(ascii: "]") && $0 != 0x20 && $0 != 0x09 && $0 != 0x0A }
    skip { $0 == 0x20 || $0 == 0x09 }
    var subsection: [UInt8] = []
    if rest.first == UInt8(ascii: "\"") {
      rest.removeFirst()
      while let byte = rest.popFirst(), byte != UInt8(ascii: "\""), byte != 0x0A {
        if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
          subsection.append(escaped)
        } else {
          subsection.append(byte)
        }
      }
    }
    if rest.first == UInt8(ascii: "]") { rest.removeFirst() }
    let isRemote = String(decoding: name, as: UTF8.self).lowercased() == "remote"
    remote = isRemote ? String(decoding: subsection, as: UTF8.self) : nil
  }

  private mutating func readVariable() {
    let name = take { $0 != UInt8(ascii: "=") && $0 != 0x0A && $0 != UInt8(ascii: "#") }
    guard rest.first == UInt8(ascii: "=") else {
      skip { $0 != 0x0A }
      return
    }
    rest.removeFirst()
    let value = readValue()
    let key = String(decoding: name, as: UTF8.self).lowercased().filter { !$0.isWhitespace }
    guard let remote, key == "url", remoteAddresses[remote] == nil else { return }
    remoteAddresses[remote] = value
  }

  private mutating func readValue() -> String {
    skip { $0 == 0x20 || $0 == 0x09 }
    var value: [UInt8] = []
    // Blanks outside quotes count only once something follows them.
    var blanks: [UInt8] = []
    var isQuoted = false
    while let byte = rest.popFirst(), byte != 0x0A {
      switch byte {
      case UInt8(ascii: "\""):
        isQuoted.toggle()
        continue
      case UInt8(ascii: "#"), UInt8(ascii: ";"):
        guard isQuoted else {
          skip { $0 != 0x0A }
          continue
        }
      case 0x20, 0x09, 0x0D:
        guard isQuoted else {
          blanks.append(byte)
          continue
        }
      default: break
      }
      value += blanks
      blanks = []
      guard byte == UInt8(ascii: "\\") else {
        value.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "n"): value.append(0x0A)
      case UInt8(ascii: "t"): value.append(0x09)
      case 0x0A, nil: break
      case let escaped?: value.append(escaped)
      }
    }
    return String(decoding: value, as: UTF8.self)
  }

  private mutating func take(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let taken = rest.prefix(while: condition)
    rest = rest[taken.endIndex...]
    return taken
  }
}
