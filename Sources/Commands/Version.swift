// What `--version` prints.

internal import CVersion

/// The version, and the commit that the binary was made from.
enum Version {
  static let number = "0.1.0"

  /// As `0.1.0 (1c9b359a04fd)`; the number alone where the commit is not known.
  static var text: String {
    let commit = String(cString: secrets_commit()).prefix(12)
    guard !commit.isEmpty else { return number }
    return "\(number) (\(commit)\(secrets_has_changes() ? ", with changes" : ""))"
  }
}
