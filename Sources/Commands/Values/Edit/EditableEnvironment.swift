// The secrets of the roles that a person may write, as they stand at one moment: what an editing
// begins with, and later what it is saved over.

internal import Dotenv
internal import Sealing
internal import Vault

/// A secret's role and name.
struct SecretAddress: Hashable, Comparable {
  let role: String
  let name: String

  /// The order of the editor's text: `default` first, then by role and name.
  static func < (left: SecretAddress, right: SecretAddress) -> Bool {
    left.key.lexicographicallyPrecedes(right.key)
  }

  private var key: [String] { [role == "default" ? "" : role, name] }
}

/// What a secret is at one moment.
enum SecretStanding {
  /// It was removed.
  case removed(SecretRevision)
  /// It is text and can be edited.
  case shown(Payload, SecretRevision)
  /// It is there, but not as text to edit.
  case unshown(UnshownReason, SecretRevision)

  var revision: SecretRevision {
    switch self {
    case .removed(let revision), .shown(_, let revision), .unshown(_, let revision): revision
    }
  }
}

/// Which records a secret's standing rests on.
struct SecretRevision: Equatable {
  /// Their ids; several in a conflict.
  let ids: [String]
  /// Who wrote the last of them.
  let by: String
  /// When, Unix seconds.
  let at: Int64
  /// Past which reading warns, Unix seconds.
  let expires: Int64?
}

/// Why a secret is not in the text.
enum UnshownReason: Equatable {
  /// It is a file of so many bytes.
  case file(bytes: Int)
  /// Its value is larger than an editor's text should hold.
  case large(bytes: Int)
  /// A text that cannot be written as lines: its comment has a carriage return.
  case unwritable
  /// Several members changed it, and nobody has chosen.
  case conflict
  /// It does not open or may not be used.
  case refused(FindingClass)

  /// Whether a value given in the text takes its place.
  var isReplaceable: Bool {
    switch self {
    case .file, .large, .unwritable: false
    case .conflict: true
    // `set` would write over these as well; what is forged or rolled back, people look at first.
    case .refused(let kind): kind != .forged && kind != .rollback
    }
  }
}

/// An environment as one person can edit it.
struct EditableEnvironment {
  /// The environment's name.
  let name: String
  /// The roles that can be written, `default` first.
  let roles: [String]
  /// Roles with a grant to write in which nothing can be written now, and why.
  let closedRoles: [(role: String, reason: WriteError)]
  /// Every secret of `roles` that is or was there.
  let standings: [SecretAddress: SecretStanding]
  /// The templates among them that do not expand.
  let brokenTemplates: [SecretAddress: TemplateError]

  /// The most bytes of a value that is shown.
  static let valueLimit = 64 << 10

  init(
    name: String, roles: [String], closedRoles: [(role: String, reason: WriteError)] = [],
    standings: [SecretAddress: SecretStanding],
    brokenTemplates: [SecretAddress: TemplateError] = [:]
  ) {
    self.name = name
    self.roles = roles
    self.closedRoles = closedRoles
    self.standings = standings
    self.brokenTemplates = brokenTemplates
  }

  /// Looks at an environment for the first time, and finds out what its author can write.
  init(_ opened: inout OpenEnvironment, by author: Author) {
    var roles: [String] = []
    var closedRoles: [(role: String, reason: WriteError)] = []
    let granted = opened.roles.filter(opened.mayWrite).map { SecretAddress(role: $0, name: "") }
    for role in granted.sorted().map(\.role) {
      do throws(WriteError) {
        // Only the writer knows whether a role can be written; what it makes is thrown away.
        var trial = try SealedDraft(opened, by: author)
        try trial.prepare(role)
        roles.append(role)
      } catch {
        closedRoles.append((role, error))
      }
    }
    self.init(&opened, roles: roles, closedRoles: closedRoles)
  }

  /// Looks at the same roles again.
  init(_ opened: inout OpenEnvironment, roles: [String]) {
    self.init(&opened, roles: roles, closedRoles: [])
  }

  private init(
    _ opened: inout OpenEnvironment, roles: [String],
    closedRoles: [(role: String, reason: WriteError)]
  ) {
    var standings: [SecretAddress: SecretStanding] = [:]
    var brokenTemplates: [SecretAddress: TemplateError] = [:]
    let inspection = opened.inspect()
    for (value, entry) in zip(inspection.values, inspection.entries)
    where roles.contains(entry.role) {
      let address = SecretAddress(role: entry.role, name: entry.name)
      standings[address] = SecretStanding(value.payload, name: entry.name, SecretRevision(entry))
      do throws(TemplateError) {
        if value.payload.kind == .template { _ = try opened.expand(value) }
      } catch {
        brokenTemplates[address] = error
      }
    }
    let findings = opened.environment.findings + opened.findings
    for entry in opened.environment.entries where roles.contains(entry.role) {
      let address = SecretAddress(role: entry.role, name: entry.name)
      guard standings[address] == nil else { continue }
      if entry.isRemoved, entry.refused == nil {
        standings[address] = .removed(SecretRevision(entry))
        continue
      }
      let about = findings.first {
        $0.isError && $0.thing == .secret(role: entry.role, name: entry.name)
      }
      let kind = about?.kind ?? entry.refused ?? .damaged
      var revision = SecretRevision(entry)
      if case .sides(let sides) = about?.reason { revision = SecretRevision(sides) ?? revision }
      standings[address] = .unshown(kind == .conflict ? .conflict : .refused(kind), revision)
    }
    self.init(
      name: opened.environment.name, roles: roles, closedRoles: closedRoles, standings: standings,
      brokenTemplates: brokenTemplates)
  }
}

extension SecretStanding {
  fileprivate init(_ payload: Payload, name: String, _ revision: SecretRevision) {
    if payload.kind == .file {
      self = .unshown(.file(bytes: payload.value.count), revision)
    } else if payload.value.count > EditableEnvironment.valueLimit {
      self = .unshown(.large(bytes: payload.value.count), revision)
    } else if !payload.isWritable(as: name) {
      self = .unshown(.unwritable, revision)
    } else {
      self = .shown(payload, revision)
    }
  }
}

extension SecretRevision {
  fileprivate init(_ entry: Entry) {
    self.init(ids: [entry.id], by: entry.by, at: entry.at, expires: entry.expires)
  }

  fileprivate init?(_ sides: [Authorship]) {
    guard let last = sides.max(by: { $0.at < $1.at }) else { return nil }
    self.init(ids: sides.map(\.id).sorted(), by: last.by, at: last.at, expires: nil)
  }
}

extension Payload {
  /// How the editor's text shows its `$`.
  var editorKind: EditorText.Kind { kind == .template ? .template : .literal }

  fileprivate func isWritable(as name: String) -> Bool {
    note.withBytes { note in
      value.withBytes { value in
        (try? EditorText.size(name, value, editorKind, note: note)) != nil
      }
    }
  }

  /// Whether both are the same to the byte, in a time that depends on their sizes only.
  func isSame(as other: Payload) -> Bool {
    kind == other.kind && note.hasSameBytes(as: other.note)
      && value.hasSameBytes(as: other.value)
  }
}
