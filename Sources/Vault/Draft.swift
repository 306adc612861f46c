// format.md §2, what writers do: the text of records that are not changed is kept byte for byte,
// in an order and with the empty lines that git's merges get on best with.

public import Sealing

/// Who writes, with which key, and when.
public struct Author {
  /// The member's name, which stands in `by`.
  public let name: String
  /// The member's key.
  public let identity: Identity
  /// The writer's clock, Unix seconds.
  public let now: Int64
  /// Where keys and values go.
  public let arena: SecureArena

  /// Names who writes.
  public init(name: String, identity: Identity, now: Int64, arena: SecureArena) {
    self.name = name
    self.identity = identity
    self.now = now
    self.arena = arena
  }

  /// Signs a record's text.
  ///
  /// - Parameters:
  ///   - text: the record up to its signature.
  ///   - prefix: what is signed before it.
  /// - Returns: the whole line.
  func sign(_ text: String, prefix: [UInt8]) -> String {
    let message = prefix + Array(text.utf8)
    return "\(text) sig=\(Base64.encode(identity.sign(message.span.bytes)))"
  }
}

/// The lines of a file that is being changed.
struct Draft {
  private let header: String
  private let kinds: [Kind]
  /// The lines that were read, in their order; they stay where they lie.
  private let read: [ArraySlice<UInt8>]
  private var gone: Set<[UInt8]> = []
  private var added: Set<[UInt8]> = []

  init(header: String, kinds: [String], lines: [ArraySlice<UInt8>] = []) {
    self.header = header
    self.kinds = kinds.map(Kind.init)
    read = lines
  }

  mutating func add(_ line: String) { keep(Array(line.utf8)[...]) }

  mutating func keep(_ line: ArraySlice<UInt8>) {
    let bytes = Array(line)
    if gone.remove(bytes) != nil, read.contains(line) { return }
    added.insert(bytes)
  }

  mutating func remove(_ line: ArraySlice<UInt8>) {
    let bytes = Array(line)
    added.remove(bytes)
    gone.insert(bytes)
  }

  /// Whether a line that was read is still there.
  func keeps(_ line: ArraySlice<UInt8>) -> Bool { !gone.contains(Array(line)) }

  private var remaining: [ArraySlice<UInt8>] {
    // Few lines go as a rule, and comparing with each is cheaper than hashing all.
    if gone.count > 8 { return read.filter { !gone.contains(Array($0)) } }
    let few = gone.map { $0[...] }
    return read.filter { !few.contains($0) }
  }

  /// The file in its canonical form.
  var bytes: [UInt8] {
    // What was read is in order already, unless git or somebody's editor has been at it.
    let sorted = (remaining + added.map { $0[...] }).map { Place($0, kinds: kinds) }.sorted()
    var bytes = Array("\(header)\n".utf8)
    bytes.reserveCapacity(sorted.reduce(bytes.count) { $0 + $1.line.count + 2 })
    var last: ArraySlice<UInt8> = []
    for place in sorted where place.line != last {
      bytes.append(10)
      bytes += place.line
      bytes.append(10)
      last = place.line
    }
    return bytes
  }

  /// A kind of record, and where its role stands; nowhere in team.keys, which is not sorted by it.
  private struct Kind {
    enum Role {
      case none
      case first
      case field
    }

    let word: [UInt8]
    let role: Role

    init(_ word: String) {
      self.word = Array(word.utf8)
      switch word {
      case "role", "past": role = .first
      case "to", "secret", "proposal": role = .field
      default: role = .none
      }
    }
  }

  /// Where a line stands: by kind, in a sealed file then by role, then by its bytes.
  private struct Place: Comparable {
    let rank: Int
    let role: ArraySlice<UInt8>
    let line: ArraySlice<UInt8>

    private static let key = Array(" role=".utf8)

