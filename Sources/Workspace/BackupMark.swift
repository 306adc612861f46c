// That a key was once printed to be kept elsewhere. It says nothing of whether it still is; but a
// root that never was is lost with the one disk it lies on.

public import Sealing

extension StateFolder {
  /// Keeps that a key was backed up.
  ///
  /// - Parameters:
  ///   - key: its public key.
  ///   - now: when, Unix seconds.
  /// - Throws: what `update` throws.
  public func noteBackup(of key: PublicKey, at now: Int64) throws(WorkspaceError) {
    try write(Self.name(key), Array("\(key.fingerprint) \(now)\n".utf8))
  }

  /// Whether a key was backed up on this machine.
  ///
  /// - Throws: what `read` throws.
  public func hasBackup(of key: PublicKey) throws(WorkspaceError) -> Bool {
    try read(Self.name(key)) != nil
  }

  private static func name(_ key: PublicKey) -> String { Place.key("backup", key.fingerprint) }
}
