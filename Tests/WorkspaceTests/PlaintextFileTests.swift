// The plaintext file that an import removes: its bytes are overwritten where they lay, and nothing else
// than what was read is removed.

import Foundation
import Glibc
import Sealing
import Testing

@testable import Workspace

@Suite("Plaintext file")
struct PlaintextFileTests {
  private let arena = SecureArena()
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func read(_ name: String) throws -> PlaintextFile {
    try #require(try PlaintextFile.read(folder.path(name), limit: 1 << 20, into: arena)).file
  }

  @Test("Whoever has the file open finds zeros in it, and no name leads to it any more")
  func overwritten() throws {
    let text = String(repeating: "fake", count: 40_000)
    try folder.write(text, to: ".env")
    let held = try FileHandle(forReadingFrom: folder.url.appending(path: ".env"))
    try read(".env").destroy()
    let left = try #require(try held.readToEnd())
    #expect(left.count == text.utf8.count && left.allSatisfy { $0 == 0 })
    #expect(access(folder.path(".env"), F_OK) != 0)
  }

  @Test("A file that was written to since it was read stays as it is")
  func changed() throws {
    try folder.write("A=fake", to: ".env")
    let file = try read(".env")
    try folder.write("A=newer", to: ".env")
    #expect(throws: WorkspaceError.changedUnderneath(path: folder.path(".env"))) {
      try file.destroy()
    }
    #expect(try folder.read(".env") == "A=newer")
  }

  @Test("A link is not followed, and a file with two names is left to both")
  func links() throws {
    try folder.write("A=fake", to: ".env")
    symlink(folder.path(".env"), folder.path("link"))
    #expect(throws: WorkspaceError.symbolicLink(path: folder.path("link"))) { try read("link") }
    let file = try read(".env")
    link(folder.path(".env"), folder.path("other"))
    #expect(throws: WorkspaceError.severalNames(path: folder.path(".env"))) { try read(".env") }
    // One that got its second name meanwhile, too.
    #expect(throws: WorkspaceError.self) { try file.destroy() }
    #expect(try folder.read("other") == "A=fake")
  }

  @Test("An empty file is removed, a folder and what is not there are not")
  func others() throws {
    try folder.write("", to: "empty")
    try read("empty").destroy()
    #expect(access(folder.path("empty"), F_OK) != 0)
    #expect(throws: WorkspaceError.notRegularFile(path: folder.url.path)) {
      _ = try PlaintextFile.read(folder.url.path, limit: 1, into: arena)
    }
    let missing = try PlaintextFile.read(folder.path("missing"), limit: 1, into: arena)
    #expect(missing == nil)
  }
}
