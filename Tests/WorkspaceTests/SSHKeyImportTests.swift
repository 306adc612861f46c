// Importing a key with a passphrase through the real ssh-keygen, each in a process of its own, since
// the program in the foreground is one for the whole process.

import Foundation
import Sealing
import Testing
import Workspace

@Suite("Importing an OpenSSH key")
struct SSHKeyImportTests {
  private let folder: ScratchFolder
  /// In memory, and this test's own.
  private let memory: String

  init() throws {
    folder = try ScratchFolder()
    memory = "/dev/shm/secrets-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: memory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  /// Imports the key `key`, with what `askpass` answers, and says how it went.
  private static func run(folder: String, memory: String, path: String) throws -> String {
    let arena = SecureArena()
    let variables = [
      "PATH": path, "SSH_ASKPASS": "\(folder)/askpass", "SSH_ASKPASS_REQUIRE": "force",
      "SECRETS_IDENTITY": "fake-identity",
    ]
    let file = try #require(try PrivateFile.read("\(folder)/key", in: arena))
    do {
      let identity = try SSHKeyImport(places: [memory]) { variables[$0] }
        .identity(from: file.content, in: arena)
      return identity.publicKey.openSSH
    } catch {
      return "\(error)"
    }
  }

  private func expect(
    _ outcome: String, askpass: String, path: String = "/usr/bin:/bin"
  ) async throws {
    try folder.write("#!/bin/sh\n\(askpass)\n", to: "askpass", mode: 0o700)
    let before = try folder.read("key")
    await #expect(processExitsWith: .success) {
      [
        outcome = outcome as String, folder = folder.url.path as String, memory = memory as String,
        path = path as String
      ] in
      let found = try SSHKeyImportTests.run(folder: folder, memory: memory, path: path)
      #expect(found == outcome)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: memory) == [], "nothing is left")
    #expect(try folder.read("key") == before, "the key itself is as it was")
    try FileManager.default.removeItem(atPath: memory)
  }

  @Test("The passphrase is taken off a copy in memory only")
  func imported() async throws {
    let line = try folder.makeKey("key", passphrase: "fake-pass", options: ["-a", "1"])
    let key = try OpenSSHPublicKey.parse(line).key
    // What asks sees the copy, and no identity in its environment.
    try await expect(
      key.openSSH,
      askpass: """
        [ -z "$SECRETS_IDENTITY" ] || exit 1
        [ "$(stat -c %a \(memory)/*/id_ed25519)" = 600 ] || exit 1
        [ "$(stat -c %a \(memory)/*)" = 700 ] || exit 1
        echo fake-pass
        """)
  }

  @Test("A key without a passphrase needs no ssh-keygen")
  func plain() async throws {
    let key = try OpenSSHPublicKey.parse(folder.makeKey("key")).key
    try await expect(key.openSSH, askpass: "exit 1", path: "/nowhere")
  }

  @Test("A wrong passphrase changes nothing and leaves nothing")
  func wrong() async throws {
    _ = try folder.makeKey("key", passphrase: "fake-pass", options: ["-a", "1"])
    try await expect("programFailed(code: 255)", askpass: "echo other")
  }

  @Test("A missing ssh-keygen is told, and leaves nothing")
  func missing() async throws {
    _ = try folder.makeKey("key", passphrase: "fake-pass", options: ["-a", "1"])
    try await expect("programMissing", askpass: "echo fake-pass", path: "/nowhere")
  }

  @Test("A program that dies is told, and leaves nothing")
  func killed() async throws {
    _ = try folder.makeKey("key", passphrase: "fake-pass", options: ["-a", "1"])
    try folder.write("#!/bin/sh\nkill -KILL $$\n", to: "ssh-keygen", mode: 0o700)
    try await expect(
      "interrupted(signal: 9)", askpass: "echo fake-pass", path: folder.url.path + ":/bin")
  }

  @Test("A program that hands back another key is not believed")
  func swapped() async throws {
    _ = try folder.makeKey("key", passphrase: "fake-pass", options: ["-a", "1"])
    _ = try folder.makeKey("other")
    try folder.write(
      "#!/bin/sh\ncat \(folder.path("other")) >\"$5\"\n", to: "ssh-keygen", mode: 0o700)
    try await expect(
      "key(Workspace.OpenSSHKeyError.damaged(Workspace.OpenSSHKeyFault.mismatch))",
      askpass: "echo fake-pass", path: folder.url.path + ":/usr/bin:/bin")
  }

  @Test("A key of another type never gets as far")
  func otherType() async throws {
    _ = try folder.makeKey("key", type: "ecdsa", passphrase: "fake-pass")
    try await expect(
      "key(Workspace.OpenSSHKeyError.otherType(\"ecdsa-sha2-nistp256\"))", askpass: "exit 1")
  }
}
