// A new project, and the lines that git is given about it.

import Sealing
import Testing
import Vault

@testable import Workspace

@Suite("Founding")
struct FoundingTests {
  struct Addition: CustomTestStringConvertible {
    let testDescription: String
    let old: String?
    let new: String
  }

  @Test(
    "Missing lines are added, and the rest stays byte for byte",
    arguments: [
      Addition(testDescription: "no file", old: nil, new: ".env\n.env.local\n"),
      Addition(testDescription: "empty", old: "", new: ".env\n.env.local\n"),
      Addition(testDescription: "none", old: "a\n", new: "a\n.env\n.env.local\n"),
      Addition(testDescription: "no final newline", old: "a", new: "a\n.env\n.env.local\n"),
      Addition(testDescription: "one", old: ".env\n# b", new: ".env\n# b\n.env.local\n"),
      Addition(testDescription: "all", old: ".env.local\n\n.env", new: ".env.local\n\n.env"),
      Addition(testDescription: "CRLF", old: "a\r\n.env\r\n", new: "a\r\n.env\r\n.env.local\r\n"),
      Addition(
        testDescription: "CRLF, open end", old: "a\r\n.env", new: "a\r\n.env\r\n.env.local\r\n"),
      Addition(testDescription: "blanks behind", old: ".env \t\n", new: ".env \t\n.env.local\n"),
      Addition(testDescription: "taken back", old: "!.env\n", new: "!.env\n.env.local\n"),
      Addition(testDescription: "a longer one", old: ".env.x\n", new: ".env.x\n.env\n.env.local\n"),
    ])
  func addition(_ addition: Addition) {
    let file = LineFile(addition.old.map { Array($0.utf8) })
    let new = file.adding([".env", ".env.local"])
    #expect(String(decoding: new, as: UTF8.self) == addition.new)
    #expect(LineFile(new).adding([".env", ".env.local"]) == new)
  }

  private func author(_ arena: SecureArena, _ context: Context) -> Author {
    Author(name: "alice", identity: .generate(in: arena), now: context.now, arena: arena)
  }

  @Test("A new project is sound, and its founder may write in both environments")
  func soundness() throws {
    let scratch = Scratch()
    let arena = SecureArena()
    let author = author(arena, scratch.context)
    let project = try Project(new: "secrets", in: scratch.context)
    let founding = try project.found(by: author, in: scratch.context)
    #expect(
      founding.written == [".gitignore", ".gitattributes", "team.keys"].map { "secrets/\($0)" }
        + ["secrets/development.sealed", "secrets/production.sealed"])

    let opened = try OpenProject(project, .all, in: scratch.context)
    #expect(opened.reading.team.file.project == founding.project)
    #expect(opened.reading.team.findings == [])
    #expect(opened.reading.team.root == "alice")
    #expect(
      opened.reading.team.environments == [
        "development": .live(isProtected: false, extends: nil),
        "production": .live(isProtected: true, extends: nil),
      ])
    for (name, environment) in opened.reading.environments {
      let own = OpenEnvironment(environment, as: author.identity, in: arena)
      #expect(own.mayWrite("default"), "\(name)")
      #expect(own.findings == [], "\(name)")
      #expect(environment.findings == [], "\(name)")
    }
    #expect(try ProjectMemory(of: project).trustedProject() == founding.project)
  }

  @Test("A second founding changes nothing of the first")
  func twice() throws {
    let scratch = Scratch()
    let arena = SecureArena()
    let project = try Project(new: "secrets", in: scratch.context)
    _ = try project.found(by: author(arena, scratch.context), in: scratch.context)
    let before = scratch.text("secrets/team.keys")
    #expect(throws: WorkspaceError.self) {
      _ = try project.found(by: author(arena, scratch.context), in: scratch.context)
    }
    #expect(scratch.text("secrets/team.keys") == before)
    #expect(try project.complete().written == [])
  }

  @Test("What is missing is completed, and only that")
  func completion() throws {
    let scratch = Scratch()
    let arena = SecureArena()
    let project = try Project(new: "secrets", in: scratch.context)
    _ = try project.found(by: author(arena, scratch.context), in: scratch.context)
    scratch.write("secrets/.gitignore", "mine\n*.local.sealed\n")
    scratch.remove("secrets/.gitattributes")
    #expect(try project.complete().written == ["secrets/.gitignore", "secrets/.gitattributes"])
    #expect(scratch.text("secrets/.gitignore") == "mine\n*.local.sealed\n.*.new\n")
    #expect(
      scratch.text("secrets/.gitattributes")
        == "*.sealed -text merge=union diff=secrets\nteam.keys -text merge=union diff=secrets\n")
  }

  @Test("A folder that is a link is no place for a project")
  func link() throws {
    let scratch = Scratch()
    scratch.folder("elsewhere")
    try scratch.sh("ln -s elsewhere secrets")
    let project = try Project(new: "secrets", in: scratch.context)
    #expect(throws: WorkspaceError.symbolicLink(path: project.folder)) {
      _ = try project.found(by: author(SecureArena(), scratch.context), in: scratch.context)
    }
    #expect(throws: WorkspaceError.symbolicLink(path: project.folder)) {
      _ = try project.foreignNames()
    }
    #expect(scratch.names("elsewhere") == [])
  }
}
