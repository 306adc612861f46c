// Why an identity file or string cannot be used (format.md §8), said as a place and a fault.

/// What is wrong with an identity; never what it contains.
public enum IdentityError: Error, Equatable {
  /// A line of the file is not what it must be.
  case damaged(line: Int, IdentityFault)
  /// The string from the environment is not what it must be.
  case damagedString(IdentityFault)
  /// A file without a passphrase whose mode gives something to group or others.
  case openToOthers(mode: UInt16)
  /// The passphrase is wrong or the file was changed: these cannot be told apart.
  case notOpened
  /// The system did not give the memory that the passphrase's stretching needs.
  case notEnoughMemory(bytes: Int)
}

/// What a line or string was found not to be.
public enum IdentityFault: Equatable, Sendable {
  /// The first line is not `secrets/1 identity`, nor the string begun by `SECRETS-KEY-1-`.
  case notAnIdentity
  /// Made by a newer version.
  case newerVersion
  /// An OpenSSH public key.
  case openSSHPublicKey
  /// A private key file of OpenSSH or OpenSSL.
  case openSSHPrivateKey
  /// A `SECRETS-KEY-…` string, which belongs in `$SECRETS_IDENTITY`.
  case identityString
  /// A carriage return, or no line feed at the end.
  case lineEnd
  /// Not `public ssh-ed25519 KEY`.
  case publicLine
  /// Not `trust PROJECT KEY` with a usable key, or the like within the string.
  case trust
  /// Neither `seed` nor `kdf argon2id13 …`.
  case seedOrKdfLine
  /// Numbers of Argon2id outside of what a reader accepts.
  case cost
  /// Not `box B64`.
  case boxLine
  /// The seed is not 32 bytes of canonical base64.
  case seed
  /// The seed gives another key than `public`.
  case seedOfAnotherKey
  /// A line, or characters, that are missing at the end.
  case cutShort
  /// A line, or characters, more than there are to be.
  case tooMuch
  /// A character of the string that is not base64url.
  case characters
  /// The check at the string's end: a character was changed.
  case check
}
