import Glibc
import Testing

@testable import Workspace

@Suite struct GitCommandTests {
  let scratch = Scratch()

  private func git(_ name: String = "shop") throws -> GitCommand {
    try GitCommand(in: scratch.context, directory: scratch.at(name))
  }

  @Test("Without git the error says so, and a git that lies in a relative folder is not started")
  func missingGit() throws {
    var context = scratch.context
    context.environment = EnvironmentBlock(["PATH": "bin:.:\(scratch.at("empty"))"])
    scratch.write("bin/git", "#!/bin/sh\ntouch started\n")
    chmod(scratch.at("bin/git"), 0o755)
    #expect(throws: WorkspaceError.gitMissing) {
      try GitCommand(in: context, directory: scratch.path)
    }
  }

  @Test("A repository's configuration starts nothing")
  func hostileConfiguration() throws {
    try scratch.sh("git init -q shop; cd shop; echo a >team.keys; git add .; git commit -q -m one")
    try scratch.sh(
      """
      printf '#!/bin/sh\\ntouch \(scratch.at("started"))\\n' >evil; chmod +x evil
      cd shop; git config core.fsmonitor ../evil; git config diff.external \(scratch.at("evil"))
      git config diff.x.textconv \(scratch.at("evil")); echo '* diff=x' >.git/info/attributes
      git update-ref refs/remotes/origin/main HEAD; git config core.pager \(scratch.at("evil"))
      """)
    let git = try git()
    let commit = try #require(try git.commit("HEAD"))
    let files = try git.files(at: commit, in: "")
    #expect(try git.contents(of: try #require(files.first).blob, limit: 10) == bytes("a\n"))
    #expect(try git.remoteEverHeld("a"))
    #expect(try git.unmergedFiles(in: "").isEmpty)
    #expect(try git.ignoreRule(for: "b") == nil)
    #expect(access(scratch.at("started"), F_OK) != 0)
  }

  @Test("Variables of a hook and of secrets do not reach git")
  func environment() throws {
    try scratch.sh("git init -q shop; git init -q other")
    var context = scratch.context
    context.environment = EnvironmentBlock([
      "PATH": "/usr/bin", "GIT_DIR": scratch.at("other/.git"), "SECRETS_IDENTITY": "fake-key",
      "GIT_CONFIG_GLOBAL": "/dev/null",
    ])
    let git = try GitCommand(in: context, directory: scratch.at("shop"))
    let top = try git.output(["rev-parse", "--show-toplevel"])
    #expect(String(decoding: top.bytes, as: UTF8.self) == scratch.at("shop") + "\n")
    let all = try git.output(["-c", "alias.env=!env", "env"]).bytes
    #expect(!String(decoding: all, as: UTF8.self).contains("fake-key"))
  }

  @Test("More output than asked for ends git; a failure carries its message")
  func limits() throws {
    let printed = try scratch.sh(
      "git init -q shop; cd shop; head -c 300000 /dev/zero >a; git hash-object -w a")
    let blob = String(printed.dropLast())
    let git = try git()
    #expect(try git.contents(of: blob, limit: 300_000).count == 300_000)
    #expect(throws: WorkspaceError.self) { try git.contents(of: blob, limit: 299_999) }
    let failure = #expect(throws: WorkspaceError.self) {
      try git.contents(of: "nonsense", limit: 10)
    }
    guard case .gitFailed(_, let status, let message) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(status == 128)
    #expect(message.hasPrefix("fatal: "))
  }

  @Test("Input larger than a pipe is fed while output is read")
  func largeInput() throws {
    try scratch.sh("git init -q shop")
    let input = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000_000)
    let output = try git().output(["hash-object", "--stdin"], input: input)
    #expect(output.bytes.count == 41)
    // One that does not read what it is given does not end us.
    #expect(try git().run(["version"], input: input).status == 0)
  }

  @Test("The rule that ignores a path is named, one that takes it back is none")
  func ignored() throws {
    try scratch.sh("git init -q shop")
    scratch.write("shop/.gitignore", "# x\nsecrets/\n*.tmp\n!kept.tmp\n")
    #expect(
      try git().ignoreRule(for: "secrets/team.keys")
        == IgnoreRule(file: ".gitignore", line: 2, pattern: "secrets/"))
    #expect(try git().ignoreRule(for: "kept.tmp") == nil)
    #expect(try git().ignoreRule(for: ".secrets/team.keys") == nil)
  }

  @Test("Configuration is read and set; a name that is not set is nil")
  func configuration() throws {
    try scratch.sh("git init -q shop")
    #expect(try git().configuration("user.name") == nil)
    try git().configure("diff.secrets.textconv", "secrets git-textconv")
    try git().configure("diff.secrets.textconv", "secrets git-textconv")
    #expect(try git().configuration("diff.secrets.textconv") == "secrets git-textconv")
  }

  @Test("A revision is never taken for an option, and files of a commit are read as committed")
  func revisions() throws {
    try scratch.sh(
      """
      git init -q shop; cd shop; mkdir -p a/secrets; echo one >a/secrets/team.keys
      ln -s /etc/passwd a/secrets/link; git add .; git commit -q -m one
      echo two >a/secrets/team.keys; git commit -qam two
      """)
    let git = try git()
    #expect(try git.commit("--help") == nil)
    #expect(try git.commit("no-such") == nil)
    let old = try #require(try git.commit("HEAD~1"))
    let files = try git.files(at: old, in: "a/secrets")
    #expect(files.map { $0.path } == ["a/secrets/team.keys"])
    #expect(try git.contents(of: files[0].blob, limit: 100) == bytes("one\n"))
    #expect(try git.files(at: old, in: "b").isEmpty)
  }

  @Test("A bare repository is asked like any other")
  func bare() throws {
    try scratch.sh(
      """
      git init -q -b main shop; cd shop; mkdir secrets; echo one >secrets/team.keys; git add .
      git commit -qm one; git clone -q --bare . ../hub.git
      """)
    let git = try git("hub.git")
    let commit = try #require(try git.commit("main"))
    #expect(try git.files(at: commit, in: "secrets").map { $0.path } == ["secrets/team.keys"])
    #expect(try git.head() == .branch("main"))
    try scratch.sh("git checkout -q --detach", in: "shop")
    #expect(try self.git().head() == .detached)
  }

  @Test("The sides of a merge that stopped are told apart")
  func unmerged() throws {
    try scratch.sh(
      """
      git init -q -b main shop; cd shop; mkdir secrets; echo one >secrets/a; git add .
      git commit -qm one; git checkout -qb side; echo side >secrets/a; git commit -qam side
      git checkout -q main; echo main >secrets/a; git commit -qam main; ! git merge -q side
      """)
    let files = try git().unmergedFiles(in: "secrets")
    #expect(files.map { $0.side } == [.base, .ours, .theirs])
    let ours = try #require(files.first { $0.side == .ours })
    #expect(ours.path == "secrets/a")
    #expect(try git().contents(of: ours.blob, limit: 10) == bytes("main\n"))
  }

  @Test("What a remote branch held is found, also after a force-push, a move, a dropping merge")
  func published() throws {
    try scratch.sh(
      """
      git init -q --bare -b main hub.git
      git init -q -b main shop; cd shop; git remote add origin ../hub.git
      mkdir secrets; echo base >secrets/team.keys; echo elsewhere >g; git add .; git commit -qm base
      git mv secrets .secrets; git commit -qm moved; git mv .secrets secrets; git commit -qm back
      git checkout -qb side; echo dropped >>secrets/team.keys; git commit -qam side
      git checkout -q main; git commit -q --allow-empty -m main
      git merge -q -s ours -m merge side; git push -q origin main; git branch -qD side
      echo forced >>secrets/team.keys; git commit -qam forced; git push -q origin main
      git reset -q --hard HEAD~1; git push -qf origin main
      echo local >>secrets/team.keys; git commit -qam local; git commit -q --amend -m local2
      git reset -q --hard HEAD~1
      """)
    let git = try git()
    for (text, expected) in [
      ("base", true), ("dropped", true), ("forced", true), ("local", false), ("elsewhere", false),
      ("b.se", false),
    ] {
      #expect(try git.remoteEverHeld(text) == expected, "\(text)")
    }
  }

  @Test("Without a remote nothing was published")
  func noRemote() throws {
    try scratch.sh("git init -q shop; cd shop; echo a >a; git add a; git commit -q -m one")
    #expect(try !git().remoteEverHeld("a"))
  }
}
