import Glibc
import Testing

@testable import Workspace

@Suite struct RepositoryTests {
  let scratch = Scratch()

  @Test("The branch is read from HEAD: a slash in it, no commit yet, none checked out")
  func head() throws {
    try scratch.sh("git init -q -b feature/one shop")
    let repository = try #require(Repository(topLevel: scratch.at("shop")))
    #expect(repository.head() == .branch("feature/one"))
    try scratch.sh("git commit -q --allow-empty -m one; git checkout -q --detach", in: "shop")
    #expect(repository.head() == .detached)
  }

  @Test("A worktree has its own branch and the clone's remote")
  func worktree() throws {
    try scratch.sh(
      """
      git init -q -b main shop; cd shop; git commit -q --allow-empty -m one
      git remote add origin git@example.com:acme/shop.git
      git worktree add -q -b side ../side
      """)
    let repository = try #require(Repository(topLevel: scratch.at("side")))
    #expect(repository.head() == .branch("side"))
    #expect(repository.remoteAddress() == "git@example.com:acme/shop.git")
    #expect(repository.gitDirectory == scratch.at("shop/.git/worktrees/side"))
    #expect(repository.commonDirectory == scratch.at("shop/.git"))
  }

  @Test("A folder named .git that is none is passed over")
  func noRepository() {
    scratch.folder("shop/.git")
    #expect(Repository(topLevel: scratch.at("shop")) == nil)
    scratch.write("file/.git", "something else\n")
    #expect(Repository(topLevel: scratch.at("file")) == nil)
  }

  @Test("The address is the one that git gives, in every spelling of its configuration")
  func sameAsGit() throws {
    let addresses = [
      "git@example.com:a/b.git", "https://example.com/a b", "/srv/with\"quote", "/srv/back\\slash",
      "/srv/hash#tag", "/srv/semi;colon", "  /srv/led by blanks",
    ]
    for address in addresses {
      try scratch.sh("rm -rf shop; git init -q shop")
      let git = try GitCommand(in: scratch.context, directory: scratch.at("shop"))
      try git.configure("remote.origin.url", address)
      let repository = try #require(Repository(topLevel: scratch.at("shop")))
      #expect(repository.remoteAddress() == address)
    }
  }

  @Test(
    "Configuration written by hand is understood",
    arguments: [
      ("[remote \"origin\"]\n\turl = a\n", "a"),
      ("[REMOTE \"origin\"] URL=a ; comment\n", "a"),
      (
        "# x\n[core]\nurl = no\n[remote \"up\"]\nurl = b\n[remote \"origin\"]\n url = \"a#\" # c",
        "a#"
      ),
      ("[remote \"z\"]\nurl = z\n[remote \"b\"]\nurl = b\n", "b"),
      ("[remote \"origin\"]\nurl = a\\\nb\nurl = second\n", "ab"),
      ("[remote \"or\\\"x\"]\nurl = q\r\n", "q"),
      ("[branch \"main\"]\nremote = origin\n", nil),
      ("[remote \"origin\"]\nfetch\nurl\n", nil),
      ("[remote \"origin", nil),
    ] as [(String, String?)])
  func configuration(text: String, expected: String?) throws {
    try scratch.sh("git init -q shop")
    scratch.write("shop/.git/config", text)
    #expect(Repository(topLevel: scratch.at("shop"))?.remoteAddress() == expected)
  }
}
