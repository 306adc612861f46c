// What a child finds in its environment: sealed values over, or under, what surrounds it. Each
// string stays where it is, a sealed value in the memory that it was decrypted into.

internal import Glibc
public import Sealing

/// A child's environment, composed without copying a value.
public struct ChildEnvironment {
  /// Who gives the value of a name that both have.
  public enum Winner: Sendable {
    /// The sealed value.
    case sealed
    /// The surrounding environment.
    case surroundings
  }

  /// How sealed values and surroundings are put together.
  public struct Options: Sendable {
    /// Who gives the value of a name that both have.
    public var winner: Winner
    /// What is put before the name of each sealed value.
    public var prefix: String
    /// Whether only what a program needs to run at all is taken from the surroundings.
    public var clean: Bool
    /// Names that are never taken from the surroundings.
    public var stripped: [String]

    /// Describes a composition; as it stands, the one of `secrets run` without options.
    public init(
      winner: Winner = .sealed, prefix: String = "", clean: Bool = false,
      stripped: [String] = ChildEnvironment.identityVariables
    ) {
      self.winner = winner
      self.prefix = prefix
      self.clean = clean
      self.stripped = stripped
    }

    func takes(_ name: VariableName) -> Bool {
      if name.isOne(of: stripped) { return false }
      return !clean || name.isOne(of: ChildEnvironment.essentials) || name.starts(with: "LC_")
    }
  }

  /// The variables that carry an identity, which is no business of a child's.
  public static let identityVariables = ["SECRETS_IDENTITY", "SECRETS_IDENTITY_FILE"]

  static let essentials = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "TZ", "TMPDIR",
  ]

  /// The spare byte that every sealed value needs behind it.
  public static let tailroom = 1

  /// The spare bytes that a sealed value of this name needs before it.
  public static func headroom(for name: String, prefix: String = "") -> Int {
    prefix.utf8.count + name.utf8.count + 1
  }

  /// The names, with their prefix, whose sealed value differs from the surroundings', in the order
  /// in which they were added.
  public private(set) var differing: [String] = []

  /// The block, with the nil that ends it.
  private var strings: [UnsafeMutablePointer<CChar>?] = []
  private var places: VariableTable
  private let options: Options
  // They own the memory that the strings of sealed values lie in.
  private var arenas: [SecureArena] = []

  /// Begins an environment with what surrounds it.
  ///
  /// - Parameters:
  ///   - surroundings: what this process was started with, ended by nil; it must outlive the block
  ///     and stay unchanged.
  ///   - capacity: how many sealed values are likely to come; more is no error.
  ///   - options: how both are put together.
  /// - Throws: `prefixNotAName`.
  public init(
    surroundings: UnsafePointer<UnsafeMutablePointer<CChar>?>, capacity: Int = 0,
    options: Options = Options()
  ) throws(LaunchError) {
    guard options.prefix.isEmpty || Self.isName(options.prefix) else {
      throw .prefixNotAName(options.prefix)
    }
    self.options = options
    var count = 0
    while surroundings[count] != nil { count += 1 }
    places = VariableTable(capacity: count)
    strings.reserveCapacity(count + capacity + 1)
    var next = surroundings
    while let string = next.pointee {
      next += 1
      guard let name = VariableName(of: string) else {
        if !options.clean { strings.append(string) }
        continue
      }
      // Of two equal names the first is the one that getenv(3) sees.
      guard options.takes(name), places.insert(name, at: strings.count) else { continue }
      strings.append(string)
    }
    strings.append(nil)
  }

  /// Adds a sealed value.
  ///
  /// - Parameters:
  ///   - name: the name, without a prefix; none twice.
  ///   - value: the value, allocated with `headroom(for:prefix:)` and `tailroom`.
  /// - Throws: `valueHoldsNUL`.
  public mutating func add(_ name: String, _ value: Secret) throws(LaunchError) {
    let full = options.prefix.isEmpty ? name : options.prefix + name
    let holdsNUL = value.withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        buffer.baseAddress.map { memchr($0, 0, buffer.count) != nil } ?? false
      }
    }
    if holdsNUL { throw .valueHoldsNUL(name: full) }
    if arenas.last !== value.arena { arenas.append(value.arena) }
    let string = value.environmentString(named: full.utf8Span.span.bytes)
    guard let name = VariableName(of: string), let surrounding = places[name] else {
      strings[strings.count - 1] = string
      strings.append(nil)
      return
    }
    if strcmp(surrounding.name.value, name.value) != 0 { differing.append(name.text) }
    if options.winner == .sealed { strings[surrounding.index] = string }
  }

  /// How many variables there are.
  public var count: Int { strings.count - 1 }

  /// Lends the block as `execve(2)` takes it, ended by nil.
  public func withStrings<R, E: Error>(
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(arenas) {} }
    return try strings.withUnsafeBufferPointer { buffer throws(E) in
      guard let start = buffer.baseAddress else { preconditionFailure("a block ends in nil") }
      return try body(start)
    }
  }

  /// Lends the value of a name, or nil where there is none.
  func withValue<R>(of wanted: String, _ body: (UnsafePointer<CChar>?) -> R) -> R {
    defer { withExtendedLifetime(arenas) {} }
    for case let string? in strings {
      if let name = VariableName(of: string), name.isOne(of: [wanted]) { return body(name.value) }
    }
    return body(nil)
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
