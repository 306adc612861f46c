import Glibc
import Sealing
import Testing

@testable import Workspace

/// One after another, since the program in the foreground is one for the whole process.
@Suite("Editing in memory", .serialized)
final class EditorSessionTests {
  private let arena = SecureArena()
  private let scratch: String
  /// A memory-backed folder of this test's own, so that nothing of another is counted.
  private let place: String

  init() throws {
    var template = Array("/dev/shm/secrets-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    scratch = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    place = "\(scratch)/place"
    try #require(mkdir(place, 0o700) == 0)
  }

  deinit { _ = try? shell("chmod -R u+rwX \(scratch); rm -rf \(scratch)") }

  private func secret(_ text: String) -> Secret { arena.copy(text.utf8Span.span.bytes) }

  private func text(_ secret: Secret) -> String {
    secret.withBytes { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
  }

  private func session(_ script: String, _ initial: String = "A=1\n") throws -> EditorSession {
    try EditorSession(
      secret(initial), fileName: "production.env", editor: editor(script), places: [place],
      arena: arena)
  }

  /// An editor that is a shell script; the file is its last argument, `$f`.
  private func editor(_ script: String) throws -> Editor {
    let path = "\(scratch)/editor"
    // Written by another process: a file that this one has open, and with it whatever another test
    // is just starting, cannot be executed.
    _ = try shell(
      """
      rm -f \(path)
      cat >\(path) <<'END OF SCRIPT'
      #!/bin/sh
      for f; do :; done
      \(script)
      END OF SCRIPT
      chmod 700 \(path)
      """)
    return Editor(command: path)
  }

  private func edit(
    _ session: inout EditorSession, variables: [String] = []
  ) throws -> EditorSession.Outcome {
    let path = "PATH=/usr/local/bin:/usr/bin:/bin"
    let strings = (variables + [path]).map { strdup($0) } + [nil]
    defer { for string in strings { free(string) } }
    return try session.edit(
      environment: strings, withholding: ["SECRETS_IDENTITY", "SECRETS_IDENTITY_FILE"])
  }

  private func expectSaved(
    _ outcome: EditorSession.Outcome, _ expected: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard case .saved(let saved) = outcome else {
      Issue.record("not saved: \(outcome)", sourceLocation: sourceLocation)
      return
    }
    #expect(text(saved) == expected, sourceLocation: sourceLocation)
  }

  private var left: [String] {
    get throws { try shell("ls -A \(place)").split(separator: "\n").map(String.init) }
  }

  @discardableResult
  private func shell(_ script: String) throws -> String {
    let pipe = try #require(popen(script, "re"))
    var output: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { output.append(UInt8(byte)) }
    pclose(pipe)
    return String(decoding: output, as: UTF8.self)
  }

  @Test("What the editor saves comes back byte for byte, and nothing stays")
  func saves() throws {
    var session = try session("printf 'B=\\377\\001 \\n\\n' >\"$f\"; printf x >>\"$f\"")
    let outcome = try edit(&session)
    guard case .saved(let saved) = outcome else {
      Issue.record("not saved: \(outcome)")
      return
    }
    let bytes = saved.withBytes { $0.withUnsafeBytes { [UInt8]($0) } }
    #expect(bytes == [0x42, 0x3D, 0xFF, 0x01, 0x20, 0x0A, 0x0A, 0x78])
    try session.close()
    #expect(try left == [])
  }

  @Test("The editor sees the text, in a file and a folder that are its user's alone")
  func given() throws {
    let report = "\(scratch)/report"
    var session = try session(
      "stat -c '%a %F' \"$f\" \"${f%/*}\" >\(report); cat \"$f\" >>\(report); basename \"$f\" >>\(report)",
      "KEY='fake ü'\n")
    _ = try edit(&session)
    let seen = try shell("cat \(report)")
    #expect(seen == "600 regular file\n700 directory\nKEY='fake ü'\nproduction.env\n")
  }

  @Test("An editor that saves by renaming another file is read all the same")
  func renames() throws {
    var session = try session("echo B=2 >\"$f.new\"; mv \"$f.new\" \"$f\"")
    expectSaved(try edit(&session), "B=2\n")
  }

  @Test("A text that is saved as it was is unchanged", arguments: [":", "cp $f $f.x; mv $f.x $f"])
  func unchanged(_ script: String) throws {
    var session = try session(script)
    guard case .unchanged = try edit(&session) else {
      Issue.record("changed")
      return
    }
  }

  @Test("An editor that ends with an error changes nothing, whatever it saved")
  func abandons() throws {
    var session = try session("echo B=2 >\"$f\"; exit 3")
    guard case .abandoned(3) = try edit(&session) else {
      Issue.record("not abandoned")
      return
    }
  }

  @Test("An editor that is not there is told by its code")
  func missing() throws {
    var session = try EditorSession(
      secret("A=1\n"), fileName: "production.env",
      editor: Editor(command: "/no/such/editor 2>/dev/null"), places: [place], arena: arena)
    guard case .abandoned(127) = try edit(&session) else {
      Issue.record("not abandoned")
      return
    }
  }

  @Test("A dead editor changes nothing, and its leavings go too")
  func killed() throws {
    var session = try session(
      "echo B=2 >\"$f\"; echo C=3 >\"${f%/*}/.production.env.swp\"; kill -9 $$")
    let outcome = try edit(&session)
    guard case .killed(SIGKILL) = outcome else {
      Issue.record("not killed: \(outcome)")
      return
    }
    try session.close()
    #expect(try left == [])
  }

  @Test("Swap files, backups, links, pipes and folders that an editor left are removed")
  func leavings() throws {
    let outside = "\(scratch)/outside"
    try shell("echo precious >\(outside)")
    var session = try session(
      """
      cd "${f%/*}"; cp "$f" .production.env.swp; cp "$f" "$f~"; cp "$f" '#production.env#'
      mkdir -p backup/deep; cp "$f" backup/deep/1; ln -s \(outside) link; mkfifo pipe
      chmod 0 .production.env.swp; for i in $(seq 200); do echo x >file-with-a-long-name-$i; done
      """)
    _ = try edit(&session)
    try session.close()
    #expect(try left == [])
    #expect(try shell("cat \(outside)") == "precious\n")
  }

  @Test("Going out of scope removes all as well")
  func scope() throws {
    do {
      let session = try session(":")
      #expect(try left.count == 1)
      _ = consume session
    }
    #expect(try left == [])
  }

  @Test("What is removed is overwritten first")
  func overwritten() throws {
    var session = try session("ln \"$f\" \(scratch)/second-name")
    _ = try edit(&session)
    try session.close()
    #expect(try shell("od -An -c \(scratch)/second-name | tr -d ' \\n'") == #"\0\0\0\0"#)
  }

  @Test("After a mistake the editor is opened again with what it had saved, or another text")
  func again() throws {
    var session = try session("echo B=2 >>\"$f\"")
    expectSaved(try edit(&session), "A=1\nB=2\n")
    expectSaved(try edit(&session), "A=1\nB=2\nB=2\n")
    try session.replaceText(with: secret("# line 1: wrong\nX\n"))
    expectSaved(try edit(&session), "# line 1: wrong\nX\nB=2\n")
  }

  @Test("A file that the editor removed, or made a link, is refused")
  func replaced() throws {
    for script in ["rm \"$f\"", "ln -sf /etc/passwd \"$f\"", "rm \"$f\"; mkfifo \"$f\""] {
      var session = try session(script)
      let error = #expect(throws: EditorError.self) { _ = try edit(&session) }
      guard case .fileReplaced = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  @Test("The editor is not given the identity, and is given the rest")
  func environment() throws {
    var session = try session("env >\"$f\"")
    let variables = ["SECRETS_IDENTITY=fake", "SECRETS_IDENTITY_FILE=/fake", "SECRETS_ENV=x"]
    guard case .saved(let saved) = try edit(&session, variables: variables) else {
      Issue.record("not saved")
      return
    }
    #expect(!text(saved).contains("IDENTITY"))
    #expect(text(saved).contains("SECRETS_ENV=x\n"))
  }

  @Test("An editor's arguments may be quoted as in a shell")
  func arguments() throws {
    _ = try editor("printf '%s|' \"$1\" \"$2\" >\"$f\"")
    var session = try EditorSession(
      secret(""), fileName: "production.env", editor: Editor(command: "\(scratch)/editor 'a  b' c"),
      places: [place], arena: arena)
    expectSaved(try edit(&session), "a  b|c|")
  }

  @Test(
    "A signal that ends us takes the editor and the folder along",
    arguments: [SIGTERM, SIGHUP])
  func signalled(_ signal: Int32) async throws {
    let command = try editor(
      """
      trap 'echo late >"$f.save"; echo ended >\(scratch)/ended; exit' TERM HUP
      kill -\(signal) $1; while :; do sleep 0.1; done
      """
    ).command
    await #expect(processExitsWith: .signal(signal)) {
      [command = command as String, place = self.place as String] in
      let arena = SecureArena()
      var session = try EditorSession(
        arena.copy("A=1\n".utf8Span.span.bytes), fileName: "production.env",
        editor: Editor(command: "\(command) \(getpid())"), places: [place], arena: arena)
      _ = try session.edit(environment: environ, withholding: [])
      // The signal has reached another thread of this process, where a command has only one.
      while true { pause() }
    }
    #expect(try left == [])
    #expect(access("\(scratch)/ended", F_OK) == 0)
  }

  @Test("An editor that will not end for a signal does not keep us, nor the folder")
  func stubborn() async throws {
    let command = try editor("trap '' TERM; kill -TERM $1; while :; do sleep 0.1; done").command
    await #expect(processExitsWith: .signal(SIGTERM)) {
      [command = command as String, place = self.place as String] in
      let arena = SecureArena()
      var session = try EditorSession(
        arena.copy("A=1\n".utf8Span.span.bytes), fileName: "production.env",
        editor: Editor(command: "\(command) \(getpid())"), places: [place], arena: arena)
      _ = try session.edit(environment: environ, withholding: [])
      // The signal has reached another thread of this process, where a command has only one.
      while true { pause() }
    }
    #expect(try left == [])
  }

  @Test("Interrupts are the editor's own, and exit takes the folder along")
  func interrupts() async throws {
    let command = try editor("kill -INT $1; kill -QUIT $1; echo B=2 >\"$f\"").command
    await #expect(processExitsWith: .exitCode(7)) {
      [command = command as String, place = self.place as String] in
      let arena = SecureArena()
      var session = try EditorSession(
        arena.copy("A=1\n".utf8Span.span.bytes), fileName: "production.env",
        editor: Editor(command: "\(command) \(getpid())"), places: [place], arena: arena)
      guard case .saved = try session.edit(environment: environ, withholding: []) else { exit(1) }
      exit(7)
    }
    #expect(try left == [])
  }

  @Test("Between two times in the editor an interrupt ends us, and the folder")
  func interruptedBetween() async throws {
    await #expect(processExitsWith: .signal(SIGINT)) {
      [place = self.place as String] in
      let folder = try MemoryFolder(in: [place])
      kill(getpid(), SIGINT)
      while true { pause() }
      _ = consume folder
    }
    #expect(try left == [])
  }

