// What `--version` prints.

/// The version, and the commit that the binary was made from.
enum Version {
  static let number = "0.1.0"
  static var text: String { number }
}
