// What a disk in trouble does to a write: no room, no right, an error at any of its calls. Nothing
// is lost, and what is said is compared to the letter.

import Glibc
import Testing

/// An error of the system at one kind of call of `set`, and what comes of it.
private struct Trouble: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let call: String
  /// A part of what strace shows of the call.
  let place: String
  let error: String
  /// The sentence, where `⋯` stands for folders and chance; nil where it goes well all the same.
  let sentence: String?

  private static let aside = "⋯/project/secrets/.development.sealed.⋯.new"
  private static let looking = "try again; if it stays, look at the disk: dmesg | tail"

  private init(
    _ description: String, _ call: String, _ place: String, _ error: String,
    _ problem: String? = nil,
    hint: String = looking
  ) {
    testDescription = description
    (self.call, self.place, self.error) = (call, place, error)
    sentence = problem.map { "secrets: error: \($0)\nsecrets: hint: \(hint)\n" }
  }

  static let all = [
    Trouble(
      "no right to make a file", "openat", "/secrets/.development", "EACCES",
      "cannot open \(aside): permission denied", hint: "look at the permissions: namei -l \(aside)"),
    Trouble(
      "a full disk", "write", "/secrets/.development", "ENOSPC",
      "cannot write \(aside): no space left on device",
      hint: "nothing was changed; make room: df -h ."),
    Trouble(
      "a full quota", "write", "/secrets/.development", "EDQUOT",
      "cannot write \(aside): disk quota exceeded",
      hint: "nothing was changed; make room: df -h ."),
    Trouble(
      "a broken disk", "fsync", "/secrets/.development", "EIO",
      "cannot be sure that the disk holds \(aside): input/output error"),
    Trouble(
      "no exchange", "renameat2", "/secrets/.development", "EIO",
      "cannot put in place ⋯/project/secrets/development.sealed: input/output error"),
    Trouble(
      "a folder that cannot be synced", "fsync", "project/secrets>", "EIO",
      "cannot be sure that the disk holds ⋯/project/secrets: input/output error"),
    Trouble(
      "a lock that fails", "flock", "project/.git/secrets/", "ENOLCK",
      "cannot lock ⋯/project/.git/secrets/lock-⋯: no locks available"),
    Trouble("a file system that cannot exchange", "renameat2", "/secrets/.development", "EINVAL"),
    Trouble("what lies aside cannot be removed", "unlink", "/secrets/.development", "EIO"),
  ]
}

@Suite("A disk in trouble")
struct DiskFaultTests {
  let town: FaultTown

  init() throws { town = try FaultTown() }

