// What an environment gives: its own values over those of the environments that it extends, by
// name. `run`, `export` and `get` share this. Names are chosen before anything is opened.

internal import Sealing
internal import Vault
internal import Workspace

/// A value, and what it comes to.
struct LayeredValue {
  /// The value as it was opened.
  let opened: OpenValue
  /// Its bytes; of a template what it expands to.
  let text: Secret
  /// The environment that it is from.
  let environment: String

  var name: String { opened.name }
}

/// The values of an environment over those of its base, unopened.
struct Layers {
  private struct Item {
    let found: FoundSecret
    let layer: Int32

    var name: String { found.name }
  }

  /// The environments, the base first; their findings grow as values are opened.
  private(set) var environments: [OpenEnvironment]
  private var items: [Item] = []
  /// Values that this machine has seen and that are gone.
  private var gone: [(name: String, layer: Int32, finding: Finding)] = []
  /// Whether every name stands once, as is usual: then nothing has to be looked for.
  private var isPlain = true

  /// Finds the names.
  ///
  /// - Parameters:
  ///   - environments: the base first, the environment itself last.
  ///   - identity: the reader's key.
  ///   - roles: the roles to take; none means every one that the reader may open.
  ///   - arena: where keys and values go.
  /// - Throws: `Refusal` where a role is not there, or the reader may open none.
  init(
    _ environments: [Environment], as identity: Identity, roles: [String] = [],
    in arena: SecureArena
  ) throws(Refusal) {
    self.environments = environments.map { OpenEnvironment($0, as: identity, in: arena) }
    try check(roles)
    for (layer, environment) in self.environments.enumerated() {
      let found = environment.secrets(in: roles.isEmpty ? environment.roles : roles)
      items.reserveCapacity(items.count + found.count)
      for secret in found { items.append(Item(found: secret, layer: Int32(layer))) }
      for finding in environment.environment.findings
      where finding.isError && finding.kind == .rollback {
        guard case .secret(let role, let name) = finding.thing,
          roles.isEmpty ? environment.mayRead(role) : roles.contains(role),
          environment.environment.entry(of: name, role: role) == nil
        else { continue }
        gone.append((name, Int32(layer), finding))
      }
    }
    sort()
  }

  private func check(_ roles: [String]) throws(Refusal) {
    guard let top = environments.last else { return }
    for opened in environments {
      if let finding = opened.lostGrant(in: roles) {
        throw Refusal(finding: finding, status: .damaged)
      }
    }
    if roles.isEmpty, top.roles.isEmpty { throw .noGrant(in: top) }
    for role in roles where !environments.contains(where: { $0.mayRead(role) }) {
      throw .closedRole(role, in: top)
    }
  }

  // A file's order is that of names within a role, so one role of one environment is sorted.
  private mutating func sort() {
    for index in items.indices.dropFirst()
    where !(items[index - 1].name < items[index].name) {
      isPlain = false
      break
    }
    guard !isPlain else { return }
    items = items.sorted { left, right in
      if left.name != right.name { return left.name < right.name }
      if left.layer != right.layer { return left.layer > right.layer }
      return role(of: left) < role(of: right)
    }
  }

  private func role(of item: Item) -> String {
    environments[Int(item.layer)].role(of: item.found)
  }

  /// The names, each once, sorted.
  var names: [String] {
    if isPlain { return items.map(\.name) }
    var names: [String] = []
    for item in items where item.name != names.last { names.append(item.name) }
    return names
  }

  /// What there is to say of each name that is given, without opening it.
  var entries: [(environment: String, entry: Entry)] {
    var entries: [(environment: String, entry: Entry)] = []
    for item in items where entries.last?.entry.name != item.name {
      let environment = environments[Int(item.layer)]
      entries.append((environment.environment.name, environment.entry(of: item.found)))
    }
    return entries
  }

  /// Keeps some names only.
  mutating func keep(_ isWanted: (String) -> Bool) {
    items.removeAll { !isWanted($0.name) }
    gone.removeAll { !isWanted($0.name) }
  }

  /// Refuses to go on without a value that was there, unless one lies over it.
  ///
  /// - Throws: `Refusal`: nobody is to run with less, or with a base's value, and not know it.
  func requireWhole() throws(Refusal) {
    for one in gone where !items.contains(where: { $0.name == one.name && $0.layer > one.layer }) {
      throw Refusal(finding: one.finding, status: .damaged)
    }
  }

