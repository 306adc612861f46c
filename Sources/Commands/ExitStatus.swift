// The exit codes of the product: what a script may rely on.

/// How a command ends.
enum ExitStatus: Int32 {
  case done = 0
  /// A check found something, the named thing does not exist, or a prompt was declined.
  case found = 1
  /// Wrong usage.
  case usage = 2
  /// No grant, locked, wrong key.
  case cannotDecrypt = 3
  /// Damaged, forged or conflicting data.
  case damaged = 4
  /// Disk, lock, network, a missing program.
  case system = 5
  /// Interrupted by Ctrl-C at a prompt, as shells have it.
  case interrupted = 130
}

/// A refusal as it is told: what was wrong, what mends it, and how the command ends.
///
/// Made by the files of this folder's `Diagnostics`, which alone hold the wording.
struct Refusal: Error, Equatable {
  /// What was wrong and where; lower case, no full stop.
  var message: String
  /// The command that mends it, runnable as it stands, or what else to do.
  var hint: String?
  /// How the command ends.
  var status: ExitStatus
  /// More of the same, each told before the last: all refused lines of an import.
  var others: [(message: String, hint: String?)] = []

  init(_ message: String, hint: String? = nil, _ status: ExitStatus) {
    self.message = message
    self.hint = hint
    self.status = status
  }

  static func == (left: Refusal, right: Refusal) -> Bool {
    left.message == right.message && left.hint == right.hint && left.status == right.status
  }
}
