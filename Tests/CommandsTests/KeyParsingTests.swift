// The command lines of `init`, `key`, `trust` and `join`: mistakes in their options show only when
// they are parsed.

import ArgumentParser
import Testing

@testable import Commands

@Suite("Parsing init, key, trust and join")
struct KeyParsingTests {
  private func parse<C: ParsableCommand>(_ line: String, as type: C.Type) throws -> C {
    try #require(try SecretsCommand.parseAsRoot(line.split(separator: " ").map(String.init)) as? C)
  }

  @Test("init")
  func initialise() throws {
    let plain = try parse("init", as: InitCommand.self)
    #expect(plain.name == nil && plain.dir == "secrets" && !plain.key.noPassphrase)
    let full = try parse(
      "init --name a --dir .secrets --ssh-key k --no-passphrase -C d --identity i",
      as: InitCommand.self)
    #expect(full.name == "a" && full.dir == ".secrets" && full.key.sshKey == "k")
    #expect(full.key.noPassphrase && full.global.directory == "d" && full.global.identity == "i")
  }

  @Test("key and its commands")
  func key() throws {
    let new = try parse("key new --no-passphrase -o p", as: KeyNewCommand.self)
    #expect(new.noPassphrase && new.output == "p")
    #expect(try parse("key new --output p", as: KeyNewCommand.self).output == "p")
    #expect(try parse("key show --json", as: KeyShowCommand.self).json)
    #expect(try parse("key list --json -C d", as: KeyListCommand.self).global.directory == "d")
    #expect(try parse("key passphrase --remove", as: KeyPassphraseCommand.self).remove)
    _ = try parse("key lock", as: KeyLockCommand.self)
    #expect(try parse("key unlock --for 8h", as: KeyUnlockCommand.self).time?.seconds == 28_800)
    let taken = try parse("key import - --no-passphrase -o p", as: KeyImportCommand.self)
    #expect(taken.path == "-" && taken.noPassphrase && taken.output == "p")
    #expect(
      try parse("key backup --identity i", as: KeyBackupCommand.self).global.identity == "i")
  }

  @Test("trust and join")
  func others() throws {
    #expect(try parse("trust P:K", as: TrustCommand.self).project == "P:K")
    #expect(try parse("trust --show --json", as: TrustCommand.self).json)
    #expect(try parse("trust --forget", as: TrustCommand.self).forget)
    let join = try parse("join bob --reason why --ssh-key k", as: JoinCommand.self)
    #expect(join.name == "bob" && join.reason == "why" && join.key.sshKey == "k")
  }

  @Test(
    "What says two things, or nothing, is wrong usage",
    arguments: [
      "init --dir elsewhere", "init bob", "key import", "key unlock 8h", "trust P --show",
      "trust --show --forget", "trust --json", "join bob alice", "key new extra",
    ])
  func wrong(_ line: String) {
    #expect(throws: (any Error).self) {
      _ = try SecretsCommand.parseAsRoot(line.split(separator: " ").map(String.init))
    }
  }
}
