// format.md §2, Text: what a field's bytes may be, each as a predicate over the bytes alone.

internal import Sealing

/// The grammar's productions, over bytes.
public enum Text {
  /// Whether a text is a `label`: an environment, role, member or word.
  public static func isLabel(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { isLabel($0) }
  }

  /// Whether a text may name an environment: a label that does not end in `.local`.
  public static func isEnvironment(_ text: String) -> Bool {
    isLabel(text) && !text.hasSuffix(".local")
  }

  /// Whether a text is a `name`: that of a secret.
  public static func isName(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { isName($0) }
  }

  static func isLabel(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, bytes.count <= 63,
      Character64.isLower(first) || Character64.isDigit(first)
    else { return false }
    for byte in bytes where !Character64.isLabel(byte) { return false }
    return true
  }

  static func endsInLocal(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.count >= 6 && bytes.suffix(6).elementsEqual(".local".utf8)
  }

  static func isName(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, bytes.count <= 255, !Character64.isDigit(first) else {
      return false
    }
    for byte in bytes where !Character64.isName(byte) { return false }
    return true
  }

  /// `number`: 1 to 2147483647, no leading zero.
  static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
    guard let first = bytes.first, bytes.count <= 10, first != UInt8(ascii: "0") else { return nil }
    var number: Int64 = 0
    for byte in bytes {
      guard Character64.isDigit(byte) else { return nil }
      number = number * 10 + Int64(byte - 48)
    }
    return Int32(exactly: number)
  }

  static func isID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count == 8 else { return false }
    for byte in bytes where !Character64.isURLSafe(byte) { return false }
    return true
  }

  static func id(_ bytes: UnsafeBufferPointer<UInt8>) -> RecordID {
    var packed: UInt64 = 0
    for byte in bytes { packed = packed << 8 | UInt64(byte) }
    return RecordID(packed: packed)
  }

  /// `b64`: url-safe, no padding, canonical, not empty.
  static func isBase64(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let last = bytes.last, bytes.count % 4 != 1 else { return false }
    for byte in bytes where !Character64.isURLSafe(byte) { return false }
    // The bits of the last character beyond the last byte must be zero.
    let unused = bytes.count % 4 == 2 ? 0x0f : bytes.count % 4 == 3 ? 0x03 : 0
    return Int(value(last)) & unused == 0
  }

  private static func value(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 65...90: byte - 65
    case 97...122: byte - 71
    case 48...57: byte + 4
    case UInt8(ascii: "-"): 62
    default: 63
    }
  }

  /// The bytes of a `text` field, or nil where it is not the one spelling of 1 to 512 bytes.
  static func decodeText(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var decoded: [UInt8] = []
    var index = 0
    func hex(_ byte: UInt8) -> UInt8? {
      switch byte {
      case 48...57: byte - 48
      case 65...70: byte - 55
      default: nil
      }
    }
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%") {
        guard index + 2 < bytes.count, let high = hex(bytes[index + 1]),
          let low = hex(bytes[index + 2]), !Character64.isPlainText(high << 4 | low)
        else { return nil }
        decoded.append(high << 4 | low)
        index += 3
      } else {
        guard Character64.isPlainText(bytes[index]) else { return nil }
        decoded.append(bytes[index])
        index += 1
      }
    }
    guard !decoded.isEmpty, decoded.count <= 512 else { return nil }
    return String(validating: decoded, as: UTF8.self)
  }

  /// Whether a text can stand in a record: 1 to 512 bytes.
  public static func isReason(_ text: String) -> Bool { (1...512).contains(text.utf8.count) }

  /// A `text` field's spelling.
  static func encodeText(_ text: String) -> String {
    var encoded = ""
    let digits = Array("0123456789ABCDEF".unicodeScalars)
    for byte in text.utf8 {
      if Character64.isPlainText(byte) {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        encoded.append("%")
        encoded.unicodeScalars.append(digits[Int(byte >> 4)])
        encoded.unicodeScalars.append(digits[Int(byte & 15)])
      }
    }
    return encoded
  }
}

/// `time` of format.md §2: `YYYY-MM-DDTHH:MM:SSZ`, as Unix seconds.
public enum Timestamp {
  /// Never over: the `until=never` of a grant.
  public static let never = Int64.max

  /// The latest time that can be written, the end of the year 9999.
  public static let last: Int64 = 253_402_300_799

  static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard text.count == 20, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
      text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
      text[19] == UInt8(ascii: "Z")
    else { return nil }
    var invalid = false
    func digits(_ start: Int, _ count: Int) -> Int64 {
      var number: Int64 = 0
      for index in start..<(start + count) {
        if !Character64.isDigit(text[index]) { invalid = true }
        number = number * 10 + Int64(text[index]) - 48
      }
      return number
    }
    let (year, month, day) = (digits(0, 4), digits(5, 2), digits(8, 2))
    let (hour, minute, second) = (digits(11, 2), digits(14, 2), digits(17, 2))
    guard !invalid, year >= 1970, (1...12).contains(month), day >= 1,
      day <= daysInMonth(year, month), hour < 24, minute < 60, second < 60
    else { return nil }
    return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
  }

  /// Reads a time as the format writes it; nil where it is none.
  public static func parse(_ text: String) -> Int64? {
    Array(text.utf8).withUnsafeBufferPointer { parse($0) }
  }

  /// The format's spelling of a time between 1970 and 9999; what lies outside is moved to the edge.
  public static func text(_ time: Int64) -> String {
    let time = min(max(time, 0), last)
    var days = time / 86400
    let seconds = time % 86400
    // Civil date from days, by Howard Hinnant's algorithm (days since 0000-03-01).
    days += 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func padded(_ number: Int64, _ width: Int = 2) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month))-\(padded(day))T"
      + "\(padded(seconds / 3600)):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))Z"
  }

  private static func daysInMonth(_ year: Int64, _ month: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let era = year / 400
    let yearOfEra = year % 400
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
