// format.md §4, Records: one type for the lines of team.keys, and one each for the kinds of a
// sealed file. A record keeps where its text lies, since the text is what is signed and bound.

internal import Sealing

/// Where a record's text lies in its file.
struct RecordLine: Equatable {
  /// The line's number, from 1.
  var number: Int32
  var start: Int32
  var end: Int32
  /// Where ` sig=` begins; the line's end where there is none.
  var signedEnd: Int32 = 0
  /// What follows `sig=`.
  var sig = Field()
}

/// A person or a machine.
public enum MemberKind: String, Sendable {
  case person
  case machine
}

/// What a grant allows.
public enum Access: String, Sendable, Comparable {
  case read
  case write

  /// To read is less than to write.
  public static func < (left: Access, right: Access) -> Bool { left == .read && right == .write }
}

/// A line of team.keys.
struct TeamRecord: Equatable {
  enum Kind: Int {
    case root
    case env
    case member
    case admin
    case grant
    case join
    case request
    case ext
  }

  var kind: Kind
  var line: RecordLine
  /// A member's name; of an `env` record the environment's.
  var name = ""
  var isRemoved = false
  var key: PublicKey?
  var memberKind: MemberKind?
  var environment = ""
  var role = ""
  var isProtected = false
  var extends: String?
  var access: Access = .read
  /// Unix seconds, or `Timestamp.never`.
  var until = Timestamp.never
  /// A request's length in seconds.
  var seconds: Int32 = 0
  var rev: Int32 = 0
  var id = RecordID(packed: 0)
  var after: [RecordID] = []
  var at: Int64 = 0
  var by = ""
  var reason: String?
  /// Put in from this machine's memory (format.md §6): in force, and in no file.
  var isRemembered = false

  var grantKey: GrantKey { GrantKey(member: name, environment: environment, role: role) }

  /// The thing that findings about it name.
  var thing: Thing {
    switch kind {
    case .root, .ext: .root
    case .env: .environment(name)
    case .member: .member(name)
    case .admin: .admin(name)
    case .grant, .request: .grant(grantKey)
    case .join: .join(name)
    }
  }

  /// The member whose key signs it.
  var signer: String {
    switch kind {
    case .join, .request, .root, .ext: name
    default: by
    }
  }
}

/// A `role` line: an epoch of a role.
struct RoleRecord: Equatable {
  var line: RecordLine
  var role: String
  var epoch: Epoch
  var publicKey: BoxKey
  var without: [EndedGrant]
  var after: [Epoch]
  var at: Int64
  var by: String
}

/// An entry of a `without` list: a grant that is over, or a leak to someone unknown.
struct EndedGrant: Hashable, Comparable {
  /// The member; `*` for someone unknown.
  var member: String
  var id: RecordID

  var text: String { "\(member):\(id.text)" }

  static func < (left: EndedGrant, right: EndedGrant) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

/// A `to` line: a role's secret, sealed to a member.
struct ToRecord: Equatable {
  var line: RecordLine
  var member: String
  var role: String
  var epoch: Epoch
  var box: Field
}

/// A `past` line: an older secret of a role, under a newer one.
struct PastRecord: Equatable {
  var line: RecordLine
  var role: String
  var epoch: Epoch
  var under: Epoch
  var box: Field
  /// Where ` box=` begins.
  var boundEnd: Int32
}

/// The line of a secret or proposal.
///
/// Compact, for there may be many: names and labels stay in the file.
struct SecretRecord: Equatable {
  var line: RecordLine
  var name: Field
  /// Index into the file's `labels`.
  var role: Int32
  var by: Int32
  /// Index into the file's `labels`, or -1.
  var sealedBy: Int32 = -1
  /// Index into the file's `epochs`.
  var epoch: Int32 = 0
  /// Index into the file's `epochs`; `epoch` itself where no `first` stands.
  var first: Int32 = 0
  var rev: Int32 = 0
  var isRemoved = false
  var isProposal = false
  /// What stands after `after=`.
  var after = Field()
  var id = RecordID(packed: 0)
  var at: Int64 = 0
  /// Unix seconds; nil without the field.
  var expires: Int64?
  var box = Field()
  /// Where ` box=` begins.
  var boundEnd: Int32 = 0

  /// The label whose key signs it.
  var signer: Int32 { sealedBy >= 0 ? sealedBy : by }
  /// Whether it replaces anything.
  var replacesNothing: Bool { after.count == 1 }
}
