// What a reading has to say about the files: format.md §10's classes, each tied to the thing that
// it is about and to the line where it was seen.

/// A class of error or warning (format.md §10).
public enum FindingClass: String, Sendable {
  case parse
  case forged
  case noRight = "no right"
  case damaged
  case conflict
  case stale
  case rollback
  case pending
  case untrusted
  case future
  case unasked
  case twoNames = "two names"
  case expired
  case note
}

/// What a finding is about.
public enum Thing: Hashable, Sendable {
  case root
  case member(String)
  case admin(String)
  case environment(String)
  case grant(GrantKey)
  case join(String)
  case role(String)
  case past(String)
  case to(member: String, role: String)
  case secret(role: String, name: String)
}

extension Thing: CustomStringConvertible {
  /// The spelling of the test vectors, such as `secret default TOKEN`.
  public var description: String {
    switch self {
    case .root: "root"
    case .member(let name): "member \(name)"
    case .admin(let name): "admin \(name)"
    case .environment(let name): "env \(name)"
    case .grant(let key): "grant \(key.member) \(key.environment) \(key.role)"
    case .join(let name): "join \(name)"
    case .role(let role): "role \(role)"
    case .past(let role): "past \(role)"
    case .to(let member, let role): "to \(member) \(role)"
    case .secret(let role, let name): "secret \(role) \(name)"
    }
  }
}

/// A grant's identity: who, where, which part.
public struct GrantKey: Hashable, Comparable, Sendable {
  /// The member's name.
  public let member: String
  /// The environment's name.
  public let environment: String
  /// The role's name.
  public let role: String

  /// Orders by member, environment and role.
  public static func < (left: GrantKey, right: GrantKey) -> Bool {
    (left.member, left.environment, left.role) < (right.member, right.environment, right.role)
  }

  /// Names a grant.
  public init(member: String, environment: String, role: String) {
    self.member = member
    self.environment = environment
    self.role = role
  }
}

/// Who wrote a record and when, for sentences about both sides.
public struct Authorship: Hashable, Sendable {
  /// The record's id, its 8 characters.
  public let id: String
  /// The member in `by`.
  public let by: String
  /// Who vouches for that; nil where `by` signed.
  public var sealedBy: String?
  /// When they say it was, Unix seconds.
  public let at: Int64
  /// Whether it takes something away.
  public var isRemoved = false

  /// Names an author.
  public init(
    id: String, by: String, sealedBy: String? = nil, at: Int64, isRemoved: Bool = false
  ) {
    self.id = id
    self.by = by
    self.sealedBy = sealedBy
    self.at = at
    self.isRemoved = isRemoved
  }
}

/// Why a finding was made, as far as its class does not say it.
public enum FindingReason: Hashable, Sendable {
  /// The class and the thing say it all.
  case plain
  /// The signature does not hold for what the line says.
  case badSignature
  /// Nobody is known by the name that should have signed.
  case unknownSigner(String)
  /// It is well signed by someone who had no right to it.
  case signer(String)
  /// The same of a line that takes a member away.
  case remover(String)
  /// The same of a line that takes a grant away, which gives this much and holds.
  case grantRemover(String, access: Access, until: Int64)
  /// The same of a line that grants something to who never was a member.
  case toNobody(String)
  /// The same of a line that makes a member of who is one already.
  case namesake(String)
  /// PROJECT is not the hash of the first root record.
  case notTheProjectsRoot
  /// There is no root record with this revision.
  case missingRoot(revision: Int)
  /// A public key is of small order or does not convert.
  case unusableKey
  /// One name stands for different keys or kinds.
  case differentKeys
  /// An epoch is not named after its public key, or has two records.
  case wrongEpoch
  /// Another line, this one, has its id and says something else.
  case idTwice(line: Int)
  /// Two records with one id, at once or one after the other, hold different things.
  case copiesDiffer
  /// It rests on a grant, role or line that is refused itself.
  case restsOn(Thing)
  /// Several live records, these.
  case sides([Authorship])
  /// Several live records, these, of which it is not known whether they say the same.
  case unopenedSides([Authorship])
  /// Each record replaces another: none is live.
  case circle
  /// The environment extends one that does not exist, or itself through others.
  case extends(String)
  /// No `env` record allows the file.
  case noEnvironment
  /// The environment was removed, and its file is there.
  case removedEnvironment
  /// A box that was handed over is another one now, or has another one beside it.
  case otherBox
  /// A line came beside one of the same revision and key.
  case copyBeside
  /// A box does not open, or what it holds is not allowed.
  case box
  /// No role record names the epoch that it is sealed under.
  case unknownEpoch
  /// The key of an older epoch cannot be reached.
  case brokenChain
  /// A record that this one, of this member's, names by its id or epoch is not there.
  case missing(String, by: String)
  /// What this machine remembers is not there or is otherwise now.
  case remembered(String)
  /// The trusted project or root key is another one.
  case otherProject
  /// A time, Unix seconds.
  case time(Int64)
  /// Another member has the same key.
  case sameKey(as: String)
  /// A line went, in a change, that nothing replaces or ends.
  case takenOut
  /// A line came back, in a change, that had been replaced before.
  case putBack
  /// A whole file went, in a change, that no line allows to go.
  case fileTakenOut
}

/// One thing that is wrong, or worth saying.
public struct Finding: Hashable, Sendable {
  /// Its class.
  public let kind: FindingClass
  /// Whether what needs the thing must stop.
  public let isError: Bool
  /// What it is about.
  public let thing: Thing
  /// The file's name, such as `team.keys`; nil where the thing is in none.
  public let file: String?
  /// The line, from 1; nil where no single line is at fault.
  public var line: Int?
  /// Why, for the sentence.
  public let reason: FindingReason
}

/// Findings as they are made, each once.
struct Findings {
  private(set) var list: [Finding] = []
  private var seen: Set<Finding> = []

  mutating func error(
    _ kind: FindingClass, _ thing: Thing, _ file: String? = nil, _ line: Int? = nil,
    _ reason: FindingReason = .plain
  ) {
    add(Finding(kind: kind, isError: true, thing: thing, file: file, line: line, reason: reason))
  }

  mutating func warn(
    _ kind: FindingClass, _ thing: Thing, _ file: String? = nil, _ line: Int? = nil,
    _ reason: FindingReason = .plain
  ) {
    add(Finding(kind: kind, isError: false, thing: thing, file: file, line: line, reason: reason))
  }

  mutating func add(_ finding: Finding) {
    if seen.insert(finding).inserted { list.append(finding) }
  }

  func hasError(about thing: Thing) -> Bool {
    list.contains { $0.isError && $0.thing == thing }
  }
}
