import Sealing
import Testing

@testable import Workspace

@Suite struct ContextTests {
  @Test("A variable that is set to nothing counts as not set")
  func emptyVariable() {
    let block = EnvironmentBlock(["EMPTY": "", "NAME": "value", "NAMES": "other"])
    #expect(block["EMPTY"] == nil)
    #expect(block["NAME"] == "value")
    #expect(block["NAM"] == nil)
    #expect(block.secret("EMPTY", into: SecureArena())?.count == 0)
    #expect(block.secret("NAM", into: SecureArena()) == nil)
  }

  @Test("A key taken from the environment is no longer to be read there, however often it stood")
  func wipedVariable() throws {
    let block = EnvironmentBlock(["KEY": "fake-key", "OTHER": "stays", "KEY": "fake-second"])
    let entry = try #require(block.pointer[0])
    let secret = try #require(block.secret("KEY", into: SecureArena()))
    block.wipe("KEY")
    secret.withBytes { bytes in
      #expect(bytes.withUnsafeBytes { Array($0) } == Array("fake-key".utf8))
    }
    #expect(block["KEY"] == nil)
    #expect(block["OTHER"] == "stays")
    let left = UnsafeRawBufferPointer(start: entry, count: 12)
    #expect(Array(left) == Array("KEY=".utf8) + [UInt8](repeating: 0, count: 8))
  }
}
