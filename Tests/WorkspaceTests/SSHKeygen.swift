// Keys made by the real ssh-keygen in a folder of their own.

import Foundation
import Sealing
import Testing

final class ScratchFolder {
  let url = FileManager.default.temporaryDirectory.appending(
    path: "secrets-test-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func write(_ text: String, to name: String, mode: Int = 0o600) throws {
    try FileManager.default.createDirectory(
      at: url.appending(path: name).deletingLastPathComponent(), withIntermediateDirectories: true)
    if mode & 0o111 == 0 {
      try Data(text.utf8).write(to: url.appending(path: name))
    } else {
      // By another process: a file that this one has open, and with it whatever another test is
      // just starting, cannot be executed.
      try run("/bin/sh", ["-c", #"printf %s "$2" >"$1""#, "sh", path(name), text])
    }
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: url.appending(path: name), encoding: .utf8)
  }

  /// Makes a key and gives back its public line.
  func makeKey(
    _ name: String, type: String = "ed25519", passphrase: String = "", options: [String] = []
  ) throws -> String {
    try run(
      "/usr/bin/ssh-keygen",
      ["-q", "-t", type, "-N", passphrase, "-C", "a comment", "-f", path(name)] + options)
    return try read(name + ".pub")
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}

extension SecureArena {
  func secret(_ bytes: [UInt8]) -> Secret { copy(bytes.span.bytes) }

  func secret(_ text: String) -> Secret { secret(Array(text.utf8)) }
}

extension Secret {
  var array: [UInt8] { withBytes { span in span.withUnsafeBytes { [UInt8]($0) } } }

  var string: String { String(decoding: array, as: UTF8.self) }
}
