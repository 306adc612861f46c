// What `doctor` says of each thing that it looks at, and what mends it.

internal import Glibc
internal import Vault
internal import Workspace

extension Remark {
  static func binary(_ version: String) -> Remark {
    Remark(topic: "binary", words: "secrets \(version)")
  }

  static func git(_ version: String?) -> Remark {
    guard let version else {
      return Remark(
        topic: "git", words: "git is not in PATH", hint: "install it: apt-get install git")
    }
    return Remark(topic: "git", words: "git \(version)")
  }

  static func noProject(_ refusal: Refusal) -> Remark {
    Remark(topic: "project", words: refusal.message, hint: refusal.hint ?? "secrets init")
  }

  static var noRepository: Remark {
    Remark(
      topic: "git", words: "the project is in no git repository, so nothing of it is shared",
      hint: "git init")
  }

  static func unreadable(_ refusal: Refusal) -> Remark {
    Remark(topic: "project", words: refusal.message, hint: "secrets check")
  }

  static var stopped: Remark {
    Remark(topic: "project", words: "nothing of the project may be used", hint: "secrets check")
  }

  static func attributes(_ wrong: [String]) -> Remark {
    wrong.isEmpty
      ? Remark(topic: "attributes", words: "git merges the project's files line by line")
      : Remark(
        topic: "attributes",
        words: "git does not merge \(listed(wrong)) line by line: .gitattributes does not say so",
        hint: "secrets init")
  }

  static func textconv(_ isSet: Bool) -> Remark {
    isSet
      ? Remark(topic: "textconv", words: "git diff shows names")
      : Remark(
        topic: "textconv", words: "git diff of this clone does not show who changed which name",
        hint: "git config diff.secrets.textconv \(shellWord(GitCommand.textconv))")
  }

  static func ignored(_ path: String, by rule: IgnoreRule?) -> Remark {
    guard let rule else { return Remark(topic: "ignored", words: "git takes \(path)") }
    return Remark(
      topic: "ignored", words: "git ignores \(path): \(rule.file):\(rule.line): \(rule.pattern)",
      hint: "take that line out, or: git add -f \(path)")
  }

  static func plaintextIgnored(notIgnored names: [String]) -> Remark {
    names.isEmpty
      ? Remark(topic: "plaintext", words: "git ignores .env and .env.local")
      : Remark(
        topic: "plaintext", words: "git would take \(listed(names))", hint: "secrets init")
  }

  static func trust(_ isTrusted: Bool, _ id: ProjectID) -> Remark {
    isTrusted
      ? Remark(topic: "trust", words: "the project \(id.text) is trusted")
      : Remark(
        topic: "trust", words: "nobody on this machine has confirmed the project \(id.text)",
        hint: "secrets trust")
  }

  static func identity(_ place: String, member: String?) -> Remark {
    Remark(topic: "identity", words: "\(place)\(member.map { ", `\($0)` here" } ?? "")")
  }

  static func noIdentity(inProject: Bool) -> Remark {
    Remark(
      topic: "identity", words: "there is no key on this machine",
      hint: inProject ? "secrets join" : "secrets key new")
  }

  static func unusableIdentity(_ refusal: Refusal) -> Remark {
    Remark(
      topic: "identity", words: refusal.message, hint: refusal.hint ?? "secrets key list")
  }

  static func openIdentity(_ path: String, mode: UInt32) -> Remark {
    Remark(
      topic: "identity",
      words: "\(path) has the mode \(String(mode, radix: 8)): others may read it",
      hint: "chmod 600 \(shellWord(path))")
  }

  static func notMember(_ place: String, removed: String?) -> Remark {
    if let removed {
      return Remark(
        topic: "identity", words: "\(place) is the key of `\(removed)`, who was removed",
        hint: "with a new key, and under another name: secrets join")
    }
    return Remark(
      topic: "identity", words: "\(place) is no member's key here", hint: "secrets join")
  }

