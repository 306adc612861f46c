// A key that we write is one that OpenSSH takes.

import Foundation
import Sealing
import Testing
import Workspace

@Suite("OpenSSH key, written")
struct OpenSSHKeyTextTests {
  private let arena = SecureArena()

  @Test(
    "ssh-keygen and our reader take a key that was written, whatever its padding",
    arguments: ["D@development", "", "a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg"])
  func judged(comment: String) throws {
    let identity = Identity.generate(in: arena)
    let text = OpenSSHKey.text(of: identity, comment: comment, in: arena)
    let key = try OpenSSHKey.parse(text, in: arena)
    #expect(key.publicKey == identity.publicKey && !key.isEncrypted)
    let folder = try ScratchFolder()
    let string = text.withBytes { bytes in
      bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
    #expect(string.split(separator: "\n").dropFirst().dropLast().allSatisfy { $0.count <= 70 })
    try folder.write(string, to: "key")
    let line = OpenSSHKey.publicLine(of: identity.publicKey, comment: comment)
    #expect(try folder.publicLine(of: "key") == line.trimmingCharacters(in: .whitespaces))
  }
}

extension ScratchFolder {
  /// The public line that ssh-keygen reads out of a private key.
  fileprivate func publicLine(of name: String) throws -> String {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/ssh-keygen")
    process.arguments = ["-y", "-f", path(name)]
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
