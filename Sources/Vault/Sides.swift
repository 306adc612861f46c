// format.md §7, Merging: the sides of what is in conflict, for the person who chooses one.

import Sealing

/// One of several live records of a secret.
public struct ValueSide: Equatable, Sendable {
  /// The record's id.
  public let id: String
  /// Who wrote it, or is said to have.
  public let by: String
  /// Who vouches for that; nil where `by` signed.
  public let sealedBy: String?
  /// When, Unix seconds.
  public let at: Int64
  /// The revision.
  public let rev: Int
  /// Whether it is a removal.
  public let isRemoved: Bool
}

/// A secret of which several records are live and differ, or of which each replaces another.
public struct ValueConflict: Equatable, Sendable {
  /// The secret's name.
  public let name: String
  /// Its role.
  public let role: String
  /// Its sides, the oldest first.
  public let sides: [ValueSide]
}

extension OpenEnvironment {
  /// The secrets in conflict, as far as this reader can see: that two values differ is known only
  /// to those who can open them.
  ///
  /// - Returns: the conflicts, by role and name.
  public mutating func conflicts() -> [ValueConflict] {
    var found: [ValueConflict] = []
    for secret in environment.values.secrets {
      var isInConflict = secret.refused == .conflict
      if secret.refused == nil, !secret.rivals.isEmpty {
        do throws(OpeningError) {
          _ = try open(secret)
        } catch {
          isInConflict = error == .refused(.conflict)
        }
      }
      if isInConflict { found.append(conflict(secret)) }
    }
    return found.sorted { ($0.role, $0.name) < ($1.role, $1.name) }
  }

  /// The secrets of which the reader can open one version, and others cannot be compared with it.
  ///
  /// - Returns: their sides, by role and name.
  public mutating func oneSided() -> [ValueConflict] {
    var found: [ValueConflict] = []
    for secret in environment.values.secrets where secret.refused == nil && !secret.rivals.isEmpty {
      if let value = try? open(secret), value.isOneSide { found.append(conflict(secret)) }
    }
    return found.sorted { ($0.role, $0.name) < ($1.role, $1.name) }
  }

  /// Opens one side of a conflict, to be shown to who asked for it.
  ///
  /// - Parameters:
  ///   - side: the side.
  ///   - conflict: the conflict that it is a side of.
  /// - Throws: `OpeningError`.
  /// - Returns: its payload.
  public func open(
    _ side: ValueSide, of conflict: ValueConflict
  ) throws(OpeningError) -> Payload {
    // An id alone is anybody's to put into a line: only what is a side of this very conflict counts.
    guard let secret = environment.secret(role: conflict.role, name: conflict.name),
      let index = environment.liveRecords(secret).first(where: {
        environment.file.secrets[$0].id.text == side.id
      })
    else { throw .refused(.damaged) }
    return try open(index, role: conflict.role, headroom: 0)
  }

  private func conflict(_ secret: SecretState) -> ValueConflict {
    let file = environment.file
    let sides = environment.liveRecords(secret).map { index in
      let record = file.secrets[index]
      return ValueSide(
        id: record.id.text, by: file.labels[Int(record.by)],
        sealedBy: record.sealedBy >= 0 ? file.labels[Int(record.sealedBy)] : nil, at: record.at,
        rev: Int(record.rev), isRemoved: record.isRemoved)
    }
    // Copies of one record under two epochs are one side.
    var seen: Set<String> = []
    return ValueConflict(
      name: file.string(secret.name), role: file.labels[Int(secret.role)],
      sides: sides.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.filter { seen.insert($0.id).inserted }
    )
  }
}

extension Environment {
  /// Who wrote a secret's live records, of which there may be several.
  public func sides(of name: String, role: String) -> [Authorship] {
    guard let secret = secret(role: role, name: name), secret.refused == nil else { return [] }
    return values.liveRecords(secret).map { values.authorship(file.secrets[$0]) }
      .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  /// Secrets of which several lines are live and that nobody opens here: whether these are in
  /// conflict, only who can open them can tell.
  ///
  /// - Parameter isOpen: whether a role's values are opened.
  /// - Returns: a warning for each.
  public func unopenedRivals(_ isOpen: (String) -> Bool) -> [Finding] {
    values.secrets.compactMap { secret in
      let role = file.labels[Int(secret.role)]
      guard !secret.rivals.isEmpty, secret.refused == nil, !isOpen(role) else { return nil }
      let name = file.string(secret.name)
      return Finding(
        kind: .conflict, isError: false, thing: .secret(role: role, name: name), file: file.name,
        line: nil, reason: .unopenedSides(sides(of: name, role: role)))
    }
  }
}

/// One of several live `env` records of an environment.
public struct EnvironmentSide: Equatable, Sendable {
  /// The record's id.
  public let id: String
  /// Who wrote it.
  public let by: String
  /// When, Unix seconds.
  public let at: Int64
  /// What it says the environment is.
  public let state: EnvironmentState
}

extension Team {
  /// The live records of an environment, the oldest first; where none is live, all that count, and
  /// where none does, what was written without the right to it.
  public func sides(ofEnvironment name: String) -> [EnvironmentSide] {
    let counting = liveEnvironmentRecords(name)
    return (counting.isEmpty ? strayEnvironmentRecords(name) : counting).map { record in
      EnvironmentSide(
        id: record.id.text, by: record.by, at: record.at,
        state: record.isRemoved
          ? .removed : .live(isProtected: record.isProtected, extends: record.extends))
    }.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  /// Grants that hold, though someone without the right has taken them away, sorted.
  public var grantsTakenAwayInVain: [GrantKey] {
    grants.values.filter { !$0.live.isEmpty && !$0.isForged && $0.isTakenAwayInVain }
      .map(\.key).sorted()
  }

  /// Grants of which what holds is to be written down, sorted.
  ///
  /// Their live records say different things, and the lesser holds; or someone without the right has
  /// given them. One that such a person took away, and that holds, is for people to think about,
  /// unless the environment is gone.
  public var disputedGrants: [GrantKey] {
    grants.values.filter { thing in
      guard !thing.isForged, !thing.isStray || !roster.isStranger(thing.key.member) else {
        return false
      }
      if environments[thing.key.environment] == .removed { return !thing.withoutRight.isEmpty }
      guard let first = thing.live.first else { return !thing.withoutRight.isEmpty }
      if thing.isTakenAwayInVain { return false }
      if !thing.withoutRight.isEmpty { return true }
      return thing.live.contains {
        $0.isRemoved != first.isRemoved || $0.until != first.until || $0.access != first.access
      }
    }.map(\.key).sorted()
  }
}