  static var noKeyring: Remark {
    Remark(
      topic: "keyring",
      words: "the kernel keeps no keys here, so the passphrase is asked for each time",
      hint: "in a container, allow keyctl: docker run --security-opt seccomp=unconfined")
  }

  static var noState: Remark {
    Remark(
      topic: "memory", words: "$HOME is not set, so nothing is remembered and no rollback is seen",
      hint: "export HOME=~")
  }

  static func stateFault(_ path: String, _ code: Int32) -> Remark {
    let place = shellWord(path)
    return Remark(
      topic: "memory",
      words: "nothing new is remembered in \(path) (\(systemReason(code))), so a rollback goes "
        + "unseen",
      hint: code == ENOSPC ? "make room: df -h \(place)" : "see who may write: namei -l \(place)")
  }

  static func state(_ path: String, isSafe: Bool) -> Remark {
    isSafe
      ? Remark(topic: "memory", words: "\(path) is yours alone")
      : Remark(
        topic: "memory", words: "\(path) is open to others", hint: "chmod 700 \(shellWord(path))")
  }

  static func machine(_ machine: Machine) -> [Remark] {
    var remarks: [Remark] = []
    if let limit = machine.lockLimit, limit < Machine.leastLockLimit {
      remarks.append(
        Remark(
          topic: "lock limit",
          words: "a process may lock \(limit / 1024) KiB: values may be swapped to disk",
          hint: "ulimit -l 8192, or `memlock` in /etc/security/limits.conf"))
    } else {
      let limit = machine.lockLimit.map { "\($0 / 1024) KiB" } ?? "as much as it likes"
      remarks.append(Remark(topic: "lock limit", words: "a process may lock \(limit)"))
    }
    remarks.append(
      machine.hasMemoryFolder
        ? Remark(topic: "tmpfs", words: "there is a folder in memory to edit in")
        : Remark(
          topic: "tmpfs", words: "there is no folder in memory, so `edit` has no place for text",
          hint: "mount -t tmpfs tmpfs /dev/shm"))
    if !machine.abandoned.isEmpty {
      remarks.append(
        Remark(
          topic: "tmpfs",
          words: "a killed `edit` left its text in \(listed(machine.abandoned))",
          hint: "rm -r \(machine.abandoned.map(shellWord).joined(separator: " "))"))
    }
    let keyring = machine.hasKeyring ? "the kernel keeps unlocked keys" : "the kernel keeps no keys"
    remarks.append(Remark(topic: "keyring", words: keyring))
    return remarks
  }

  static func clock(ahead newest: Int64?) -> Remark {
    guard let newest else { return Remark(topic: "clock", words: "no line is dated ahead of it") }
    return Remark(
      topic: "clock",
      words: "a line is dated \(Timestamp.text(newest)), ahead of this machine's clock",
      hint: "compare: date -u")
  }

  static func leftovers(_ files: [String]) -> Remark {
    files.isEmpty
      ? Remark(topic: "leftover", words: "no .env file holds names that are sealed")
      : Remark(
        topic: "leftover", words: "\(listed(files)): plaintext of names that are sealed",
        hint: "once they are imported: rm \(files.map(shellWord).joined(separator: " "))")
  }

  static func singleReader(of address: String, _ reader: String) -> Remark {
    Remark(
      topic: "reader", words: "`\(reader)` alone can read \(address): with that key it is lost",
      hint: "secrets grant NAME \(address) --read")
  }

  /// Where there is nobody else to let in, a copy of the key is what there can be.
  static func onlyPerson(_ name: String, isKept: Bool) -> Remark {
    isKept
      ? Remark(topic: "backup", words: "`\(name)` is the only person here, with a key backed up")
      : Remark(
        topic: "backup",
        words: "`\(name)` is the only person here, and the key was never backed up: "
          + "without it everything is lost", hint: "secrets key backup")
  }

  static func rootBackup(_ isKept: Bool) -> Remark {
    isKept
      ? Remark(topic: "backup", words: "the root's key was backed up")
      : Remark(
        topic: "backup",
        words: "the root's key was never backed up here, and nothing can replace it",
        hint: "secrets key backup")
  }
}
