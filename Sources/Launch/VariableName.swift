// The name in a `NAME=value` string, looked at where it lies: neither names nor values of the
// surroundings are copied onto the heap.

internal import Glibc

/// The bytes before the `=` of an environment string that somebody else keeps alive.
struct VariableName: Hashable {
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

  func hash(into hasher: inout Hasher) { hasher.combine(bytes: bytes) }

  private var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }
}