  @Test("What a killed process left is removed by the next, and what lives is not")
  func abandoned() throws {
    let dead = "\(place)/secrets-memory-" + String(repeating: "0a", count: 16)
    try shell("mkdir -m 700 \(dead); echo A=1 >\(dead)/production.env")
    for other in ["secrets-memory-1", "other"] { try shell("mkdir -m 700 \(place)/\(other)") }
    try shell("mkdir -m 755 \(place)/secrets-memory-\(String(repeating: "0b", count: 16))")
    #expect(MemoryFolder.abandoned(in: [place]) == [dead])
    let first = try MemoryFolder(in: [place])
    #expect(MemoryFolder.abandoned(in: [place]) == [])
    let second = try MemoryFolder(in: [place])
    #expect(access(dead, F_OK) != 0)
    #expect(access(first.path, F_OK) == 0)
    #expect(try left.count == 5)
    try second.remove()
    try first.remove()
    #expect(try left.count == 3)
  }

  @Test("Nothing is put on a disk, or where others could take it away")
  func places() throws {
    try shell(
      "mkdir \(scratch)/open; chmod 777 \(scratch)/open; mkdir -m 700 /tmp/\(getpid())-disk")
    defer { rmdir("/tmp/\(getpid())-disk") }
    let places = ["/tmp/\(getpid())-disk", "\(scratch)/open", "/no/such", "/proc/self"]
    #expect(throws: EditorError.noMemoryBackedFolder(tried: places)) {
      _ = try MemoryFolder(in: places)
    }
    #expect(try MemoryFolder(in: places + [place]).path.hasPrefix(place))
    #expect(MemoryFolder.places(runtimeDirectory: "/run/user/1") == ["/run/user/1", "/dev/shm"])
    #expect(MemoryFolder.places(runtimeDirectory: "relative") == ["/dev/shm"])
    #expect(MemoryFolder.places(runtimeDirectory: nil) == ["/dev/shm"])
  }
}
