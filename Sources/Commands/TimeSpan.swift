// How long something is to last, as a person types it.

internal import ArgumentParser

/// A number and `s`, `m`, `h`, `d` or `w`: `30m`, `8h`, `2d`.
struct TimeSpan: ExpressibleByArgument, Equatable {
  /// A year, beyond which nobody means it.
  private static let limit = 366 * 86400
  private static let units: KeyValuePairs = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]

  /// At least one.
  let seconds: Int
  /// As it was typed.
  let text: String

  init?(argument: String) {
    guard let unit = Self.units.first(where: { argument.hasSuffix($0.key) }),
      case let digits = argument.dropLast(), (1...8).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
      number > 0, number * unit.value <= Self.limit
    else { return nil }
    seconds = number * unit.value
    text = argument
  }

  var defaultValueDescription: String { text }

  /// Reads what stands behind an option.
  ///
  /// - Throws: `ValidationError`, with what would be taken.
  static func typed(_ text: String) throws -> TimeSpan {
    guard let span = TimeSpan(argument: text) else {
      throw ValidationError("write a number and s, m, h, d or w, up to 366 days, such as 8h or 2d")
    }
    return span
  }

  /// The shortest spelling of some seconds.
  static func text(_ seconds: Int) -> String {
    let unit = units.last { seconds % $0.value == 0 && seconds > 0 }
    return unit.map { "\(seconds / $0.value)\($0.key)" } ?? "\(seconds)s"
  }
}
