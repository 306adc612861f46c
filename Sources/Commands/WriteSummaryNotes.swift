// What a write did besides what was asked: the next writer of a role does what waits there, and is
// told, since it carries their signature.

internal import Vault

extension WriteSummary {
  /// What was done besides, in words.
  func words(of environment: String) -> [String] {
    var words = rekeyed.map {
      "replaced the key of \(RoleAddress(environment: environment, role: $0).text)"
    }
    if resealed > 0 { words.append("sealed \(counted(resealed, "value")) of \(environment) again") }
    words += takenOver.map {
      "took over `\($0.name)`, revision \($0.rev), which \($0.by) wrote, whose right to it is over; "
        + "you vouch for it now"
    }
    words += handedOver.map { handed in
      let parts = handed.split(separator: " ").map(String.init)
      let address = RoleAddress(environment: environment, role: parts.last ?? "default")
      return "handed the key of \(address.text) to \(parts.first ?? handed)"
    }
    return words
  }
}

extension Console {
  /// Tells what was done besides.
  func tell(_ summary: WriteSummary, of environment: String) {
    for words in summary.words(of: environment) { note(words) }
  }
}
