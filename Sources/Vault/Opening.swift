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
  private let environment: Environment
  private let role: RoleEpochs
  private let identity: Identity
  private let arena: SecureArena
  private let tos: [ToRecord]
  private var reached: [Epoch: RoleSecret] = [:]
  /// Epochs whose `to` lines were tried.
  private var tried: Set<Epoch> = []
  /// `to` and `past` lines that do not open, with their line's number.
  private(set) var broken: [(thing: Thing, line: Int)] = []
  private var noted: Set<Int32> = []
  /// The epochs whose secrets `past` lines give, by the epoch that these are under.
  private(set) var openPasts: [Epoch: [Epoch]] = [:]
  private var isExpanded = false

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
    if let known = reached[epoch] { return known }
    if let secret = fromTo(epoch) { return secret }
    expand()
    return reached[epoch]
  }

  @discardableResult
  private func fromTo(_ epoch: Epoch) -> RoleSecret? {
    guard reached[epoch] == nil, tried.insert(epoch).inserted else { return reached[epoch] }
    for to in tos where to.epoch == epoch {
      if let secret = open(to) {
        reached[epoch] = secret
        return secret
      }
      note(.to(member: to.member, role: to.role), to.line)
    }
    return nil
  }

  /// Opens every `past` line that can be, from each epoch that is open; without recursion, for
  /// a chain may be as long as the file.
  func expand() {
    guard !isExpanded else { return }
    isExpanded = true
    for epoch in Set(tos.map(\.epoch)) { fromTo(epoch) }
    var byUnder: [Epoch: [PastRecord]] = [:]
    for past in environment.file.pasts where past.role == role.role {
      byUnder[past.under, default: []].append(past)
    }
    var next = Array(reached.keys)
    while let under = next.popLast() {
      guard let secret = reached[under] else { continue }
      for past in byUnder[under] ?? [] {
        guard let older = open(past, under: secret) else {
          note(.past(role.role), past.line)
          continue
        }
        openPasts[under, default: []].append(past.epoch)
        if reached.updateValue(older, forKey: past.epoch) == nil { next.append(past.epoch) }
      }
    }
  }

  private func note(_ thing: Thing, _ line: RecordLine) {
    if noted.insert(line.number).inserted { broken.append((thing, Int(line.number))) }
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
    expand()
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
