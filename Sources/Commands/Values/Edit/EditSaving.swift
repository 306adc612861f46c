// Saving what was edited: under the project's lock everything is read again, the edits are merged
// onto it, and the result must expand. All of it is written, or nothing.

internal import Sealing
internal import Vault
internal import Workspace

/// How edits become records.
struct EditSaving {
  /// What came of a saving.
  enum Outcome {
    /// Everything was written.
    case saved(Saved)
    /// Others changed the same names, and nobody has answered for that; nothing was written.
    case collisions([EditCollision])
    /// Templates would not expand; nothing was written.
    case broken([SecretAddress: TemplateError])
  }

  /// What was saved.
  struct Saved {
    /// What was done besides.
    let summary: WriteSummary
    /// Secrets that others changed meanwhile, and that were left so.
    let othersChanges: [SecretAddress]
    /// Changed secrets whose old value was to expire, and when; of the new ones nothing is said.
    let ended: [(address: SecretAddress, expires: Int64)]
  }

  /// Ends a change without writing anything.
  private struct Unsaved: Error {}

  let session: Session
  let author: Author
  /// The time of the saving, which is later than that of the command's start by all the editing.
  let clock: () -> Int64

  /// Saves.
  ///
  /// - Parameters:
  ///   - edits: what was done to `base`.
  ///   - base: what the editing began with.
  ///   - agreed: what the person has agreed to write over, by the ids of its records.
  /// - Throws: what changing a project throws; nothing was written then.
  /// - Returns: what came of it.
  func save(
    _ edits: [Edit], from base: EditableEnvironment, agreed: [SecretAddress: [String]]
  ) throws -> Outcome {
    var context = session.context
    context.now = max(context.now, clock())
    let author = Author(
      name: author.name, identity: author.identity, now: context.now, arena: author.arena)
    var refused: Outcome?
    do {
      let check = { (opened: OpenProject) in
        try session.requireTrust(opened)
        try session.requireSoundTeam(opened)
        return author
      }
      let patience = Patience(notice: session.console.tellWaiting)
      let saved = try session.project.change(
        .named([base.name]), in: context, patience: patience, by: check
      ) { change in
        let (saved, current) = try change.environment(base.name) { draft in
          var opened = draft.before
          let current = EditableEnvironment(&opened, roles: base.roles)
          let merge = EditMerge(edits, from: base, onto: current, agreed: agreed)
          guard merge.collisions.isEmpty else {
            refused = .collisions(merge.collisions)
            throw Unsaved()
          }
          for edit in merge.writes { try write(edit, over: current, to: &draft) }
          let saved = Saved(
            summary: draft.summary, othersChanges: merge.othersChanges,
            ended: merge.writes.compactMap { edit in
              guard case .change = edit.deed,
                let expires = current.standings[edit.address]?.revision.expires
              else { return nil }
              return (edit.address, expires)
            })
          return (saved, current)
        }
        let broken = brokenTemplates(after: change, before: current, edits)
        guard broken.isEmpty else {
          refused = .broken(broken)
          throw Unsaved()
        }
        return saved
      }.result
      return .saved(saved)
    } catch let error as Unsaved {
      guard let refused else { throw error }
      return refused
    }
  }

  private func write(
    _ edit: Edit, over current: EditableEnvironment, to draft: inout SealedDraft
  ) throws(WriteError) {
    let (role, name) = (edit.address.role, edit.address.name)
    switch edit.deed {
    case .add(let payload), .change(let payload): try draft.set(name, role: role, to: payload)
    case .annotate(let payload):
      // The value is the one that the date was set for.
      let expires = current.standings[edit.address]?.revision.expires
      try draft.set(name, role: role, to: payload, expires: expires)
    case .remove: try draft.remove(name, role: role)
    }
  }

  /// Templates that expanded before or were edited, and do not expand now.
  private func brokenTemplates(
    after change: ProjectChange, before: EditableEnvironment, _ edits: [Edit]
  ) -> [SecretAddress: TemplateError] {
    guard let environment = change.project.reading.environments[before.name] else { return [:] }
    var opened = OpenEnvironment(environment, as: author.identity, in: author.arena)
    let edited = Set(edits.map(\.address))
    return EditableEnvironment(&opened, roles: before.roles).brokenTemplates.filter {
      edited.contains($0.key) || before.brokenTemplates[$0.key] == nil
    }
  }
}
