import Glibc
import Testing

@testable import Workspace

/// Counts the system calls of a writer and stops it at one of them.
private final class Stop {
  var remaining: Int
  let verdict: Disk.Verdict
  private(set) var calls = 0
  private(set) var hasStopped = false

  init(after count: Int, _ verdict: Disk.Verdict) {
    remaining = count
    self.verdict = verdict
  }

  func gate(_ operation: FileOperation, _ path: String) -> Disk.Verdict {
    calls += 1
    guard remaining == 0, !hasStopped else {
      remaining -= 1
      return .proceed
    }
    hasStopped = true
    return verdict
  }
}

@Suite struct CommitTests {
  let scratch = Scratch()

  /// A change of each kind, and what it makes of the files.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let before: [String: String]
    let after: [String: String]
    var usesGit = true
    var withoutExchange = false
  }

  static let cases = [
    Case(
      testDescription: "one file", before: ["a.sealed": "old a"], after: ["a.sealed": "new a"]),
    Case(testDescription: "a new file", before: [:], after: ["a.sealed": "new a"]),
    Case(testDescription: "a file less", before: ["a.sealed": "old a"], after: [:]),
    Case(
      testDescription: "three files",
      before: ["a.sealed": "old a", "b.sealed": "old b", "team.keys": "old team"],
      after: ["a.sealed": "new a", "b.sealed": "new b", "team.keys": "new team"]),
    Case(
      testDescription: "one more, one less, one other",
      before: ["a.sealed": "old a", "b.sealed": "old b"],
      after: ["b.sealed": "new b", "c.sealed": "new c"]),
    Case(
      testDescription: "without git",
      before: ["a.sealed": "old a", "b.sealed": "old b"],
      after: ["a.sealed": "new a", "b.sealed": "new b"], usesGit: false),
    Case(
      testDescription: "a file system that cannot exchange",
      before: ["a.sealed": "old a", "b.sealed": "old b"],
      after: ["a.sealed": "new a", "c.sealed": "new c"], withoutExchange: true),
    Case(
      testDescription: "a new project", before: [:],
      after: [".gitignore": ".*.new\n", "team.keys": "new team", "/.gitignore": ".env\n"]),
  ]

  private func setUp(_ test: Case) {
    scratch.remove("shop")
    scratch.remove("home/.local")
    scratch.folder("shop")
    // All that is looked at of a repository; with the real one this table takes a minute.
    if test.usesGit { scratch.write("shop/.git/HEAD", "ref: refs/heads/main\n") }
    for (name, text) in test.before { scratch.write("shop/secrets/\(name)", text) }
  }

  private func project() throws -> Project {
    try Project(new: "secrets", directory: scratch.at("shop"), in: scratch.context)
  }

  private func changes(_ test: Case) -> [FileChange] {
    Set(test.before.keys).union(test.after.keys).sorted().map { name in
      let isTop = name.hasPrefix("/")
      return FileChange(
        isTop ? String(name.dropFirst()) : name, at: isTop ? .topLevel : .folder,
        from: test.before[name].map(bytes), to: test.after[name].map(bytes))
    }
  }

  private func files() -> [String: String] {
    var files: [String: String] = [:]
    for name in scratch.names("shop/secrets") { files[name] = scratch.text("shop/secrets/\(name)") }
    for name in scratch.names("shop") where name.hasSuffix("ignore") {
      files["/" + name] = scratch.text("shop/\(name)")
    }
    return files
  }

  private func leftovers() -> [String] {
    scratch.allNames().filter { $0.contains(".new") || $0.contains("journal") }
  }

  private func gated(_ test: Case, _ stop: Stop) throws -> Project {
    var project = try project()
    project.testOnlyGate = { operation, path in
      operation == .exchange && test.withoutExchange ? .fail(EINVAL) : stop.gate(operation, path)
    }
    return project
  }

  @Test("A crash before any system call leaves the old files or the new", arguments: cases)
  func crash(test: Case) throws {
    var outcomes: Set<String> = []
    for step in 0..<1000 {
      setUp(test)
      let stop = Stop(after: step, .crash)
      try? gated(test, stop).commit(changes(test))
      try project().recover()
      // A new project that was not finished is begun anew, and its leftovers go.
      _ = try project().lock()
      let files = files()
      let isNew = files == test.after
      #expect(isNew || files == test.before, "step \(step)")
      #expect(leftovers() == [], "step \(step)")
      outcomes.insert(isNew ? "new" : "old")
      if !stop.hasStopped {
        #expect(step > 3)
        break
      }
    }
    #expect(outcomes == ["old", "new"])
  }

  @Test("A crash while a crash is mended leaves the old files or the new", arguments: cases)
  func crashTwice(test: Case) throws {
    var crashes = 0
    for first in 0..<1000 {
      var stop = Stop(after: first, .crash)
      for second in 0..<1000 {
        setUp(test)
        stop = Stop(after: first, .crash)
        try? gated(test, stop).commit(changes(test))
        guard stop.hasStopped, try project().hasJournal else { break }
        let again = Stop(after: second, .crash)
        _ = try? gated(test, again).recover()
        guard again.hasStopped else { break }
        crashes += 1
        _ = try project().lock()
        let files = files()
        #expect(files == test.after || files == test.before, "step \(first), \(second)")
        #expect(leftovers() == [], "step \(first), \(second)")
      }
      if !stop.hasStopped { break }
    }
    #expect(crashes > 5 || test.before.count + test.after.count < 3)
  }

  @Test("A system call that fails changes nothing and leaves nothing behind", arguments: cases)
  func failure(test: Case) throws {
    for code in [ENOSPC, EIO, EMFILE, EDQUOT] {
      var failed = 0
      for step in 0..<1000 {
        setUp(test)
        let stop = Stop(after: step, .fail(code))
        do {
          try gated(test, stop).commit(changes(test))
          // What could not be cleared away goes when the next writer comes.
          _ = try project().lock()
          #expect(files() == test.after)
        } catch WorkspaceError.system(_, let path, let found) {
          failed += 1
          #expect(found == code)
          #expect(path.hasPrefix(scratch.path))
          if test.withoutExchange, try project().hasJournal {
            // Old contents are gone: it is finished by the next command.
            _ = try project().lock()
            #expect(files() == test.after, "step \(step)")
          } else {
            #expect(files() == test.before, "step \(step)")
          }
          #expect(leftovers() == [], "step \(step)")
        }
        if !stop.hasStopped { break }
      }
      #expect(failed > 2)
    }
  }

  @Test("A file that changed since it was read is not overwritten, nor is any other")
  func changedUnderneath() throws {
    let test = Self.cases[3]
    setUp(test)
    scratch.write("shop/secrets/b.sealed", "theirs")
    #expect(
      throws: WorkspaceError.changedUnderneath(path: scratch.at("shop/secrets/b.sealed"))
    ) { try project().commit(changes(test)) }
    #expect(scratch.text("shop/secrets/a.sealed") == "old a")
    #expect(scratch.text("shop/secrets/b.sealed") == "theirs")
    // Also one that was not there, and one that is there no more.
    unlink(scratch.at("shop/secrets/b.sealed"))
    #expect(throws: WorkspaceError.self) { try project().commit(changes(test)) }
    #expect(throws: WorkspaceError.self) {
      try project().commit([FileChange("a.sealed", from: nil, to: bytes("new"))])
    }
  }

  @Test("A link in the place of a file is not written through")
  func link() throws {
    setUp(Self.cases[0])
    scratch.write("outside", "old a")
    unlink(scratch.at("shop/secrets/a.sealed"))
    symlink(scratch.at("outside"), scratch.at("shop/secrets/a.sealed"))
    #expect(
      throws: WorkspaceError.symbolicLink(path: scratch.at("shop/secrets/a.sealed"))
    ) { try project().commit(changes(Self.cases[0])) }
    #expect(scratch.text("outside") == "old a")
  }

  @Test(
    "No name leads out of the folder",
    arguments: ["../x", "a/b", ".", "..", "", "x\ny", ".a.0123456789abcdef.new"])
  func names(name: String) throws {
    setUp(Self.cases[0])
    #expect(throws: WorkspaceError.badFileName(name)) {
      try project().commit([FileChange(name, from: nil, to: [])])
    }
    #expect(throws: WorkspaceError.badFileName("team.keys")) {
      try project().commit([FileChange("team.keys", at: .topLevel, from: nil, to: [])])
    }
  }

  @Test("One file named twice is refused")
  func twice() throws {
    setUp(Self.cases[0])
    let change = changes(Self.cases[0])[0]
    #expect(throws: WorkspaceError.badFileName("a.sealed")) {
      try project().commit([change, change])
    }
  }

  @Test("A change that changes nothing touches nothing")
  func nothing() throws {
    setUp(Self.cases[0])
    let stop = Stop(after: 1, .crash)
    let same = FileChange("a.sealed", from: bytes("old a"), to: bytes("old a"))
    // Only the folder for the lock is made.
    try gated(Self.cases[0], stop).commit([same])
    #expect(stop.calls == 1)
  }

  @Test("New files are readable by all that the umask lets")
  func mode() throws {
    setUp(Self.cases[0])
    try project().commit(changes(Self.cases[0]))
    var status = stat()
    stat(scratch.at("shop/secrets/a.sealed"), &status)
    #expect(status.st_mode & 0o777 == 0o644)
  }

  @Test("git takes no file that is being written")
  func ignored() throws {
    try scratch.sh("git init -q shop")
    scratch.write("shop/secrets/.gitignore", ".*.new\n")
    scratch.write("shop/secrets/" + Aside.name(for: "team.keys"), "")
    scratch.write("shop/secrets/" + Aside.name(for: ".gitignore"), "")
    scratch.write("shop/secrets/.lock.new", "")
    #expect(try scratch.sh("git add secrets; git ls-files", in: "shop") == "secrets/.gitignore\n")
  }

  @Test("What someone changed after a crash is left alone, and the rest goes back")
  func abandoned() throws {
    let test = Self.cases[3]
    for step in 0..<1000 {
      setUp(test)
      let stop = Stop(after: step, .crash)
      try? gated(test, stop).commit(changes(test))
      guard stop.hasStopped else { break }
      guard try project().hasJournal else { continue }
      scratch.write("shop/secrets/b.sealed", "theirs")
      #expect(try project().recover() == .abandoned(["b.sealed"]))
      #expect(scratch.text("shop/secrets/b.sealed") == "theirs")
      // Whether or not old contents were still there, the two are of one side.
      let others = [scratch.text("shop/secrets/a.sealed"), scratch.text("shop/secrets/team.keys")]
      #expect(others == ["old a", "old team"] || others == ["new a", "new team"])
      #expect(leftovers() == [])
      #expect(try project().recover() == .nothing)
    }
  }

  @Test("After `git clean` has taken what lay aside, the old files stand")
  func cleaned() throws {
    let test = Self.cases[3]
    var undone = 0
    for step in 0..<1000 {
      setUp(test)
      let stop = Stop(after: step, .crash)
      try? gated(test, stop).commit(changes(test))
      guard stop.hasStopped else { break }
      guard try project().hasJournal, files()["a.sealed"] == "old a" else { continue }
      for name in scratch.names("shop/secrets") where Aside.isAside(name) {
        scratch.remove("shop/secrets/\(name)")
      }
      #expect(try project().recover() == .undone(["a.sealed", "b.sealed", "team.keys"]))
      #expect(files() == test.before)
      undone += 1
    }
    #expect(undone > 0)
  }

  @Test("A journal that the disk has lost stops nothing")
  func brokenJournal() throws {
    setUp(Self.cases[3])
    try project().commit(changes(Self.cases[3]))
    let journal = try project().bookkeeping[0].journal
    for text in [
      "", "secrets/1 journal\n", "secrets/1 journal\nfolder ../x .x.new - -\nend\n",
      "secrets/1 journal\nfolder a.sealed ../../x - -\nend\n",
    ] {
      scratch.write(String(journal.dropFirst(scratch.path.count + 1)), text)
      #expect(try project().recover() == .abandoned([]))
      #expect(try project().recover() == .nothing)
    }
    #expect(files() == Self.cases[3].after)
  }
}