  @Test("An error of the system is told, and nothing has changed", arguments: Trouble.all)
  fileprivate func trouble(trouble: Trouble) throws {
    let before = try town.files()
    let calls = try town.scratch.traced(
      ["set", "TOKEN"], ["-e", "trace=openat,write,fsync,renameat2,unlink,flock"], stdin: "fake-2")
    let call = try #require(
      calls.first { $0.name == trouble.call && $0.description.contains(trouble.place) })
    try town.restore()
    let outcome = try town.scratch.run(
      ["set", "TOKEN"], meeting: "error=\(trouble.error)", at: call, stdin: "fake-2")
    let complaint = outcome.complaint(
      status: trouble.sentence == nil ? 0 : 5, stdout: "",
      stderr: .like(
        trouble.sentence ?? "secrets: changed `TOKEN` in development, revision 2\n"))
    #expect(complaint == nil, "\(complaint ?? "")")
    let result = changed(before, try town.files())
    #expect(result == (trouble.sentence == nil ? ["development.sealed"] : []))
    try expectSound()
  }

  /// The next command works, and nothing is left lying about.
  private func expectSound() throws {
    try town.scratch.succeeds(
      ["set", "NEXT"], stdin: "fake-next",
      stderr: "secrets: added `NEXT` to development, revision 1\n")
    let left = try town.everything().split(separator: "\n").filter {
      $0.contains(".new ") || $0.contains("journal-") || $0.contains(town.edited.memory)
    }
    #expect(left == [])
  }

  // MARK: A file system of its own

  /// Runs a script where file systems can be mounted; gives all that it said.
  private func mounting(_ script: String) throws -> String {
    let outcome = try Program(
      ["unshare", "-rm", "sh", "-euc", "exec 2>&1\n\(script)"],
      environment: town.scratch.environment(of: "alice", ["SECRETS": BuiltBinary.path]),
      directory: town.scratch.at("alice/project")
    ).finish()
    guard !outcome.stderr.contains("unshare: "), !outcome.text.contains("mount: ") else {
      throw ProgramFailure(
        description: "no file system can be made here, so nothing is proven: \(outcome.stderr)")
    }
    return outcome.text
  }

  @Test("A value that finds half its room leaves the old one, and is taken once there is room")
  func full() throws {
    let said = try mounting(
      """
      cp -a secrets ../old
      mount -t tmpfs -o size=256k tmpfs secrets
      cp -a ../old/. secrets
      head -c 100000 /dev/zero >secrets/filler
      head -c 150000 /dev/zero | tr '\\0' x >../value
      "$SECRETS" set TOKEN <../value || echo "ended with $?"
      rm secrets/filler
      diff -r ../old secrets && echo "as before"
      "$SECRETS" set TOKEN <../value
      "$SECRETS" get TOKEN | cmp - ../value
      diff -rq ../old secrets || true
      """)
    let wanted = """
      secrets: error: cannot write ⋯/secrets/.development.sealed.⋯.new: no space left on device
      secrets: hint: nothing was changed; make room: df -h .
      ended with 5
      as before
      secrets: changed `TOKEN` in development, revision 2
      Files ../old/development.sealed and secrets/development.sealed differ

      """
    #expect(Said.like(wanted).fits(said), "\(said)")
  }

  @Test("Where memory has no room, work goes on, and it is said that rollbacks go unseen")
  func fullMemory() throws {
    let said = try mounting(
      """
      mount -t tmpfs -o size=64k,mode=700 tmpfs ../.local/state/secrets
      export SECRETS_TRUST="$(sed -n '1s/.*=//p' secrets/team.keys)"
      head -c 65536 /dev/zero >../.local/state/secrets/filler
      "$SECRETS" run -- sh -c 'echo $TOKEN'
      printf fake-2 | "$SECRETS" set TOKEN
      "$SECRETS" doctor | grep -A1 'nothing new is remembered'
      rm ../.local/state/secrets/filler
      "$SECRETS" run -- sh -c 'echo $TOKEN'
      "$SECRETS" doctor | grep 'nothing new is remembered' || true
      """)
    let warning = """
      secrets: warning: this state of the project is not remembered here, so a rollback of it would \
      go unseen: cannot write ⋯/.local/state/secrets/.project-⋯.new: no space left on device
      secrets: hint: make room: df -h ⋯/.local/state/secrets
      """
    let wanted = """
      \(warning)
      fake-1
      \(warning)
      secrets: changed `TOKEN` in development, revision 2
      amiss: nothing new is remembered in ⋯/.local/state/secrets (no space left on device), so a \
      rollback goes unseen
        hint: make room: df -h ⋯/.local/state/secrets
      fake-2

      """
    #expect(Said.like(wanted).fits(said), "\(said)")
  }

  @Test("Without room for the journal no file of several is touched")
  func fullJournal() throws {
    let said = try mounting(
      """
      cp -a secrets ../old
      mount -t tmpfs -o size=4k,nr_inodes=3 tmpfs .git/secrets
      head -c 4096 /dev/zero >.git/secrets/filler
      "$SECRETS" team add bob ../../bob.pub --yes --grant development,staging || echo "ended with $?"
      diff -r ../old secrets && echo "as before"
      ls -A .git/secrets
      """)
    let wanted = """
      secrets: fingerprint  ⋯
      secrets: spoken       ⋯
      secrets: error: cannot open ⋯/.git/secrets/.journal-⋯.new: no space left on device
      secrets: hint: nothing was changed; make room: df -h .
      ended with 5
      as before
      filler
      lock-⋯

      """
    #expect(Said.like(wanted).fits(said), "\(said)")
  }

  @Test("A read-only folder is read, and why it is not written is said")
  func readOnly() throws {
    let said = try mounting(
      """
      mount --bind secrets secrets
      mount -o remount,ro,bind secrets
      printf x | "$SECRETS" set TOKEN || echo "ended with $?"
      printf X=x | "$SECRETS" import - || echo "ended with $?"
      EDITOR='sed -i s/fake-1/fake-2/' "$SECRETS" edit || echo "ended with $?"
      "$SECRETS" get TOKEN
      mount --bind .. ..
      mount -o remount,ro,bind ..
      cd ../project
      printf x | "$SECRETS" set TOKEN || echo "ended with $?"
      "$SECRETS" run -- sh -c 'echo $TOKEN'
      """)
    let refused = """
      secrets: error: cannot open ⋯/secrets/.development.sealed.⋯.new: read-only file system
      secrets: hint: nothing was changed; this file system is read-only
      ended with 5
      """
    let wanted = """
      \(refused)
      \(refused)
      secrets: in development:
        changed  TOKEN
      \(refused)
      fake-1secrets: error: cannot lock ⋯/project/.git/secrets: read-only file system
      secrets: hint: nothing was changed; this file system is read-only
      ended with 5
      fake-1

      """
    #expect(Said.like(wanted).fits(said), "\(said)")
  }
}
