// format.md §6 on disk: which project a place holds, and what is remembered of it. Where nothing
// can be kept, signatures are checked each time and trust comes from elsewhere.

public import Vault

/// What this machine remembers of the project in one place.
public struct ProjectMemory {
  private let state: StateFolder?
  private let place: Place
  private let project: Project
  /// The branch that is remembered apart; nil where nothing is to be recorded.
  private let branch: String?
  /// Whether an old revision is looked at on purpose.
  let isDetached: Bool

  /// What tells this clone, with all its working trees, from others on this machine.
  var clone: String {
    Place.key("clone", project.repository?.commonDirectory ?? project.directory)
  }

  /// Looks at a project's place and branch; reads nothing yet.
  ///
  /// A detached HEAD is an old revision on purpose: it is held against nothing and remembers
  /// nothing.
  public init(of project: Project) {
    state = project.state
    place = project.place
    self.project = project
    branch =
      switch project.repository?.head() {
      case .branch(let name): name
      case .detached: nil
      case nil: project.repository == nil ? "" : nil
      }
    isDetached = branch == nil && project.repository != nil
  }

  /// The project that a person has confirmed for this place; nil before.
  ///
  /// What was confirmed before there was a remote is confirmed: the same folder may hold no other
  /// project, whatever address it is pushed to.
  public func trustedProject() throws(WorkspaceError) -> ProjectID? {
    var text = try state?.read(place.key)
    if text == nil { text = try state?.read(project.location.key) }
    guard let text else { return nil }
    return ProjectID(text: String(decoding: text.prefix(22), as: UTF8.self))
  }

  /// Keeps that a person has confirmed a project for this place.
  ///
  /// - Returns: whether it could be kept.
  public func trust(_ project: ProjectID) throws(WorkspaceError) -> Bool {
    try state?.write(place.key, Array("\(project.text)\n\(place.address)\n".utf8)) ?? false
  }

  /// Forgets what was confirmed for this place.
  ///
  /// - Returns: whether anything could be forgotten.
  public func forgetTrust() throws(WorkspaceError) -> Bool {
    guard try trustedProject() != nil else { return false }
    if project.location != place { _ = try state?.remove(project.location.key) }
    return try state?.remove(place.key) ?? false
  }

  /// What is remembered of a project on all branches.
  func remembered(_ project: ProjectID) throws(WorkspaceError) -> RememberedProject {
    guard let text = try state?.read(Self.key("project", project)) else {
      return RememberedProject()
    }
    return RememberedProject(text)
  }

  /// The contents last remembered on this branch; nil where branches do not matter.
  func contents(_ project: ProjectID) throws(WorkspaceError) -> RememberedBranch? {
    guard let branch else { return nil }
    guard let text = try state?.read(Self.key("seen", project, branch)) else {
      return RememberedBranch()
    }
    return RememberedBranch(contents: text)
  }

  /// The same with the records behind them.
  func records(
    _ project: ProjectID, _ contents: RememberedBranch
  ) throws(WorkspaceError) -> RememberedBranch {
    guard let branch, let text = try state?.read(Self.key("branch", project, branch)) else {
      return contents
    }
    var remembered = contents
    remembered.add(records: text)
    return remembered
  }

  /// Keeps what a reading leaves behind; the contents last, since they say that the rest is there.
  ///
  /// - Parameters:
  ///   - project: what is remembered of the project.
  ///   - base: what that began with; nil where what another process has added since is given up.
  ///   - branchMemory: what is remembered of the branch.
  ///   - id: the project.
  ///   - covered: the environments that the reading can tell of; nil where what was known of the
  ///     others is given up, too.
  /// - Throws: what writing throws.
  func save(
    _ project: RememberedProject, since base: RememberedProject?,
    _ branchMemory: RememberedBranch?, of id: ProjectID, covering covered: Set<String>?
  ) throws(WorkspaceError) {
    guard let state else { return }
    try state.update(Self.key("project", id)) { old in
      guard let old, let base else { return project.text }
      return project.adding(RememberedProject(old), since: base).text
    }
    guard let branch, let branchMemory else { return }
    // Over what is there by now: another process may have read other environments meanwhile.
    try state.update(Self.key("branch", id, branch)) { old in
      guard let old, let covered else { return branchMemory.recordsText }
      return branchMemory.recordsText(in: old, of: covered)
    }
    try state.update(Self.key("seen", id, branch)) { old in
      guard let old, let covered else { return branchMemory.contentsText }
      return branchMemory.contentsText(in: old, of: covered)
    }
  }

  private static func key(_ kind: String, _ project: ProjectID, _ branch: String = "") -> String {
    Place.key(kind, "\(project.text)\n\(branch)")
  }
}
