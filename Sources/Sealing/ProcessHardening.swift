// Narrows the window for others of this user: done first thing by every command.

internal import CPlatform

/// Protection of the running process.
public enum ProcessHardening {
  /// Turns off core dumps and attaching by other processes of this user.
  ///
  /// - Returns: whether both worked.
  @discardableResult
  public static func apply() -> Bool { platform_harden_process() == 0 }

  /// Gives back the core dump limit of the start, for a command that this process becomes.
  public static func restoreCoreLimit() { platform_restore_core_limit() }
}
