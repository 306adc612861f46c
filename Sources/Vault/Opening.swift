// format.md §4, `to`, `past`, `secret`: what a reader's key opens of an environment. Nothing is
// opened before it is asked for, except the reader's own `to` line.

internal import Sealing

/// Why a value is not given.
public enum OpeningError: Error, Equatable, Sendable {
  /// The reader has no current grant for the role.
  case noAccess
  /// The reader has a grant, and nobody has sealed the role's key to them yet.
  case pending
  /// The thing or its role is refused; the findings say why.
  case refused(FindingClass)
}

/// The keys of a role that one reader can reach.
final class RoleKeys {
  private enum Reach {
    case open(RoleSecret)
    case failed
  }

  private let environment: Environment
  private let role: RoleEpochs
  private let identity: Identity
  private let arena: SecureArena
  private let tos: [ToRecord]
  private var reached: [Epoch: Reach] = [:]
  /// `to` and `past` lines that do not open, with their line's number.
  private(set) var broken: [(thing: Thing, line: Int)] = []

  init(
    _ environment: Environment, role: RoleEpochs, names: [String], identity: Identity,
    arena: SecureArena
  ) {
    self.environment = environment
    self.role = role
    self.identity = identity
    self.arena = arena
    tos = environment.file.tos.filter { to in
      to.role == role.role && names.contains(to.member)
        && role.grants[to.member]?.isCurrent == true
    }
  }

  /// Nobody has sealed the current epoch to this reader.
  var isPending: Bool { !tos.contains { $0.epoch == role.current } }

  /// Whether the current epoch's secret can be reached.
  var hasCurrent: Bool { role.current.flatMap(secret) != nil }

  /// The secret of an epoch; nil where it cannot be reached.
  func secret(_ epoch: Epoch) -> RoleSecret? {
    if case .open(let secret) = reached[epoch] { return secret }
    if reached[epoch] != nil { return nil }
    // Marks the epoch first, so that a circle of `past` lines ends.
    reached[epoch] = .failed
    guard let secret = fromTo(epoch) ?? fromPast(epoch) else { return nil }
    reached[epoch] = .open(secret)
    return secret
  }

  private func fromTo(_ epoch: Epoch) -> RoleSecret? {
    for to in tos where to.epoch == epoch {
      if let secret = open(to) { return secret }
      note(.to(member: to.member, role: to.role), to.line)
    }
    return nil
  }

  private func fromPast(_ epoch: Epoch) -> RoleSecret? {
    guard role.records[epoch] != nil else { return nil }
    for past in environment.file.pasts where past.role == role.role && past.epoch == epoch {
      guard let under = secret(past.under) else { continue }
      if let secret = open(past, under: under) { return secret }
      note(.past(role.role), past.line)
    }
    return nil
  }

  private func note(_ thing: Thing, _ line: RecordLine) {
    if !broken.contains(where: { $0.line == Int(line.number) }) {
      broken.append((thing, Int(line.number)))
    }
  }

  private func box(_ field: Field) -> [UInt8]? {
    Base64.decode(environment.file.bytes[field.range].span.bytes)
  }

  private func open(_ to: ToRecord) -> RoleSecret? {
    guard let record = role.records[to.epoch], let box = box(to.box),
      let content = identity.open(box.span.bytes, in: arena)
    else { return nil }
    let file = environment.file
    let expected = SealedText.toPrefix(
      project: file.project, environment: file.environment, role: to.role, epoch: to.epoch)
    guard content.count == expected.count + 32,
      content.part(0..<expected.count).withBytes({ $0.holds(expected) }),
      let secret = RoleSecret(content.part(expected.count..<content.count)),
      secret.publicKey == record.publicKey
    else { return nil }
    return secret
  }

  private func open(_ past: PastRecord, under: RoleSecret) -> RoleSecret? {
    let file = environment.file
    let bound = file.bytes[Int(past.line.start)..<Int(past.boundEnd)]
    let ad = SealedText.pastPrefix(project: file.project, environment: file.environment) + bound
    guard let record = role.records[past.epoch], let box = box(past.box),
      let content = under.dataKey.open(box.span.bytes, ad: ad.span.bytes, in: arena),
      content.count == 32, let secret = RoleSecret(content),
      secret.publicKey == record.publicKey
    else { return nil }
    return secret
  }

  /// Tries every line there is, for a reading that looks at all.
  func tryAll() {
    for to in tos {
      if open(to) == nil { note(.to(member: to.member, role: to.role), to.line) }
    }
    for epoch in role.records.keys { _ = secret(epoch) }
    for past in environment.file.pasts where past.role == role.role {
      guard let under = secret(past.under) else { continue }
      if open(past, under: under) == nil { note(.past(role.role), past.line) }
    }
  }
}

/// What boxes are bound to, beside the visible text.
enum SealedText {
  static func toPrefix(project: ProjectID, environment: String, role: String, epoch: Epoch)
    -> [UInt8]
  {
    Array(
      "secrets/1 role key\n\(project.text)\n\(environment)\n\(role)\n\(epoch.text)\n".utf8)
  }

  static func pastPrefix(project: ProjectID, environment: String) -> [UInt8] {
    Array("secrets/1 past key\n\(project.text)\n\(environment)\n".utf8)
  }

  static func valuePrefix(project: ProjectID, environment: String) -> [UInt8] {
    Array("secrets/1 value\n\(project.text)\n\(environment)\n".utf8)
  }

  static func proposalPrefix(project: ProjectID, environment: String) -> [UInt8] {
    Array("secrets/1 proposal\n\(project.text)\n\(environment)\n".utf8)
  }
}

extension RawSpan {
  func holds(_ bytes: [UInt8]) -> Bool {
    withUnsafeBytes { $0.elementsEqual(bytes) }
  }
}
