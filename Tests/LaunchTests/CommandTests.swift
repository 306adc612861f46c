import Glibc
import Testing

@testable import Launch

/// Only what does not start can be tried here, since what does replaces the test.
@Suite("Becoming the command")
final class CommandTests {
  private let folder: String

  init() throws {
    var template = Array("/tmp/secrets-command-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    for name in ["plain", "script"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  private func failure(
    _ arguments: [String], path: String? = "/usr/bin:/bin", more: [(String, String)] = []
  ) throws -> LaunchError? {
    let block = try ChildEnvironment(
      surroundings: cStrings(path.map { ["PATH=\($0)"] } ?? []), sealed: more)
    let command = try #require(Command(cStrings(arguments)))
    return #expect(throws: LaunchError.self) { try command.become(with: block) }
  }

  private func file(_ name: String, _ text: String, mode: mode_t) {
    let file = open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_EXCL, mode)
    write(file, text, text.utf8.count)
    close(file)
  }

  private func candidates(_ name: String, in path: String?) throws -> [String] {
    let command = try #require(Command(cStrings([name])))
    let files = path.map { $0.withCString { command.candidates(in: $0) } }
    return (files ?? command.candidates(in: nil)).map {
      String(decoding: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  @Test("A command is looked for in each folder of the child's PATH")
  func search() throws {
    #expect(try candidates("node", in: "/a:/b/c") == ["/a/node", "/b/c/node"])
    #expect(try candidates("node", in: "") == ["node"])
    #expect(try candidates("node", in: "/a:") == ["/a/node", "node"])
    #expect(try candidates("node", in: nil) == ["/bin/node", "/usr/bin/node"])
    #expect(try candidates("./node", in: "/a") == ["./node"])
    #expect(try candidates("", in: "/a") == [""])
  }

  @Test("No arguments are no command")
  func none() { #expect(Command(cStrings([])) == nil) }

  @Test("A command that is nowhere is not found")
  func notFound() throws {
    #expect(try failure(["no-such-command"]) == .commandNotFound("no-such-command"))
    #expect(try failure(["/no/such"]) == .commandNotFound("/no/such"))
    #expect(try failure([""]) == .commandNotFound(""))
    #expect(try failure(["true"], path: folder) == .commandNotFound("true"))
    #expect(try failure(["true"], path: "/etc/passwd") == .commandNotFound("true"))
  }

  @Test("A file that may not be executed is told apart")
  func notExecutable() throws {
    file("plain", "text", mode: 0o644)
    #expect(try failure(["plain"], path: folder) == .commandNotExecutable("plain", code: EACCES))
    #expect(
      try failure(["plain"], path: "\(folder):/no/such")
        == .commandNotExecutable("plain", code: EACCES))
    #expect(try failure([folder]) == .commandNotExecutable(folder, code: EACCES))
    #expect(
      try failure(["/etc/passwd/x"]) == .commandNotExecutable("/etc/passwd/x", code: ENOTDIR))
  }

  @Test("A script whose interpreter is missing is not called missing itself")
  func interpreter() throws {
    file("script", "#!/no/such/interpreter\n", mode: 0o755)
    #expect(
      try failure(["script"], path: folder) == .interpreterNotFound(path: "\(folder)/script"))
  }

  @Test("A value that is too large for the system is named before anything is tried")
  func tooLarge() throws {
    let value = String(repeating: "x", count: ExecLimits.string)
    #expect(
      try failure(["true"], more: [("BIG", value)])
        == .variableTooLarge(
          name: "BIG", bytes: value.utf8.count + 5, limit: ExecLimits.string))
  }
}