  /// Opens the values and expands templates.
  ///
  /// - Parameters:
  ///   - acceptsOneSide: whether a value is taken of which another version cannot be opened.
  ///   - isExpanded: whether templates are expanded, or given as they stand.
  /// - Throws: `Refusal`: there is no partial result.
  /// - Returns: the values, in the order of `names`.
  mutating func values(acceptsOneSide: Bool = false, isExpanded: Bool = true) throws
    -> [LayeredValue]
  {
    var values: [LayeredValue] = []
    try forEachValue(acceptsOneSide: acceptsOneSide, isExpanded: isExpanded) { values.append($0) }
    return values
  }

  /// Opens the values one after the other, in the order of `names`, and expands templates.
  ///
  /// - Parameters:
  ///   - acceptsOneSide: whether a value is taken of which another version cannot be opened.
  ///   - isExpanded: whether templates are expanded, or given as they stand.
  ///   - headroom: how many spare bytes to keep before the value of a name.
  ///   - take: takes a value; of ten thousand, nothing else need be kept.
  /// - Throws: `Refusal`, whatever `take` throws.
  mutating func forEachValue(
    acceptsOneSide: Bool = false, isExpanded: Bool = true, headroom: (String) -> Int = { _ in 0 },
    _ take: (LayeredValue) throws -> Void
  ) throws {
    try requireWhole()
    try settle()
    for layer in environments.indices {
      environments[layer].openAhead(
        items.filter { Int($0.layer) == layer }.map(\.found), headroom: headroom)
    }
    for item in items {
      let layer = Int(item.layer)
      let name = environments[layer].environment.name
      let room = headroom(item.name)
      let opened = try open(item, headroom: room)
      if opened.isOneSide, !acceptsOneSide { throw Refusal.oneSide(opened, of: name) }
      // Nearly every value is no template, and then its bytes stay where they were opened.
      let text =
        isExpanded && opened.payload.kind == .template
        ? try expand(opened, in: layer, headroom: room) : opened.payload.value
      try take(LayeredValue(opened: opened, text: text, environment: name))
    }
  }

  private mutating func expand(
    _ value: OpenValue, in layer: Int, headroom: Int
  ) throws(Refusal) -> Secret {
    do throws(TemplateError) {
      return try environments[layer].expand(value, headroom: headroom)
    } catch {
      let environment = environments[layer].environment.name
      throw Refusal(template: error, in: environment, role: value.role)
    }
  }

  private mutating func open(_ item: Item, headroom: Int) throws(Refusal) -> OpenValue {
    do throws(OpeningError) {
      return try environments[Int(item.layer)].open(item.found, headroom: headroom)
    } catch {
      throw Refusal(opening: error, of: item.found, in: environments[Int(item.layer)])
    }
  }

  /// Leaves of each name the one that lies on top; a name in two roles of that layer stops.
  private mutating func settle() throws(Refusal) {
    guard !isPlain else { return }
    var visible: [Item] = []
    var twice: [(name: String, roles: [String])] = []
    for item in items {
      guard let last = visible.last, last.name == item.name else {
        visible.append(item)
        continue
      }
      guard last.layer == item.layer else { continue }
      if twice.last?.name == item.name {
        twice[twice.count - 1].roles.append(role(of: item))
      } else {
        twice.append((item.name, [role(of: last), role(of: item)]))
      }
    }
    if !twice.isEmpty, let top = environments.last {
      throw .inTwoRoles(twice, environment: top.environment.name)
    }
    items = visible
    isPlain = true
  }
}

extension Session {
  /// An environment and those that it extends, the base first.
  ///
  /// - Throws: `Refusal` where one of them is not there or may not be used.
  func stack(_ name: String, in opened: OpenProject) throws -> [Environment] {
    var stack: [Environment] = []
    var next: String? = name
    // The team's judgement has refused every circle of bases.
    while let current = next {
      stack.insert(try environment(current, in: opened), at: 0)
      next =
        if case .live(_, let base) = opened.reading.team.environments[current] { base } else { nil }
    }
    return stack
  }
}
