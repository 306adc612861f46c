// The name in a `NAME=value` string, looked at where it lies: neither names nor values of the
// surroundings are copied onto the heap.

internal import Glibc

/// The bytes before the `=` of an environment string that somebody else keeps alive.
struct VariableName: Equatable {
  private let start: UnsafePointer<CChar>
  private let count: Int

  /// Nil where there is no `=`, and so no name.
  init?(of string: UnsafePointer<CChar>) {
    guard let equals = strchr(string, Int32(UInt8(ascii: "="))) else { return nil }
    start = string
    count = UnsafePointer(equals) - string
  }

  /// The value's first byte.
  var value: UnsafePointer<CChar> { start + count + 1 }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  func isOne(of names: [String]) -> Bool { names.contains { bytes.elementsEqual($0.utf8) } }

  func starts(with prefix: String) -> Bool { bytes.starts(with: prefix.utf8) }

  static func == (left: VariableName, right: VariableName) -> Bool {
    left.count == right.count && memcmp(left.start, right.start, left.count) == 0
  }

  /// FNV-1a, 64 bits: names come from this user and the team, who have nothing to gain by collisions.
  var hash: Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }

  private var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }
}
