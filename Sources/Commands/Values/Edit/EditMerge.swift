// What a person edited, put onto what stands there by now: a name that only they changed is
// written, one that only others changed is left, and one that both changed is asked about.

internal import Vault

/// A secret that both the person and someone else changed while it was being edited.
struct EditCollision {
  /// What the person did.
  let edit: Edit
  /// What stands there now; nil where nothing does, not even a removal.
  let standing: SecretStanding?
}

/// The edits of a person on top of a project that others change too.
struct EditMerge {
  /// The edits that are to be written.
  private(set) var writes: [Edit] = []
  /// The edits that need an answer first.
  private(set) var collisions: [EditCollision] = []
  /// Secrets that only others changed.
  private(set) var othersChanges: [SecretAddress] = []

  /// Merges.
  ///
  /// - Parameters:
  ///   - edits: what the person did to `base`.
  ///   - base: what the editing began with.
  ///   - current: what stands there now.
  ///   - agreed: what the person has been shown and agreed to write over.
  init(
    _ edits: [Edit], from base: EditableEnvironment, onto current: EditableEnvironment,
    agreed: [SecretAddress: [String]] = [:]
  ) {
    for edit in edits {
      let old = base.standings[edit.address]
      let new = current.standings[edit.address]
      if Self.isDone(edit, in: new) { continue }
      if Self.isSame(old, new) || agreed[edit.address] == new?.revision.ids ?? [] {
        writes.append(edit)
      } else {
        collisions.append(EditCollision(edit: edit, standing: new))
      }
    }
    let edited = Set(edits.map(\.address))
    let all = Set(base.standings.keys).union(current.standings.keys).subtracting(edited)
    othersChanges = all.filter {
      !Self.isSame(base.standings[$0], current.standings[$0])
    }.sorted()
  }

  private static func isDone(_ edit: Edit, in standing: SecretStanding?) -> Bool {
    switch (edit.payload, standing) {
    case (let mine?, .shown(let theirs, _)): mine.isSame(as: theirs)
    case (nil, .removed), (nil, nil): true
    default: false
    }
  }

  /// Whether nothing happened between two moments that matters to who edits.
  private static func isSame(_ old: SecretStanding?, _ new: SecretStanding?) -> Bool {
    switch (old, new) {
    case (nil, nil), (.removed, nil), (nil, .removed), (.removed, .removed): true
    case (.shown(let old, _), .shown(let new, _)): old.isSame(as: new)
    case (.unshown(let oldReason, let old), .unshown(let newReason, let new)):
      oldReason == newReason && old.ids == new.ids
    default: false
    }
  }
}
