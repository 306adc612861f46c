// A public key as people hand it over and compare it.

internal import Sealing

extension PublicKey {
  /// The line that OpenSSH keeps in a `.pub` file.
  ///
  /// - Parameter name: its comment; nil for none.
  /// - Returns: `ssh-ed25519 AAAA… NAME`.
  func line(named name: String? = nil) -> String {
    "ssh-ed25519 \(openSSH)" + (name.map { " \($0)" } ?? "")
  }
}

extension Console {
  /// Says a key's fingerprint in both spellings.
  func tell(_ key: PublicKey) {
    note("fingerprint  \(key.fingerprint)")
    note("spoken       \(key.speakable)")
  }
}
