// What differs: between two states of each environment by the records' ids, which no re-sealing
// changes; between two environments by the values, as far as the reader can open both.

internal import Sealing
internal import Vault

/// What differs between two sides.
struct DiffComparison {
  /// How the first side is called.
  let from: String
  /// How the second side is called.
  let to: String
  /// By environment, name and role.
  var differences: [SecretDifference] = []
  private var olds: [String: Environment] = [:]
  private var news: [String: Environment] = [:]
  /// Whether it is of what `run` gives, where a template is what it comes to.
  private let isExpanded: Bool

  /// Compares each environment with itself.
  ///
  /// - Parameters:
  ///   - before: the first side.
  ///   - after: the second side.
  ///   - wanted: the one environment that is asked about.
  /// - Throws: `Refusal` where one may not be used, or is on neither side.
  init(from before: DiffSide, to after: DiffSide, wanted: String?) throws {
    (from, to) = (before.label, after.label)
    isExpanded = false
    if let wanted, !before.has(wanted), !after.has(wanted) {
      guard let team = (after.reading ?? before.reading)?.team else { return }
      throw Refusal.noEnvironment(wanted, in: team)
    }
    for name in wanted.map({ [$0] }) ?? Set(before.names).union(after.names).sorted() {
      olds[name] = try before.environment(name)
      news[name] = try after.environment(name)
      let (old, new) = (Self.entries(olds[name]), Self.entries(news[name]))
      for address in Self.addresses(old, new) {
        guard let change = Self.change(old[address], new[address]) else { continue }
        differences.append(
          SecretDifference(
            change: change, address: address, environment: name,
            before: old[address].flatMap { DifferingSecret(present: $0, name) },
            after: new[address].flatMap { DifferingSecret(present: $0, name) },
            removal: new[address].flatMap { $0.isRemoved ? $0 : nil }))
      }
    }
  }

  /// Compares what two environments give.
  ///
  /// - Parameters:
  ///   - first: an environment.
  ///   - second: another one.
  ///   - side: where both are.
  ///   - reader: who compares; what they cannot open is `closed`.
  ///   - arena: where keys and values go.
  /// - Throws: `Refusal` where one is not there or may not be used.
  init(
    _ first: String, _ second: String, in side: DiffSide, as reader: Identity, arena: SecureArena
  ) throws {
    (from, to) = (first, second)
    isExpanded = true
    let stacks = (try side.stack(first), try side.stack(second))
    for environment in stacks.0 { olds[environment.name] = environment }
    for environment in stacks.1 { news[environment.name] = environment }
    let (old, new) = (Self.effective(stacks.0), Self.effective(stacks.1))
    var opened = (
      ValueReader(olds, reader, arena, isExpanded: true),
      ValueReader(news, reader, arena, isExpanded: true)
    )
    for address in Self.addresses(old, new) {
      let (before, after) = (old[address], new[address])
      var change = SecretDifference.Change.added
      if let before, let after {
        if before.environment == after.environment { continue }
        guard let difference = Self.change(opened.0.open(before), opened.1.open(after)) else {
          continue
        }
        change = difference
      } else if before != nil {
        change = .removed
      }
      differences.append(
        SecretDifference(
          change: change, address: address,
          environment: (after ?? before)?.environment ?? second, before: before, after: after,
          removal: nil))
    }
  }

  /// The environments that something differs in, on either side.
  var environments: [Environment] {
    let touched = Set(
      differences.flatMap { [$0.before?.environment, $0.after?.environment] }.compactMap { $0 })
    return [olds, news].flatMap { side in touched.sorted().compactMap { side[$0] } }
  }

  /// Opens the values that differ, as far as the reader can.
  mutating func openValues(as identity: Identity, in arena: SecureArena) {
    var readers = (
      ValueReader(olds, identity, arena, isExpanded: isExpanded),
      ValueReader(news, identity, arena, isExpanded: isExpanded)
    )
    for index in differences.indices {
      if let secret = differences[index].before {
        differences[index].before?.value = readers.0.open(secret)
      }
      if let secret = differences[index].after {
        differences[index].after?.value = readers.1.open(secret)
      }
    }
  }

