// How long something is to last, as a person types it: `90s`, `30m`, `2h`, `3d`, `1w`.

internal import ArgumentParser

/// A length of time.
struct TimeSpan: ExpressibleByArgument, Equatable {
  private static let units: KeyValuePairs<Character, Int64> = [
    "w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1,
  ]

  /// At least one.
  let seconds: Int
  /// As it was typed.
  let text: String

  init?(argument: String) {
    guard let seconds = Self.seconds(argument) else { return nil }
    self.seconds = Int(seconds)
    text = argument
  }

  var defaultValueDescription: String { text }

  /// The seconds of a text such as `2h`; nil where it is none, or has more than a record can say.
  static func seconds(_ text: String) -> Int64? {
    guard let unit = units.first(where: { $0.key == text.last })?.value,
      text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int64(text.dropLast()), number > 0
    else { return nil }
    let (seconds, overflows) = number.multipliedReportingOverflow(by: unit)
    return overflows || seconds > Int64(Int32.max) ? nil : seconds
  }

  /// The shortest spelling of some seconds.
  static func text(_ seconds: Int) -> String {
    guard seconds > 0, let unit = units.first(where: { Int64(seconds) % $0.value == 0 }) else {
      return "\(seconds)s"
    }
    return "\(Int64(seconds) / unit.value)\(unit.key)"
  }
}
