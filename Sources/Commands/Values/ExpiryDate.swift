// `--expires`: a day, or a second of it, after which reading warns.

internal import Vault

/// When a value is over.
struct ExpiryDate {
  /// Unix seconds.
  let time: Int64

  /// Reads `YYYY-MM-DD`, whose first second in UTC is meant, or `YYYY-MM-DDTHH:MM:SSZ`.
  ///
  /// - Parameters:
  ///   - text: the date.
  ///   - now: the clock; what is not after it has no sense.
  /// - Throws: `Refusal`.
  init(_ text: String, now: Int64) throws(Refusal) {
    guard let time = Timestamp.parse(text) ?? Timestamp.parse("\(text)T00:00:00Z") else {
      throw .badExpiry
    }
    guard time > now else { throw .expiryIsPast(time) }
    self.time = time
  }
}
