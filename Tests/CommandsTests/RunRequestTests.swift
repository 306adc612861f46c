// Two ways in, one engine: what the fast door reads and what the parser reads are one request.

import ArgumentParser
import Glibc
import Testing

@testable import Commands

@Suite("run's request")
struct RunRequestTests {
  private func withArguments<R>(
    _ words: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> R
  ) rethrows -> R {
    var pointers = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return try pointers.withUnsafeMutableBufferPointer { try body($0.baseAddress!) }
  }

  private func plain(_ words: [String]) -> RunRequest? {
    withArguments(["secrets"] + words) { RunRequest(plain: $0) }
  }

  private func parsed(_ words: [String]) throws -> RunRequest {
    let command = try #require(try SecretsCommand.parseAsRoot(words) as? RunCommand)
    return withArguments(["secrets"] + words) {
      command.request(commandStart: RunRequest.commandStart(in: $0))
    }
  }

  @Test(
    "The plain form is read the same by both",
    arguments: [
      ["run", "--", "true"], ["run", "--", "npm", "start"], ["run", "-e", "production", "--", "x"],
      ["run", "--env", "production", "--", "x", "-e", "y"], ["run", "--", "--", "x"],
      ["run", "--", "sh", "-c", "echo -- $X"], ["run", "-e", "staging", "--", "-x"],
    ])
  func same(words: [String]) throws {
    #expect(try plain(words) == parsed(words))
  }

  @Test(
    "What has more to it is left to the parser",
    arguments: [
      ["run"], ["run", "--"], ["run", "true"], ["run", "--keep", "--", "x"],
      ["run", "-e", "a", "-e", "b", "--", "x"], ["run", "-e", "--", "x"], ["run", "-e"],
      ["run", "-ex", "--", "x"], ["set", "--", "x"], [], ["-C", "x", "run", "--", "y"],
    ])
  func notPlain(words: [String]) {
    #expect(plain(words) == nil)
  }

  @Test("Each option reaches the request")
  func options() throws {
    let request = try parsed([
      "run", "-C", "dir", "--identity", "file", "--role", "a", "--role", "b", "--only", "X*",
      "--except", "Y", "--prefix", "P_", "--keep", "--clean", "--yes", "--pass-identity", "--",
      "cmd",
    ])
    var wanted = RunRequest()
    wanted.directory = "dir"
    wanted.identity = "file"
    wanted.roles = ["a", "b"]
    wanted.only = ["X*"]
    wanted.except = ["Y"]
    wanted.prefix = "P_"
    wanted.keepsSurroundings = true
    wanted.isClean = true
    wanted.isConfirmed = true
    wanted.passesIdentity = true
    wanted.commandStart = 21
    #expect(request == wanted)
  }

  @Test("--keep and --override exclude each other, and a command is needed")
  func refused() {
    #expect(throws: (any Error).self) { try parsed(["run", "--keep", "--override", "--", "x"]) }
    #expect(throws: (any Error).self) { try parsed(["run"]) }
    #expect(throws: (any Error).self) { try parsed(["run", "npm", "start"]) }
  }
}
