import Glibc
import Sealing
import Testing

@testable import Launch

@Suite("The child's environment")
struct ChildEnvironmentTests {
  private typealias Options = ChildEnvironment.Options

  @Test("Sealed values win, and what differed is named in their order")
  func sealedWins() throws {
    let block = try ChildEnvironment(
      surroundings: cStrings(["PATH=/bin", "B=old", "SAME=x", "A=old", "EMPTY="]),
      sealed: [("A", "new"), ("SAME", "x"), ("C", "only"), ("B", ""), ("EMPTY", "")])
    #expect(block.listed == ["PATH=/bin", "B=", "SAME=x", "A=new", "EMPTY=", "C=only"])
    #expect(block.differing == ["A", "B"])
    #expect(block.count == 6)
  }

  @Test("With --keep the surroundings win")
  func surroundingsWin() throws {
    let block = try ChildEnvironment(
      surroundings: cStrings(["A=old"]), sealed: [("A", "new"), ("B", "b")],
      options: Options(winner: .surroundings))
    #expect(block.listed == ["A=old", "B=b"])
    #expect(block.differing == ["A"])
  }

  @Test("A name that begins like another is another name")
  func similarNames() throws {
    let block = try ChildEnvironment(
      surroundings: cStrings(["AB=1", "A=2", "a=3"]), sealed: [("A", "4")])
    #expect(block.listed == ["AB=1", "A=4", "a=3"])
  }

  @Test("A prefix is put before every sealed name, and that name is compared")
  func prefix() throws {
    let block = try ChildEnvironment(
      surroundings: cStrings(["A=1", "APP_A=2"]), sealed: [("A", "3")],
      options: Options(prefix: "APP_"))
    #expect(block.listed == ["A=1", "APP_A=3"])
    #expect(block.differing == ["APP_A"])
  }

  @Test("A prefix that makes no name is refused", arguments: ["1", "A=", "A-", " ", "Ä"])
  func badPrefix(_ prefix: String) {
    #expect(throws: LaunchError.prefixNotAName(prefix)) {
      try ChildEnvironment(
        surroundings: cStrings([]), sealed: [], options: Options(prefix: prefix))
    }
  }

  @Test("--clean leaves what a program needs to run, and the sealed values")
  func clean() throws {
    let block = try ChildEnvironment(
      surroundings: cStrings([
        "PATH=p", "HOME=h", "USER=u", "LOGNAME=l", "SHELL=s", "TERM=t", "LANG=l", "LC_ALL=C",
        "TZ=UTC", "TMPDIR=/t", "PATHS=x", "LANGUAGE=x", "LC=x", "LD_PRELOAD=x", "odd",
      ]), sealed: [("A", "a")], options: Options(clean: true))
    #expect(
      block.listed == [
        "PATH=p", "HOME=h", "USER=u", "LOGNAME=l", "SHELL=s", "TERM=t", "LANG=l", "LC_ALL=C",
        "TZ=UTC", "TMPDIR=/t", "A=a",
      ])
  }

  @Test("The identity is not passed on, unless it is asked for")
  func identity() throws {
    let surroundings = cStrings([
      "SECRETS_IDENTITY=fake", "SECRETS_IDENTITY_FILE=/fake", "SECRETS_ENV=production",
    ])
    let block = try ChildEnvironment(surroundings: surroundings, sealed: [])
    #expect(block.listed == ["SECRETS_ENV=production"])
    let nested = try ChildEnvironment(
      surroundings: surroundings, sealed: [], options: Options(stripped: []))
    #expect(nested.count == 3)
  }

  @Test("A second variable of the same name does not survive beside the sealed one")
  func duplicates() throws {
    let block = try ChildEnvironment(
      surroundings: cStrings(["A=1", "A=2", "B=1", "B=2"]), sealed: [("A", "3")])
    #expect(block.listed == ["A=3", "B=1"])
  }

  @Test("A string without a name is passed on as it is")
  func nameless() throws {
    let block = try ChildEnvironment(surroundings: cStrings(["odd", "=x"]), sealed: [])
    #expect(block.listed == ["odd", "=x"])
  }

  @Test("A value with a NUL is refused by name, not cut short")
  func holdsNUL() {
    #expect(throws: LaunchError.valueHoldsNUL(name: "KEY")) {
      try ChildEnvironment(surroundings: cStrings([]), sealed: [("KEY", "fake\0value")])
    }
  }

  @Test("A value is not copied: the block points into the arena")
  func inPlace() throws {
    let token = "fake-token"
    let value = SecureArena().copy(
      token.utf8Span.span.bytes, headroom: ChildEnvironment.headroom(for: "TOKEN"),
      tailroom: ChildEnvironment.tailroom)
    var block = try ChildEnvironment(surroundings: cStrings([]))
    try block.add("TOKEN", value)
    let address = block.withStrings { start in start[0].map { UInt(bitPattern: $0) } }
    let lent = value.withBytes { $0.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
    #expect(address.map { $0 + 6 } == lent)
  }

  @Test("A process started with the block finds every byte of it")
  func spawned() throws {
    let value = "line 1\nline 2 \"'$\\ ümlaut \u{1}"
    let block = try ChildEnvironment(
      surroundings: cStrings(["A=1"]), sealed: [("V", value), ("A", "2")])
    #expect(try spawn(["/usr/bin/env", "-0"], with: block) == "A=2\0V=\(value)\0")
  }

  @Test("Ten thousand values over ten thousand variables are all there")
  func many() throws {
    let surroundings = cStrings((0..<10_000).map { "NAME_\($0)=old" })
    let block = try ChildEnvironment(
      surroundings: surroundings, sealed: (5000..<15_000).map { ("NAME_\($0)", "\($0)") })
    #expect(block.count == 15_000)
    #expect(block.differing.count == 5000)
    #expect(block.listed[4999] == "NAME_4999=old")
    #expect(block.listed[5000] == "NAME_5000=5000")
  }
}

/// Runs a program with the block and hands back what it printed; nil where it did not start.
func spawn(_ arguments: [String], with block: ChildEnvironment) throws -> String? {
  // A pair of sockets, since children of other tests must not inherit it: pipe2(2) is not in Glibc.
  var ends: [Int32] = [0, 0]
  let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
  posix_spawn_file_actions_addclose(&actions, ends[0])
  var child: pid_t = 0
  let status = block.withStrings {
    posix_spawn(&child, arguments[0], &actions, nil, cStrings(arguments), $0)
  }
  close(ends[1])
  defer { close(ends[0]) }
  guard status == 0 else { return nil }
  var output: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while case let count = read(ends[0], &buffer, buffer.count), count > 0 {
    output += buffer[..<count]
  }
  waitpid(child, nil, 0)
  return String(decoding: output, as: UTF8.self)
}
