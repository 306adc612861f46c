// The files that `check` looks at: the working tree's, a revision's, or both merged.

internal import Sealing
internal import Vault
internal import Workspace

/// Where a check gets its files from.
struct CheckSource {
  let global: GlobalOptions
  let context: Context
  /// The one environment that is asked about.
  let wanted: String?
  private let arena = SecureArena(capacity: 1 << 16)

  init(global: GlobalOptions, context: Context, wanted: String?) {
    self.global = global
    self.context = context
    self.wanted = wanted
  }

  // The working tree

  /// Checks the files as they lie there, and holds them against what this machine remembers.
  func workingTree() throws -> Checkup {
    let session = try global.session(in: context)
    let files = try session.files()
    let parsed = ParsedFiles(files)
    guard parsed.team != nil else { return checkup(nil, parsed, as: .noKey) }
    let broken = Set(parsed.unreadable.map { SealedFile.environment(of: $0.file) })
    let opened = try OpenProject(
      session.project, wanted.map { .named([$0]) } ?? .all, in: context, without: broken)
    try session.requireTrust(opened)
    try requireEnvironment(opened.reading, files)
    if broken.isEmpty { opened.rememberOrTell() }
    return checkup(opened.reading, parsed, as: reader(for: opened.reading))
  }

  private func requireEnvironment(_ reading: Reading, _ files: [String: [UInt8]]) throws {
    guard let wanted, files[SealedFile.name(of: wanted)] == nil else { return }
    switch reading.team.environments[wanted] {
    case nil, .removed: throw Refusal.noEnvironment(wanted, in: reading.team)
    case .live, .refused: return
    }
  }

  private func checkup(
    _ reading: Reading?, _ parsed: ParsedFiles, as reader: CheckReader, places: LinePlaces? = nil
  ) -> Checkup {
    Checkup(
      reading, unreadable: parsed.unreadable(wanted), wanted: wanted, as: reader, in: arena,
      at: context.now, places: places)
  }

  // A revision

  /// Checks the files of a revision by themselves.
  func revision(_ revision: String) throws -> Checkup {
    let place = try place()
    let committed = try CommittedProject(revision, folder: place.folder, git: place.git)
    let parsed = ParsedFiles(committed.files)
    let reading = parsed.reading(at: context.now)
    if let reading {
      try requireTrust(reading.team, in: place.project)
      try requireEnvironment(reading, committed.files)
    }
    return checkup(reading, parsed, as: reader(for: reading))
  }

  /// What a change does: the working tree, or a revision, merged with another one.
  func comparison(rev: String?, against: String) throws -> Comparison {
    let place = try place()
    let ours: (commit: String?, files: [String: [UInt8]], folder: String)
    if let rev {
      let committed = try CommittedProject(rev, folder: place.folder, git: place.git)
      ours = (committed.commit, committed.files, committed.folder)
    } else {
      // In a bare repository there is no working tree to compare.
      guard let project = place.project else {
        _ = try global.session(in: context)
        throw WorkspaceError.noProject(searched: [])
      }
      ours = (
        try place.git.commit("HEAD"), try global.session(in: context).files(),
        project.pathInRepository
      )
    }
    guard let theirCommit = try place.git.commit(against) else {
      throw WorkspaceError.noSuchRevision(against)
    }
    let id = try? TeamFile.project(ours.files[TeamFile.name] ?? [])
    let files = { (commit: String) in
      // A project that is new there has no files yet.
      try CommittedProject.found(id, at: commit, near: ours.folder, place.git)
    }
    let (theirs, theirFolder) = try files(theirCommit)
    let bases =
      try ours.commit.map { try place.git.mergeBases($0, theirCommit).map { try files($0).files } }
      ?? []
    let merged = Self.merged(ours.files, theirs, bases: bases)
    let (parsedBefore, parsedAfter) = (ParsedFiles(theirs), ParsedFiles(merged))
    let before = theirs.isEmpty ? nil : parsedBefore.reading(at: context.now)
    let after = parsedAfter.reading(at: context.now)
    if let before {
      // Where our own header cannot be read, that is what is told.
      guard id == nil || id == before.team.file.project else {
        throw Refusal.otherProjectAt(against, before.team.file.project)
      }
    }
    if let reading = before ?? after { try requireTrust(reading.team, in: place.project) }
    let reader = reader(for: after)
    var comparison = Comparison(
      before: theirs.isEmpty ? nil : checkup(before, parsedBefore, as: reader),
      after: checkup(
        after, parsedAfter, as: reader, places: LinePlaces(of: merged, in: ours.files)),
      lines: merged, known: theirs)
    comparison.addReplacedValues(from: before, to: after, as: reader.identity, in: arena)
    if let project = (before ?? after)?.team.file.project {
      let asked = { (files: [String: [UInt8]]) in
        files.filter { name, _ in
          wanted == nil || name == TeamFile.name || name == wanted.map(SealedFile.name)
        }
      }
      // What the change takes out by itself, and what goes only where it is merged: by the rule, and
      // as git does it, for which it matters where a line stands.
      var steps = bases.map { ($0, ours.files) } + [(theirs, merged)]
      if let commit = ours.commit, let tree = try place.git.mergedTree(commit, theirCommit) {
        steps.append((theirs, try files(tree).files))
      }
      // Most lines stand on every side: each signature is looked at once.
      let book = SignatureBook()
      for (from, to) in steps where !from.isEmpty {
        let lasting = removingMadeAnew(
          asked(from), in: after?.team, upTo: ours.commit ?? "HEAD", place.git)
        comparison.addLosses(
          from: lasting, to: asked(to), of: project, at: context.now, book: book)
      }
    }
    comparison.changes.removeAll {
      wanted != nil && $0.environment != nil && $0.environment != wanted
    }
    if theirFolder != ours.folder { comparison.addMove(from: theirFolder, to: ours.folder) }
    comparison.hasBase = !bases.isEmpty
    return comparison
  }

