// What a write did besides what was asked: the next writer of a role does what waits there, and is
// told, since it carries their signature.

internal import Vault

extension Console {
  /// Tells what was done besides.
  func tell(_ summary: WriteSummary) {
    for role in summary.rekeyed {
      note("role `\(role)` has a new key, since the access of someone who knew the old one is over")
    }
    for handed in summary.handedOver {
      let words = handed.split(separator: " ")
      note("`\(words.first ?? "")` was handed the key of role `\(words.last ?? "")`")
    }
    if summary.resealed > 0 {
      note(
        summary.resealed == 1
          ? "1 value was sealed again under the new key"
          : "\(summary.resealed) values were sealed again under the new key")
    }
    for entry in summary.takenOver {
      warn(
        "`\(entry.name)` of role `\(entry.role)`, revision \(entry.rev), was written by "
          + "`\(entry.by)`, whose access is over, and was not here the last time; you vouch for it "
          + "now")
    }
  }
}
