import Glibc
import Testing

@testable import Workspace

@Suite struct StateFolderTests {
  let scratch = Scratch()

  private func state(_ context: Context? = nil) throws -> StateFolder {
    try #require(StateFolder(in: context ?? scratch.context))
  }

  @Test("What is kept is read again, replaced and forgotten; only its owner can read it")
  func kept() throws {
    let state = try state()
    #expect(try state.read("project-1") == nil)
    #expect(try state.write("project-1", bytes("one")))
    #expect(try state.write("project-1", bytes("two")))
    #expect(try state.read("project-1") == bytes("two"))
    var status = stat()
    stat(state.path, &status)
    #expect(status.st_mode & 0o777 == 0o700)
    stat(state.path + "/project-1", &status)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(try state.remove("project-1"))
    #expect(try state.read("project-1") == nil)
    #expect(scratch.names("home/.local/state/secrets") == ["lock"])
  }

  @Test("XDG_STATE_HOME comes first, where it is absolute; no home is no memory")
  func places() throws {
    let named = Scratch.context(home: "/h", directory: "/", state: scratch.at("state"))
    #expect(StateFolder(in: named)?.path == scratch.at("state/secrets"))
    let relative = Scratch.context(home: "/h", directory: "/", state: "state")
    #expect(StateFolder(in: relative)?.path == "/h/.local/state/secrets")
    #expect(StateFolder(in: Scratch.context(home: nil, directory: "/")) == nil)
  }

  @Test("A home that cannot be written is no memory and no error")
  func readOnly() throws {
    let nowhere = try state(Scratch.context(home: "/proc/none", directory: "/"))
    #expect(try nowhere.read("a") == nil)
    #expect(try !nowhere.write("a", []))
    scratch.write("file", "")
    #expect(try !state(Scratch.context(home: scratch.at("file"), directory: "/")).write("a", []))
  }

  @Test("Memory that others can write, or did, is refused and not passed over")
  func unsafe() throws {
    let state = try state()
    try state.write("a", bytes("one"))
    chmod(state.path + "/a", 0o666)
    #expect(throws: WorkspaceError.unsafeState(path: state.path + "/a")) { try state.read("a") }
    chmod(state.path + "/a", 0o600)
    chmod(state.path, 0o777)
    #expect(throws: WorkspaceError.unsafeState(path: state.path)) { try state.read("a") }
    #expect(throws: WorkspaceError.unsafeState(path: state.path)) { try state.write("a", []) }
  }

  @Test("Another user's memory is not written, so that root leaves nothing there")
  func foreign() throws {
    try state().write("a", bytes("one"))
    chown(try state().path, 4242, 4242)
    chown(try state().path + "/a", 4242, 4242)
    #expect(try !state().write("a", bytes("two")))
    #expect(try state().read("a") == bytes("one"))
    var other = scratch.context
    other.userID = 1000
    #expect(throws: WorkspaceError.self) { try state(other).read("a") }
  }

  @Test(
    "No name leads out of the folder", arguments: ["../x", "a/b", ".x", "", "lock", "journal-x"])
  func names(name: String) throws {
    #expect(throws: WorkspaceError.badFileName(name)) { try state().write(name, []) }
    #expect(throws: WorkspaceError.badFileName(name)) { try state().read(name) }
  }

  @Test("Ten at once lose nothing of what each adds")
  func atOnceAll() throws {
    let context = scratch.context
    atOnce(10) { index in
      do {
        let state = try #require(StateFolder(in: context))
        for _ in 0..<5 {
          try state.update("list", Patience(milliseconds: 60_000)) { ($0 ?? []) + [UInt8(index)] }
        }
      } catch {
        Issue.record("\(error)")
      }
    }
    #expect(try state().read("list")?.count == 50)
  }

  @Test(
    "A crash or a full disk at any call leaves the old or the new, and the next is not hindered")
  func crash() throws {
    for verdict in [Disk.Verdict.crash, .fail(ENOSPC)] {
      for step in 0..<100 {
        try scratch.sh("rm -rf home; mkdir home")
        try state().write("a", bytes("old"))
        var calls = 0
        var broken = try state()
        broken.testOnlyGate = { _, _ in
          calls += 1
          return calls - 1 == step ? verdict : .proceed
        }
        _ = try? broken.write("a", bytes("new"))
        let now = try state().read("a")
        #expect(now == bytes("old") || now == bytes("new"))
        try state().write("b", [])
        #expect(scratch.names("home/.local/state/secrets") == ["a", "b", "lock"])
        if calls <= step { break }
      }
    }
  }
}
