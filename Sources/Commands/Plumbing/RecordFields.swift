// A record's line as words and `key=value` fields, without asking whether it is a good one: what is
// shown in a diff may be damaged, and that is just when somebody looks.

/// The fields of one line.
struct RecordFields {
  let line: ArraySlice<UInt8>
  private let fields: [ArraySlice<UInt8>]

  /// Splits a line at its spaces.
  init(_ line: ArraySlice<UInt8>) {
    self.line = line
    fields = line.split(separator: 0x20)
  }

  /// The kind of record; empty for an empty line.
  var kind: String { word(0) }

  /// The word at a place; empty where there are fewer.
  func word(_ index: Int) -> String {
    fields.indices.contains(index) ? String(decoding: fields[index], as: UTF8.self) : ""
  }

  /// What stands after `key=`; nil where no field begins like that.
  func value(_ key: StaticString) -> String? {
    let count = key.utf8CodeUnitCount
    return key.withUTF8Buffer { wanted in
      fields.first { field in
        field.count > count && field[field.startIndex + count] == UInt8(ascii: "=")
          && field.prefix(count).elementsEqual(wanted)
      }.map { String(decoding: $0.dropFirst(count + 1), as: UTF8.self) }
    }
  }

  /// Whether the line is a removal.
  var isRemoved: Bool { word(2) == "removed" }

  /// A reason as it was typed; nil where there is none.
  var reason: String? {
    guard let value = value("reason") else { return nil }
    var bytes: [UInt8] = []
    var rest = Array(value.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(decoded)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
