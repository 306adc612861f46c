// Which of the names a child is given: `--only` and `--except`.

/// A choice among names, by patterns of `*` and `?`.
public struct Selection: Sendable {
  private let only: [Glob]
  private let except: [Glob]

  /// Makes a choice.
  ///
  /// - Parameters:
  ///   - only: patterns of the names that are wanted; none means all.
  ///   - except: patterns of the names that are not.
  public init(only: [String] = [], except: [String] = []) {
    self.only = only.map(Glob.init)
    self.except = except.map(Glob.init)
  }

  /// Whether every name is chosen, whatever it is.
  public var isEverything: Bool { only.isEmpty && except.isEmpty }

  /// The names chosen, in their order.
  ///
  /// - Parameter names: all names there are.
  /// - Returns: those that are wanted.
  /// - Throws: `patternsMatchNothing`: a misspelt `--except` must not hand out what it meant to
  ///   hold back.
  public func names(among names: [String]) throws(LaunchError) -> [String] {
    let idle = (only + except).filter { glob in !names.contains(where: glob.matches) }
    guard idle.isEmpty else { throw .patternsMatchNothing(idle.map(\.pattern)) }
    return names.filter { name in
      (only.isEmpty || only.contains { $0.matches(name) }) && !except.contains { $0.matches(name) }
    }
  }
}

/// A pattern over names: `*` stands for any bytes, `?` for one; case counts.
struct Glob: Sendable {
  let pattern: String

  init(_ pattern: String) { self.pattern = pattern }

  func matches(_ name: String) -> Bool {
    let pattern = Array(pattern.utf8)
    let name = Array(name.utf8)
    var (p, n) = (0, 0)
    // Where to go on when what follows the last `*` does not fit: the star takes one byte more.
    var retry: (p: Int, n: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        p += 1
        retry = (p, n)
      } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == name[n] {
        p += 1
        n += 1
      } else if let last = retry {
        (p, n) = (last.p, last.n + 1)
        retry = (p, n)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