    init(_ line: ArraySlice<UInt8>, kinds: [Kind]) {
      self.line = line
      let wordEnd = line.firstIndex(of: 0x20) ?? line.endIndex
      let word = line[..<wordEnd]
      rank = kinds.firstIndex { word == $0.word[...] } ?? kinds.count
      switch rank < kinds.count ? kinds[rank].role : .none {
      case .first: role = line[wordEnd...].dropFirst().prefix { $0 != 0x20 }
      case .field: role = Self.role(in: line[wordEnd...])
      case .none: role = []
      }
    }

    private static func role(in fields: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
      var rest = fields
      while let space = rest.firstIndex(of: 0x20) {
        rest = rest[space...]
        if rest.starts(with: key) { return rest.dropFirst(key.count).prefix { $0 != 0x20 } }
        rest = rest.dropFirst()
      }
      return []
    }

    static func < (left: Place, right: Place) -> Bool {
      if left.rank != right.rank { return left.rank < right.rank }
      if left.role != right.role { return left.role.lexicographicallyPrecedes(right.role) }
      return left.line.lexicographicallyPrecedes(right.line)
    }
  }
}

extension RecordID {
  /// The `after` field of a record that replaces others.
  ///
  /// - Parameters:
  ///   - replaced: each replaced record's id, and what it had in `after` itself.
  ///   - strays: ids that are to be named besides, such as of what was written without the right to
  ///     it, the important first. However many these are, they take no place from what counted.
  /// - Returns: `-`, or up to 16 ids.
  static func afterField(
    _ replaced: [(id: RecordID, after: [RecordID])], strays: [RecordID] = []
  ) -> String {
    var ids: [RecordID] = []
    for id in replaced.map(\.id).sorted() + strays.prefix(12)
      + replaced.sorted(by: { $0.id < $1.id }).flatMap(\.after)
    where !ids.contains(id) {
      ids.append(id)
    }
    // With one place left free: a full `after` says that all lesser revisions are replaced, and that
    // is not for whoever writes strays to bring about. Once it was so, it stays so.
    let isFull = replaced.contains { $0.after.count == 16 }
    let limit = strays.isEmpty || isFull ? 16 : 15
    return ids.isEmpty ? "-" : ids.prefix(limit).map(\.text).joined(separator: ",")
  }
}

/// `rev`: one more than the greatest replaced; it stops at its maximum.
func nextRevision(_ replaced: [Int32]) -> Int32 {
  let greatest = replaced.max() ?? 0
  return greatest == Int32.max ? greatest : greatest + 1
}

/// Why something cannot be written.
public enum WriteError: Error, Equatable, Sendable {
  /// The writer is no member.
  case notMember
  /// Only the root may.
  case needsRoot
  /// Only the root or an admin may.
  case needsAdmin
  /// The writer has no grant to write in the role.
  case noWriteGrant(role: String, environment: String)
  /// The role's key must be replaced first, and this writer cannot.
  case cannotRekey(role: String, whoCan: [String])
  /// The writer has a grant and waits for the role's key.
  case pending(role: String, whoCan: [String])
  /// A forged line, or what memory knows better, stops the thing.
  case refused(Thing, FindingClass)
  /// The name is taken, also by a member who was removed.
  case nameTaken(String)
  /// The key belongs to a current member already.
  case keyTaken(by: String)
  /// The key is of small order or does not convert.
  case unusableKey
  /// Nobody of this name is a current member.
  case noSuchMember(String)
  /// There is no such environment.
  case noSuchEnvironment(String)
  /// The environment is there already.
  case environmentExists(String)
  /// Another environment extends it.
  case isExtended(by: String)
  /// The role does not exist, and is not made on the side.
  case noSuchRole(String)
  /// No such secret.
  case noSuchSecret(String)
  /// The name has a secret already.
  case secretExists(String)
  /// No such grant.
  case noSuchGrant(GrantKey)
  /// The payload breaks a rule of §4.
  case payload(String, PayloadError)
  /// The root or an admin cannot be removed like this.
  case isRootOrAdmin(String)
}
