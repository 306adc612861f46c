// A project's files read as one writer left them, judged, and held against what this machine
// remembers. The one way from disk to a `Reading`.

internal import Sealing
public import Vault

/// Why a project cannot be read.
public enum OpenProjectError: Error {
  /// Something on disk.
  case workspace(WorkspaceError)
  /// A line that is not the format's grammar.
  case parse(ParseError)
  /// There is no team.keys where one was a moment ago.
  case noTeam(folder: String)
}

/// A project whose files were read and judged.
public struct OpenProject {
  /// The project.
  public let project: Project
  /// What this machine remembers of its place.
  public let memory: ProjectMemory
  /// The files' contents by name, as they were read.
  public private(set) var files: [String: [UInt8]]
  /// The judgement.
  public private(set) var reading: Reading
  /// Files in which git's conflict markers were united, and which are not written yet.
  public private(set) var united: [String: [UInt8]] = [:]

  private let remembered: RememberedProject
  private let branch: RememberedBranch?
  private var isAllKnown: Bool
  private let wasPublished: (String) -> Bool
  private let removals: (String) -> [String]
  private let published: ([String]) -> Set<String>
  private let scope: Scope
  /// Whether every file of the scope was there and read.
  private var isWhole = false
  let now: Int64

  /// Which environments are read.
  public enum Scope {
    /// These, and what they extend.
    case named([String])
    /// Every one that has a file.
    case all
  }

  /// Reads and judges.
  ///
  /// - Parameters:
  ///   - project: the project.
  ///   - scope: which environments.
  ///   - context: the surroundings, whose clock judges.
  ///   - unreadable: environments whose files are passed over.
  ///   - isUniting: files with git's conflict markers are read as the union of both sides.
  /// - Throws: `OpenProjectError`.
  public init(
    _ project: Project, _ scope: Scope, in context: Context, without unreadable: Set<String> = [],
    isUniting: Bool = false
  ) throws {
    self.project = project
    self.scope = scope
    memory = ProjectMemory(of: project)
    now = context.now
    let memory = memory
    let now = now
    let wasPublished = { (text: String) -> Bool in
      let held = try? project.repository?.git(in: context)
        .remoteEverHeld(text)
      // Where git cannot tell, what is missing is taken to have been there for all to see.
      return held ?? true
    }
    self.wasPublished = wasPublished
    let removals = { (name: String) -> [String] in
      (try? project.repository?.git(in: context).removals(of: name)) ?? []
    }
    self.removals = removals
    published = { texts in
      (try? project.repository?.git(in: context).remotesHold(texts)) ?? []
    }
    (files, reading, remembered, branch, isAllKnown, united) = try project.read { snapshot in
      var files: [String: [UInt8]] = [:]
      var united: [String: [UInt8]] = [:]
      func bytes(of name: String) throws -> [UInt8]? {
        guard let bytes = try snapshot.bytes(of: name) else { return nil }
        guard isUniting, let whole = LineUnion.withoutMarkers(bytes) else { return bytes }
        united[name] = bytes
        return whole
      }
      guard let team = try bytes(of: TeamFile.name) else {
        throw OpenProjectError.noTeam(folder: project.folder)
      }
      files[TeamFile.name] = team
      let header = try TeamFile.project(team)
      let remembered = try memory.remembered(header)
      var branch = try memory.contents(header)
      var names: [String]
      switch scope {
      case .all: names = try project.environments()
      case .named(let wanted): names = wanted
      }
      var known: Set<String> = []
      var sealed: [SealedFile] = []
      var isUnchanged = true
      var index = 0
      var teamFile: TeamFile?
      while index < names.count {
        let name = names[index]
        index += 1
        let file = SealedFile.name(of: name)
        guard !unreadable.contains(name) else { continue }
        guard let bytes = try bytes(of: file) else {
          if branch?.knows(name) == true { isUnchanged = false }
          continue
        }
        files[file] = bytes
        let content = Reading.contentHash(team: team, sealed: bytes)
        if remembered.knows(content) { known.insert(name) }
        if branch?.holds(content, of: name) != true { isUnchanged = false }
        sealed.append(try SealedFile(bytes, name: file, isKnown: known.contains(name)))
        if teamFile == nil { teamFile = try TeamFile(team, isKnown: known.contains(name)) }
        for base in teamFile?.bases(of: name) ?? [] where !names.contains(base) {
          names.append(base)
        }
      }
      // What a look at other environments has seen of team.keys is in memory, too.
      if sealed.isEmpty || branch?.holds(team: team) != true { isUnchanged = false }
      let isAbsent = { (name: String) -> Bool in
        if case .named = scope, !names.contains(name) { return false }
        return files[SealedFile.name(of: name)] == nil && !unreadable.contains(name)
      }
      if case .all = scope, branch?.known.contains(where: isAbsent) == true { isUnchanged = false }
      if !isUnchanged, let contents = branch { branch = try memory.records(header, contents) }
      let reading = Reading(
        try teamFile ?? TeamFile(team), sealed: sealed, now: now, known: known,
        memory: remembered, branch: isUnchanged ? nil : branch, isAbsent: isAbsent,
        wasPublished: wasPublished, removals: removals)
      return (
        files, reading, remembered, branch, isUnchanged && known.count == sealed.count, united
      )
    }
    if case .named(let names) = scope {
      isWhole = names.allSatisfy { files[SealedFile.name(of: $0)] != nil }
    } else {
      isWhole = unreadable.isEmpty
    }
  }