  /// The files without those of environments that were removed and made again: nothing is lost there.
  private func removingMadeAnew(
    _ files: [String: [UInt8]], in team: Team?, upTo commit: String, _ git: GitCommand
  ) -> [String: [UInt8]] {
    guard let team, let file = try? TeamFile(files[TeamFile.name] ?? []) else { return files }
    let old = Team(file, now: context.now)
    return files.filter { file, _ in
      if file == TeamFile.name { return true }
      let name = SealedFile.environment(of: file)
      return !team.hasMadeAnew(name, since: old) {
        (try? git.removals(of: name, upTo: commit)) ?? []
      }
    }
  }

  /// The files as git's `union` would merge them.
  static func merged(
    _ ours: [String: [UInt8]], _ theirs: [String: [UInt8]], bases: [[String: [UInt8]]]
  ) -> [String: [UInt8]] {
    var merged: [String: [UInt8]] = [:]
    for name in Set(ours.keys).union(theirs.keys) {
      switch (ours[name], theirs[name]) {
      case (let ours?, let theirs?):
        merged[name] = LineUnion.merged(ours, theirs, bases: bases.compactMap { $0[name] })
      case (let one?, nil), (nil, let one?):
        // Taken out on one side, and left alone on the other.
        if !bases.contains(where: { $0[name] == one }) { merged[name] = one }
      case (nil, nil): break
      }
    }
    return merged
  }

  // Where, who, and whether it is trusted

  /// Where the project is; none where there is no working tree.
  func place() throws -> (project: Project?, folder: String?, git: GitCommand) {
    let directory = try global.startDirectory(in: context)
    do {
      let project = try Project.find(in: context, from: global.directory)
      guard project.repository != nil else { throw Refusal.noHistory }
      let git = try GitCommand(in: context, directory: project.topLevel, seesPushed: true)
      return (project, project.pathInRepository, git)
    } catch WorkspaceError.noProject {
      return (nil, nil, try GitCommand(in: context, directory: directory, seesPushed: true))
    }
  }

  /// Refuses a project that nobody here trusts: nobody is asked.
  func requireTrust(_ team: Team, in project: Project?) throws {
    let id = team.file.project
    if let text = context.environment["SECRETS_TRUST"] {
      guard let wanted = TrustText(text) else { throw Refusal.badTrustVariable }
      guard wanted.isMet(by: team) else { throw Refusal.otherProject(id, wanted: wanted.project) }
      return
    }
    if let project, let trusted = try ProjectMemory(of: project).trustedProject() {
      guard trusted == id else { throw Refusal.otherProject(id, wanted: trusted) }
      return
    }
    guard let trust = (try? found(for: team).get())?.trust else { throw Refusal.untrusted(id) }
    guard trust.project == id, team.roots.contains(where: { $0.key == trust.rootKey }) else {
      throw Refusal.otherProject(id, wanted: trust.project)
    }
  }

  private func reader(for reading: Reading?) -> CheckReader {
    reading.map { CheckReader(found(for: $0.team), in: $0.team) } ?? .noKey
  }

  private func found(for team: Team) -> Result<FoundIdentity, IdentityStoreError> {
    let store = IdentityStore(
      path: global.identity, in: context, arena: arena, asking: false,
      isMember: { !team.currentNames(of: $0).isEmpty })
    return Result { () throws(IdentityStoreError) in try store.find() }
  }
}

extension Session {
  /// The bytes of team.keys and of all sealed files, as they lie there.
  func files() throws -> [String: [UInt8]] {
    try project.read { snapshot in
      var files: [String: [UInt8]] = [:]
      for name in [TeamFile.name] + (try project.environments().map(SealedFile.name)) {
        files[name] = try snapshot.bytes(of: name)
      }
      return files
    }
  }
}