  private static func entries(_ environment: Environment?) -> [SecretAddress: Entry] {
    Dictionary(
      (environment?.entries ?? []).map { (SecretAddress(role: $0.role, name: $0.name), $0) },
      uniquingKeysWith: { $1 })
  }

  /// What lies on top, by name, as `run` takes it.
  private static func effective(_ stack: [Environment]) -> [SecretAddress: DifferingSecret] {
    var found: [SecretAddress: DifferingSecret] = [:]
    var covered: Set<String> = []
    for environment in stack.reversed() {
      let entries = environment.entries.filter { !$0.isRemoved && !covered.contains($0.name) }
      for entry in entries {
        found[SecretAddress(role: entry.role, name: entry.name)] =
          DifferingSecret(present: entry, environment.name)
      }
      covered.formUnion(entries.map(\.name))
    }
    return found
  }

  private static func addresses<Value>(
    _ old: [SecretAddress: Value], _ new: [SecretAddress: Value]
  ) -> [SecretAddress] {
    Set(old.keys).union(new.keys).sorted { ($0.name, $0.role) < ($1.name, $1.role) }
  }

  /// How two values differ; nil where they do not.
  private static func change(
    _ old: DifferingSecret.Value, _ new: DifferingSecret.Value
  ) -> SecretDifference.Change? {
    switch (old, new) {
    case (.refused(let kind), _), (_, .refused(let kind)): return .refused(kind)
    case (.opened(let old), .opened(let new)):
      let isSame = old.kind == new.kind && old.value.hasSameBytes(as: new.value)
      return isSame ? nil : .changed
    case (.closed, _), (_, .closed): return .closed
    }
  }

  /// What became of a secret; nil where nothing did.
  static func change(_ old: Entry?, _ new: Entry?) -> SecretDifference.Change? {
    if let refused = new?.refused, old?.refused != refused || old?.id != new?.id {
      return .refused(refused)
    }
    switch (old.map { !$0.isRemoved } ?? false, new.map { !$0.isRemoved } ?? false) {
    case (false, false): return nil
    case (false, true): return .added
    case (true, false): return .removed
    case (true, true): return old?.id == new?.id ? nil : .changed
    }
  }
}

/// Opens single values of several environments.
private struct ValueReader {
  private struct Opened {
    var environment: OpenEnvironment
    let secrets: [SecretAddress: FoundSecret]
  }

  private var opened: [String: Opened]
  /// Whether a template is read as what it comes to.
  private let isExpanded: Bool

  init(
    _ environments: [String: Environment], _ identity: Identity, _ arena: SecureArena,
    isExpanded: Bool
  ) {
    self.isExpanded = isExpanded
    opened = environments.mapValues { environment in
      let opened = OpenEnvironment(environment, as: identity, in: arena)
      let found = opened.secrets(in: opened.roles)
      return Opened(
        environment: opened,
        secrets: Dictionary(
          found.map { (SecretAddress(role: opened.role(of: $0), name: $0.name), $0) },
          uniquingKeysWith: { $1 })
      )
    }
  }

  mutating func open(_ secret: DifferingSecret) -> DifferingSecret.Value {
    let address = SecretAddress(role: secret.entry.role, name: secret.entry.name)
    guard let found = opened[secret.environment]?.secrets[address] else { return .closed }
    do throws(OpeningError) {
      guard let value = try opened[secret.environment]?.environment.open(found) else {
        return .closed
      }
      return value.isOneSide
        ? .refused(.conflict) : .opened(expanded(value, secret.environment) ?? value.payload)
    } catch {
      switch error {
      case .noAccess, .pending: return .closed
      case .refused(let kind): return .refused(kind)
      }
    }
  }

  /// What a template comes to; nil where it is none, or comes to nothing that could be given.
  private mutating func expanded(_ value: OpenValue, _ environment: String) -> Payload? {
    guard isExpanded, value.payload.kind == .template,
      let text = try? opened[environment]?.environment.expand(value)
    else { return nil }
    return try? Payload(kind: .text, note: value.payload.note, value: text)
  }
}
