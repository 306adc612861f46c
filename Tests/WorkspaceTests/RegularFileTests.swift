import Glibc
import Sealing
import Testing

@testable import Workspace

@Suite struct RegularFileTests {
  let scratch = Scratch()

  private func read(_ name: String, limit: Int = 100) throws -> [UInt8]? {
    guard let file = try RegularFile.open(scratch.at(name), limit: limit) else { return nil }
    return try file.bytes()
  }

  @Test("A file is read whole, and none is nil")
  func whole() throws {
    scratch.write("file", "some bytes")
    scratch.write("empty", "")
    #expect(try read("file") == bytes("some bytes"))
    #expect(try read("empty") == [])
    #expect(try read("none") == nil)
    #expect(try read("file/below") == nil)
  }

  @Test("A file of exactly the limit is read, one byte more is refused before it is")
  func limit() throws {
    scratch.write("file", "0123456789")
    #expect(try read("file", limit: 10)?.count == 10)
    #expect(throws: WorkspaceError.tooLarge(path: scratch.at("file"), limit: 9)) {
      try read("file", limit: 9)
    }
  }

  @Test("A pipe, a folder, a device or a socket does not block and is refused")
  func otherKinds() throws {
    mkfifo(scratch.at("pipe"), 0o600)
    scratch.folder("folder")
    try scratch.sh(
      "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")'")
    for path in [scratch.at("pipe"), scratch.at("folder"), scratch.at("socket"), "/dev/zero"] {
      #expect(throws: WorkspaceError.notRegularFile(path: path)) {
        try RegularFile.open(path, limit: 100)?.bytes()
      }
    }
  }

  @Test("A link is followed only where the path is the user's own")
  func link() throws {
    scratch.write("file", "outside")
    symlink(scratch.at("file"), scratch.at("link"))
    #expect(throws: WorkspaceError.symbolicLink(path: scratch.at("link"))) { try read("link") }
    let file = try RegularFile.open(scratch.at("link"), limit: 100, followingLink: true)
    #expect(try file?.bytes() == bytes("outside"))
  }

  @Test("An identity goes into secret memory, with its owner and mode told")
  func secret() throws {
    scratch.write("identity", "fake-seed")
    chmod(scratch.at("identity"), 0o640)
    let arena = SecureArena()
    guard let file = try RegularFile.open(scratch.at("identity"), limit: 100) else {
      Issue.record("not opened")
      return
    }
    #expect(file.permissions == 0o640)
    #expect(file.owner == geteuid())
    let secret = try file.secret(into: arena)
    secret.withBytes { span in
      #expect(span.withUnsafeBytes { Array($0) } == bytes("fake-seed"))
    }
  }
}
