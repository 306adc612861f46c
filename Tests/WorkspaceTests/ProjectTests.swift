import Glibc
import Testing

@testable import Workspace

@Suite struct ProjectTests {
  let scratch = Scratch()

  private func found(_ name: String, from directory: String? = nil) throws -> String {
    try Project.find(in: scratch.context(in: name), from: directory).folder
  }

  @Test("The nearest folder above is found, from any folder and from inside it")
  func nearest() throws {
    try scratch.sh("git init -q shop")
    scratch.write("shop/secrets/team.keys", "")
    scratch.write("shop/api/.secrets/team.keys", "")
    scratch.folder("shop/api/src/deep")
    scratch.folder("shop/web/secrets")
    #expect(try found("shop") == scratch.at("shop/secrets"))
    #expect(try found("shop/secrets") == scratch.at("shop/secrets"))
    #expect(try found("shop/web/secrets") == scratch.at("shop/secrets"))
    #expect(try found("shop/api/src/deep") == scratch.at("shop/api/.secrets"))
    let project = try Project.find(in: scratch.context(in: "shop/api/src"))
    #expect(project.pathInRepository == "api/.secrets")
    #expect(project.place.address == scratch.at("shop"))
  }

  @Test("Nothing is found past git's top level, and the error names what was searched")
  func topLevel() throws {
    scratch.write("secrets/team.keys", "")
    try scratch.sh("git init -q shop")
    scratch.folder("shop/api")
    let searched = [scratch.at("shop/api"), scratch.at("shop")]
    #expect(throws: WorkspaceError.noProject(searched: searched)) { try found("shop/api") }
  }

  @Test("Without git the search ends at the root, and a missing home is no matter")
  func noGit() throws {
    scratch.write("image/secrets/team.keys", "")
    scratch.folder("image/a/b")
    let context = Scratch.context(home: nil, directory: scratch.at("image/a/b"))
    let project = try Project.find(in: context)
    #expect(project.folder == scratch.at("image/secrets"))
    #expect(project.repository == nil)
    #expect(project.state == nil)
    #expect(project.place == Place(location: scratch.at("image"), path: "secrets"))
    do {
      _ = try Project.find(in: scratch.context(in: "home"))
      Issue.record("found")
    } catch WorkspaceError.noProject(let searched) {
      #expect(searched.last == "/")
    }
  }

  @Test("A directory named with -C is taken from the working directory, links followed")
  func named() throws {
    scratch.write("shop/secrets/team.keys", "")
    scratch.folder("other")
    symlink(scratch.at("shop"), scratch.at("link"))
    #expect(try found("other", from: "../shop") == scratch.at("shop/secrets"))
    #expect(try found("other", from: scratch.at("link")) == scratch.at("shop/secrets"))
    #expect(throws: WorkspaceError.self) { try found("other", from: "none") }
    #expect(throws: WorkspaceError.self) { try found("shop", from: "secrets/team.keys") }
  }

  @Test("Two project folders side by side are an error, an unrelated secrets folder is none")
  func two() throws {
    scratch.write("shop/.secrets/team.keys", "")
    scratch.write("shop/secrets/notes.txt", "")
    #expect(try found("shop") == scratch.at("shop/.secrets"))
    scratch.write("shop/secrets/team.keys", "")
    #expect(throws: WorkspaceError.twoFolders(directory: scratch.at("shop"))) {
      try found("shop")
    }
  }

  @Test("A folder that is a link leads nowhere")
  func link() throws {
    scratch.write("outside/team.keys", "")
    scratch.folder("shop")
    symlink(scratch.at("outside"), scratch.at("shop/secrets"))
    #expect(throws: WorkspaceError.symbolicLink(path: scratch.at("shop/secrets"))) {
      try found("shop")
    }
  }

  @Test("A project that another user laid above is not taken, unless it is named")
  func foreign() throws {
    scratch.write("shop/secrets/team.keys", "")
    scratch.folder("shop/work")
    chown(scratch.at("shop/secrets"), 4242, 4242)
    let me = Scratch.context(home: nil, directory: scratch.at("shop/work"), user: 1000)
    #expect(throws: WorkspaceError.foreignOwner(path: scratch.at("shop/secrets"), user: 4242)) {
      try Project.find(in: me)
    }
    #expect(throws: WorkspaceError.self) { try Project.find(in: me, from: ".") }
    #expect(try Project.find(in: me, from: "..").folder == scratch.at("shop/secrets"))
    // Root in a container works on the tree of a person.
    #expect(try found("shop/work") == scratch.at("shop/secrets"))
  }

  @Test("A worktree has its own files and lock, and shares the place")
  func worktree() throws {
    scratch.write("shop/secrets/team.keys", "one")
    try scratch.sh(
      """
      git init -q -b main .; git add .; git commit -qm one
      git worktree add -q -b side ../side
      """, in: "shop")
    let main = try Project.find(in: scratch.context(in: "shop"))
    let side = try Project.find(in: scratch.context(in: "side/secrets"))
    #expect(side.folder == scratch.at("side/secrets"))
    #expect(side.place == main.place)
    let held = try main.lock()
    try side.commit([FileChange("team.keys", from: bytes("one"), to: bytes("two"))])
    withExtendedLifetime(held) {}
    #expect(scratch.text("side/secrets/team.keys") == "two")
  }

  @Test("A submodule's own project comes first, then that of the repository that it is part of")
  func submodule() throws {
    scratch.write("library/readme", "")
    scratch.write("shop/secrets/team.keys", "")
    scratch.write("secrets/team.keys", "")
    try scratch.sh(
      """
      (cd library; git init -q -b main .; git add .; git commit -qm one)
      cd shop; git init -q -b main .
      git -c protocol.file.allow=always submodule --quiet add ../library vendor/library
      git clone -q ../library vendor/plain
      """)
    let outer = try Project.find(in: scratch.context(in: "shop/vendor/library"))
    #expect(outer.folder == scratch.at("shop/secrets"))
    #expect(outer.repository?.topLevel == scratch.at("shop"))
    // A clone that merely lies there is no part of it.
    #expect(throws: WorkspaceError.self) { try found("shop/vendor/plain") }
    scratch.write("shop/vendor/library/secrets/team.keys", "")
    let inner = try Project.find(in: scratch.context(in: "shop/vendor/library"))
    #expect(inner.folder == scratch.at("shop/vendor/library/secrets"))
    #expect(inner.pathInRepository == "secrets")
  }

  @Test("A repository whose git directory only looks like a submodule's does not open the way up")
  func falseSubmodule() throws {
    scratch.write("secrets/team.keys", "")
    scratch.folder("store/modules")
    try scratch.sh("git init -q --separate-git-dir \(scratch.at("store/modules/x")) shop")
    #expect(throws: WorkspaceError.self) { try found("shop") }
  }

  @Test("Environments are the sealed files; overlays and other files are none")
  func environments() throws {
    scratch.write("shop/secrets/team.keys", "")
    for name in [
      "production.sealed", "development.sealed", "development.local.sealed", "UPPER.sealed",
      ".sealed", "schema.toml", ".a.0123456789abcdef.new", "a b.sealed",
    ] { scratch.write("shop/secrets/\(name)", "") }
    let project = try Project.find(in: scratch.context(in: "shop"))
    #expect(try project.environments() == ["development", "production"])
  }

  @Test("A working directory that is gone is said")
  func noDirectory() {
    var context = scratch.context
    context.workingDirectory = nil
    #expect(throws: WorkspaceError.noWorkingDirectory) { try Project.find(in: context) }
  }
}
