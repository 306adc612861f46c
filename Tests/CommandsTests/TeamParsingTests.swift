import ArgumentParser
import Testing

@testable import Commands

@Suite("Command lines of team, env, grant, check, resolve and verify")
struct TeamParsingTests {
  private func parse<Command: ParsableCommand>(
    _ line: String, as type: Command.Type
  ) throws -> Command {
    let words = line.split(separator: " ").map(String.init)
    let command = try SecretsCommand.parseAsRoot(SecretsCommand.inPlace(words))
    return try #require(command as? Command)
  }

  @Test("Members")
  func team() throws {
    let add = try parse(
      "team add ci --machine --new-key --grant production/deploy,staging --grant eu",
      as: TeamAddCommand.self)
    #expect(add.name == "ci" && add.machine && add.newKey && add.key.isEmpty)
    #expect(
      try RoleAddress.list(add.grant) == [
        RoleAddress(environment: "production", role: "deploy"),
        RoleAddress(environment: "staging", role: "default"),
        RoleAddress(environment: "eu", role: "default"),
      ])
    let unquoted = try parse("team add bob ssh-ed25519 AAAA bob@x --yes", as: TeamAddCommand.self)
    #expect(unquoted.key == ["ssh-ed25519", "AAAA", "bob@x"] && unquoted.yes)
    #expect(try parse("team add bob - --read", as: TeamAddCommand.self).key == ["-"])
    #expect(try parse("team list --json", as: TeamListCommand.self).json)
  }

  @Test("Environments")
  func env() throws {
    let new = try parse("env new eu --protected --extends a --like b", as: EnvNewCommand.self)
    #expect(new.name == "eu" && new.protected && new.extends == "a" && new.like == "b")
    #expect(try parse("env protect eu", as: EnvProtectCommand.self).name == "eu")
    #expect(try parse("env unprotect eu", as: EnvUnprotectCommand.self).name == "eu")
    #expect(try parse("env remove eu --yes", as: EnvRemoveCommand.self).yes)
    #expect(try parse("env list --json", as: EnvListCommand.self).json)
  }

  @Test("Grants")
  func grant() throws {
    let grant = try parse(
      "grant bob production/billing --read --for 2h --reason why", as: GrantCommand.self)
    #expect(grant.name == "bob" && grant.target == "production/billing" && grant.read)
    #expect(grant.span?.seconds == 7200 && grant.reason == "why")
  }

  @Test("Checks; an id to take may begin with a dash")
  func safety() throws {
    let check = try parse("check eu --rev v1 --against main --json", as: CheckCommand.self)
    #expect(check.env == "eu" && check.rev == "v1" && check.against == "main" && check.json)
    let resolve = try parse(
      "resolve TOKEN --take -7od_n32 --dry-run -e eu --role r", as: ResolveCommand.self)
    #expect(resolve.name == "TOKEN" && resolve.take == "-7od_n32" && resolve.dryRun)
    #expect(resolve.environment == "eu" && resolve.role == "r")
    #expect(try parse("verify --accept --yes", as: VerifyCommand.self).accept)
    #expect(try parse("git-textconv x", as: GitTextconvCommand.self).file == "x")
  }

  @Test("A project's id may begin with a dash")
  func dashedID() throws {
    let id = "-9wck_tmEhHgshHdlVMKAg"
    for words in [["trust", id], ["-C", "dir", "trust", id], ["trust", "-C", "dir", id]] {
      let parsed = try SecretsCommand.parseAsRoot(SecretsCommand.inPlace(words))
      let command = try #require(parsed as? TrustCommand)
      #expect(command.project == id)
    }
    #expect(SecretsCommand.inPlace(["trust", "--", id]) == ["trust", "--", id])
    #expect(SecretsCommand.inPlace(["run", "--", id]) == ["run", "--", id])
  }

  @Test("The folder may be named before the command, also before a nested one")
  func inPlace() throws {
    #expect(try parse("-C /x team list --json", as: TeamListCommand.self).global.directory == "/x")
    let both = try parse("-C /x --identity k check", as: CheckCommand.self)
    #expect(both.global.directory == "/x" && both.global.identity == "k")
    #expect(SecretsCommand.inPlace(["run", "--", "-C", "x"]) == ["run", "--", "-C", "x"])
    #expect(
      SecretsCommand.inPlace(["-C", "x", "run", "--", "a"]) == ["run", "-C", "x", "--", "a"])
    #expect(SecretsCommand.inPlace(["-C"]) == ["-C"])
  }

  @Test(
    "What is no role is refused", arguments: ["", "/", "a/", "/b", "a/b/c", "A", "x.local", "a b"])
  func badAddresses(text: String) { #expect(throws: Refusal.self) { try RoleAddress(text) } }
}
