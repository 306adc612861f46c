// Environments are made, protected and removed by signed lines.

import Testing

@Suite("env")
struct EnvTests {
  @Test("A new environment can be written by who made it, and lists its base")
  func new() throws {
    let pair = try Pair(granting: nil)
    try pair.alice(
      ["env", "new", "staging", "--protected", "--extends", "development"],
      stderr: """
        secrets: made staging, which you may write
        secrets: hint: git add secrets && git commit

        """)
    try pair.alice(
      ["env", "list"],
      stdout: """
        development\t\t\tdefault
        production\tprotected\t\tdefault
        staging\tprotected\tdevelopment\tdefault

        """)
    try pair.set("TOKEN", "fake-1", in: "staging")
    #expect(try pair.value("TOKEN", in: "staging") == "fake-1")
    try pair.alice(["check"], stdout: .like("all good: 3 environments,⋯\n"))
  }

  @Test("What another environment has is shown as still to be set, and no value is copied")
  func like() throws {
    let pair = try Pair(granting: nil)
    try pair.set("BASE", "fake-base")
    try pair.set("BASE", "fake-own", in: "production")
    try pair.set("TOKEN", "fake-1", in: "production")
    try pair.alice(
      ["env", "new", "eu", "--extends", "development", "--like", "production"],
      stdout: "secrets set TOKEN -e eu\n", stderr: .containing(["1 name of production"]))
    #expect(try pair.value("TOKEN", in: "eu") == nil)
  }

  @Test("Whoever lets somebody in is told what stays closed under it, and how to open that")
  func closedBases() throws {
    let pair = try Pair()
    try pair.set("BASE", "fake-base")
    try pair.alice(["env", "new", "staging", "--extends", "development"], stderr: .anything)
    try pair.alice(["env", "new", "review", "--extends", "staging"], stderr: .anything)
    try pair.alice(
      ["team", "add", "ci", "--machine", "--new-key", "--grant", "review"], stdout: .anything,
      stderr: """
        secrets: added the machine ci, who may read review
        secrets: handed the key of review to ci
        secrets: warning: ci has no grant for development, which review extends: 1 secret of it not given
        secrets: hint: secrets grant ci development --read
        secrets: hint: git add secrets && git commit

        """)
    try pair.alice(
      ["grant", "ci", "staging/deploy", "--read"],
      stderr: .containing(["warning: ci has no grant for development, which staging extends"]))
    try pair.alice(
      ["grant", "bob", "review"],
      stderr: """
        secrets: bob may write review
        secrets: handed the key of review to bob
        secrets: hint: git add secrets && git commit

        """)
    try pair.alice(
      ["grant", "ci", "development", "--read"],
      stderr: """
        secrets: ci may read development
        secrets: handed the key of development to ci
        secrets: hint: git add secrets && git commit

        """)
  }

  @Test("An environment is made once, from one that exists, and by an admin")
  func refusals() throws {
    let pair = try Pair()
    let before = try pair.files()
    try pair.refuses(
      ["env", "new", "production"], 2,
      stderr: """
        secrets: error: the environment `production` is there already
        secrets: hint: secrets env list; to protect it: secrets env protect production

        """)
    try pair.refuses(
      ["env", "new", "eu", "--extends", "produktion"], 1,
      stderr: """
        secrets: error: there is no environment `produktion`
        secrets: hint: did you mean `production`? secrets env list

        """)
    try pair.refuses(["env", "new", "eu", "--extends", "eu"], 2, stderr: .anything)
    try pair.refuses(["env", "new", "Big"], 2, stderr: .anything)
    try pair.refuses(
      ["env", "new", "eu"], 3, as: "bob", stderr: .containing(["only the root or an admin"]))
    #expect(try pair.files() == before)
    try pair.scratch.write("alice/project/secrets/eu.sealed", "planted\n")
    try pair.refuses(["env", "new", "eu"], 4, stderr: .anything)
  }

  @Test("Protecting changes one line, and twice is once")
  func protect() throws {
    let pair = try Pair(granting: nil)
    try pair.alice(
      ["env", "unprotect", "production"], stderr: "secrets: production is now unprotected\n")
    try pair.alice(
      ["env", "unprotect", "production"],
      stderr: "secrets: production is unprotected already\n")
    try pair.alice(["env", "protect", "production"], stderr: .containing(["now protected"]))
    try pair.refuses(["env", "protect", "nowhere"], 1, stderr: .anything)
  }

  @Test("A removed environment is gone, and whoever had a grant has none when it is made again")
  func remove() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-1", as: "bob")
    try pair.scratch.publish("value", user: "bob")
    try pair.pull("alice")
    try pair.refuses(
      ["env", "remove", "development"], 2,
      stderr: .containing(["takes its values out of the project", "--yes"]))
    try pair.refuses(["env", "remove", "development", "--yes"], 3, as: "bob", stderr: .anything)
    try pair.alice(
      ["env", "remove", "development", "--yes"],
      stderr: .containing(["removed development and its grants"]))
    try pair.alice(["env", "list"], stdout: "production\tprotected\t\tdefault\n")
    try pair.alice(["check"], stdout: .like("all good: 1 environment,⋯\n"))
    try pair.alice(["env", "new", "development"], stderr: .anything)
    try pair.alice(["check"], stdout: .like("all good: 2 environments,⋯\n"))
    try pair.scratch.publish("again")
    try pair.pull("bob")
    try pair.refuses(["set", "TOKEN"], 3, as: "bob", stdin: "fake-2", stderr: .anything)
  }

  @Test("Whoever pulls the removal of an environment and a new one of its name reads the new one")
  func madeAgain() throws {
    let pair = try Pair()
    try pair.set("TOKEN", "fake-old")
    try pair.scratch.publish("old")
    try pair.pull("bob")
    #expect(try pair.value("TOKEN", as: "bob") == "fake-old")
    try pair.alice(["env", "remove", "development", "--yes"], stderr: .anything)
    try pair.scratch.commit("remove")
    try pair.alice(["env", "new", "development"], stderr: .anything)
    try pair.alice(["grant", "bob", "development"], stderr: .anything)
    try pair.set("TOKEN", "fake-new")
    try pair.scratch.commit("again")
    try pair.alice(
      ["check", "--against", "origin/main"],
      stdout: .containing(["development: the key of role `default` replaced by alice"]))
    try pair.scratch.git("push", "-q")
    try pair.pull("bob")
    #expect(try pair.value("TOKEN", as: "bob") == "fake-new")
    try pair.bob(["check"], stdout: .like("all good: 2 environments,⋯\n"))
    // From here on nothing is excused by that.
    let path = "bob/project/secrets/development.sealed"
    let text = try #require(pair.scratch.text(path))
    let kept = text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("secret ") }
    try pair.scratch.write(path, kept.joined(separator: "\n"))
    let told = try pair.refuses(["check"], 4, as: "bob", stdout: .anything).text
    #expect(told.contains("the secret `TOKEN`: it was rolled back"))
  }

  @Test("Nobody else's environment is removed from under one that extends it")
  func extended() throws {
    let pair = try Pair(granting: nil)
    try pair.alice(["env", "new", "eu", "--extends", "production"], stderr: .anything)
    try pair.refuses(
      ["env", "remove", "production", "--yes"], 2,
      stderr: .containing(["`eu` extends it", "secrets env remove eu"]))
  }
}
