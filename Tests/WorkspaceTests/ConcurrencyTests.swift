import Glibc
import Testing

@testable import Workspace

@Suite struct ConcurrencyTests {
  let scratch = Scratch()

  private func project() throws -> Project {
    try Project.find(in: scratch.context(in: "shop"))
  }

  init() throws {
    try scratch.sh("git init -q shop")
    scratch.write("shop/secrets/team.keys", "0\n")
    scratch.write("shop/secrets/a.sealed", "0\n")
  }

  @Test("Ten writers at once all succeed, one after the other")
  func writers() throws {
    let context = scratch.context(in: "shop")
    atOnce(10) { index in
      do {
        let project = try Project.find(in: context)
        let lock = try project.lock(Patience(milliseconds: 60_000))
        let old = try project.read { try $0.bytes(of: "team.keys") }
        let new = (old ?? []) + Array("writer \(index)\n".utf8)
        try lock.commit([FileChange("team.keys", from: old, to: new)])
      } catch {
        Issue.record("\(error)")
      }
    }
    #expect(scratch.text("shop/secrets/team.keys")?.split(separator: "\n").count == 11)
  }

  @Test("A reader sees both files of a commit or neither, and needs no lock")
  func readers() throws {
    let context = scratch.context(in: "shop")
    atOnce(4) { index in
      do {
        let project = try Project.find(in: context)
        for round in 1...60 {
          guard index == 0 else {
            let pair = try project.read {
              [try $0.bytes(of: "team.keys"), try $0.bytes(of: "a.sealed")]
            }
            #expect(pair[0] == pair[1] && pair[0] != nil)
            continue
          }
          let lock = try project.lock(Patience(milliseconds: 60_000))
          let old = try project.read { try $0.bytes(of: "team.keys") }
          let new = Array("\(round)\n".utf8)
          try lock.commit([
            FileChange("team.keys", from: old, to: new), FileChange("a.sealed", from: old, to: new),
          ])
        }
      } catch {
        Issue.record("\(error)")
      }
    }
  }

  @Test(
    "A lock whose holder was killed is free; while it lived, one waits, is told so, and gives up")
  func deadHolder() throws {
    let place = try project().bookkeeping[0]
    mkdir(place.folder, 0o755)
    let ready = scratch.at("ready")
    let script = "echo 4242 >\(place.lock); echo >\(ready); sleep 600"
    let holder = startGroup("/usr/bin/flock", ["flock", place.lock, "-c", script])
    while access(ready, F_OK) != 0 { usleep(1000) }

    var told: [Int32?] = []
    let patience = Patience(milliseconds: 60, noticeAfter: 20) { told.append($0) }
    do {
      _ = try project().lock(patience)
      Issue.record("locked twice")
    } catch WorkspaceError.locked(let path, let known) {
      #expect(path == place.lock)
      #expect(known == 4242)
    }
    #expect(told == [4242])

    // The shell and its sleep share the lock.
    kill(-holder, SIGKILL)
    waitpid(holder, nil, 0)
    _ = try project().lock(Patience(milliseconds: 30_000))
  }

  @Test("Half of a commit whose process dies while one reads is not taken for the whole")
  func deadWriter() throws {
    var attempts = 0
    let pair = try project().read { reading in
      attempts += 1
      if attempts == 1 { try dieHalfway() }
      let pair = [try reading.bytes(of: "a.sealed"), try reading.bytes(of: "team.keys")]
      if attempts == 1 { #expect(pair == [bytes("1\n"), bytes("0\n")]) }
      return pair
    }
    #expect(pair == [bytes("1\n"), bytes("1\n")])
  }

  private func dieHalfway() throws {
    var exchanges = 0
    var dying = try project()
    dying.testOnlyGate = { operation, _ in
      exchanges += operation == .exchange ? 1 : 0
      return exchanges == 2 ? .crash : .proceed
    }
    #expect(throws: WorkspaceError.self) {
      try dying.commit([
        FileChange("a.sealed", from: bytes("0\n"), to: bytes("1\n")),
        FileChange("team.keys", from: bytes("0\n"), to: bytes("1\n")),
      ])
    }
  }

  @Test("Where git's directory cannot be written the state folder holds the lock, then the project")
  func places() throws {
    rmdir(scratch.at("shop/.git/secrets"))
    scratch.write("shop/.git/secrets", "in the way")
    try project().commit([
      FileChange("team.keys", from: bytes("0\n"), to: bytes("1\n")),
      FileChange("a.sealed", from: bytes("0\n"), to: bytes("1\n")),
    ])
    #expect(scratch.names("home/.local/state/secrets").contains { $0.hasPrefix("lock-") })
    #expect(scratch.names("shop/secrets") == ["a.sealed", "team.keys"])
    let homeless = Scratch.context(home: nil, directory: scratch.at("shop"))
    try Project.find(in: homeless).commit([
      FileChange("team.keys", from: bytes("1\n"), to: bytes("2\n")),
      FileChange("a.sealed", from: bytes("1\n"), to: bytes("2\n")),
    ])
    #expect(scratch.names("shop/secrets") == [".lock.new", "a.sealed", "team.keys"])
    #expect(scratch.text("shop/secrets/a.sealed") == "2\n")
  }

  @Test("A read-only project is read, and writing it says what refused")
  func readOnly() throws {
    var project = try project()
    project.testOnlyGate = { _, _ in .fail(EROFS) }
    #expect(try project.read { try $0.bytes(of: "team.keys") } == bytes("0\n"))
    do {
      try project.commit([FileChange("team.keys", from: bytes("0\n"), to: bytes("1\n"))])
      Issue.record("written")
    } catch WorkspaceError.system(_, _, let code) {
      #expect(code == EROFS)
    }
  }

  @Test("An error out of half a commit is not shown; one of the files as they are is")
  func tornError() throws {
    struct Odd: Error {}
    var attempts = 0
    let project = try project()
    let result = try project.read { reading in
      attempts += 1
      let team = try reading.bytes(of: "team.keys")
      if attempts == 1 {
        scratch.write("shop/secrets/team.keys", "changed\n")
        throw Odd()
      }
      return team
    }
    #expect(result == bytes("changed\n"))
    #expect(throws: Odd.self) {
      try project.read { reading in
        _ = try reading.bytes(of: "team.keys")
        throw Odd()
      }
    }
  }
}