  /// Whether reading anew would read the same; to be asked under the lock.
  func isCurrent() throws -> Bool {
    // What was united or passed over is looked at again by whoever writes, and so is what has
    // just been added to memory.
    guard united.isEmpty, isWhole, isAllKnown else { return false }
    return try project.read { snapshot in
      if case .all = scope,
        try project.environments().map(SealedFile.name(of:)).sorted()
          != files.keys.filter({ $0 != TeamFile.name }).sorted()
      {
        return false
      }
      return try files.allSatisfy { isSame(try snapshot.bytes(of: $0.key), $0.value) }
    }
  }

  /// Keeps in memory what this reading saw; to be called once the project is trusted.
  ///
  /// - Parameter isAccepted: what disagrees with memory is taken knowingly.
  /// - Throws: `WorkspaceError`.
  public func remember(isAccepted: Bool = false) throws(WorkspaceError) {
    // What is united is of no branch before it is written: the merge may be given up.
    guard united.isEmpty, !isAllKnown || isAccepted || mayBePublished, !reading.team.isStopped,
      !reading.isRolledBack || isAccepted
    else { return }
    let contents = reading.contentHashes
    var branchMemory = branch.map { branch in
      reading.remembered(isAccepted ? RememberedBranch() : branch, contents: contents)
    }
    branchMemory?.clone = memory.clone
    // What another clone has seen is not this one's to forget, which may never have fetched it.
    if reading.isForgetting, !isAccepted, let other = branch?.clone, other != memory.clone {
      branchMemory = nil
    }
    let next = published(
      reading.remembered(remembered, contents: contents, isAccepted: isAccepted))
    // Of a revision that is only looked at nothing stays but that its signatures are good.
    let kept = memory.isDetached && !isAccepted ? remembered.knowing(asMuchAs: next) : next
    try memory.save(
      kept, since: isAccepted ? nil : remembered, branchMemory, of: reading.team.file.project,
      covering: isAccepted ? nil : reading.covered)
  }

  /// Marks the removals and new keys that others have seen by now; git is asked only where there are
  /// some of which that is not known.
  private func published(_ memory: RememberedProject) -> RememberedProject {
    let texts = memory.unpublished
    return texts.isEmpty ? memory : memory.publishing(published(texts))
  }

  /// Whether something was remembered before others had seen it, and may have been published since:
  /// asked of git by commands that look at the whole project, and never by a `run`.
  private var mayBePublished: Bool {
    guard case .all = scope else { return false }
    return !remembered.unpublished.isEmpty && project.repository?.remoteAddress() != nil
  }

  /// Keeps in memory what this reading saw, or says why not: a full disk stops no command, but what
  /// is not remembered could be rolled back unseen.
  public func rememberOrTell() {
    do throws(WorkspaceError) { try remember() } catch { project.notRemembered(error) }
  }

  /// Takes changed files in the place of those that were read, and judges anew.
  ///
  /// - Parameters:
  ///   - name: the file.
  ///   - bytes: its new contents.
  ///   - isOwn: whether a draft of ours made them out of what was read: its signatures were judged
  ///     then, and the new ones are the author's.
  /// - Throws: `ParseError`.
  mutating func replace(_ name: String, _ bytes: [UInt8], isOwn: Bool) throws(ParseError) {
    let team =
      name == TeamFile.name
      ? try TeamFile(bytes, isKnown: isOwn) : reading.team.file
    var known: Set<String> = []
    if isOwn, reading.team.keysStay(in: team) {
      // Only where every other line was good: a forged one stays forged whatever is written by it.
      known = Set(reading.environments.filter { $0.value.isSoundlySigned }.map(\.key))
      let environment = SealedFile.environment(of: name)
      if name != TeamFile.name, reading.environments[environment] == nil,
        reading.team.isSoundlySigned
      {
        known.insert(environment)
      }
    }
    files[name] = bytes
    isAllKnown = false
    var sealed: [SealedFile] = []
    for (file, bytes) in files where file != TeamFile.name {
      let environment = SealedFile.environment(of: file)
      sealed.append(try SealedFile(bytes, name: file, isKnown: known.contains(environment)))
    }
    // Against memory as before: what was rolled back must not become whole by being written to.
    reading = Reading(
      team, sealed: sealed, now: now, known: known, memory: remembered, branch: branch,
      wasPublished: wasPublished, removals: removals)
  }

  /// Says that all files are written as they stand here.
  mutating func wasWritten() { united = [:] }
}
