// A length of time as it is typed: `90s`, `30m`, `2h`, `3d`, `1w`.

/// A length of time.
enum TimeSpan {
  private static let units: [Character: Int64] = [
    "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800,
  ]

  /// The seconds of a text such as `2h`; nil where it is none, or has more than a record can say.
  static func seconds(_ text: String) -> Int64? {
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
      text.first?.isNumber == true, number > 0
    else { return nil }
    let (seconds, overflows) = number.multipliedReportingOverflow(by: unit)
    return overflows || seconds > Int64(Int32.max) ? nil : seconds
  }

  /// The shortest spelling of some seconds.
  static func text(_ seconds: Int) -> String {
    let unit = units.sorted { $0.value > $1.value }.first { Int64(seconds) % $0.value == 0 }
    guard let unit, seconds > 0 else { return "\(seconds)s" }
    return "\(Int64(seconds) / unit.value)\(unit.key)"
  }
}
