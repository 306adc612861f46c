// format.md §5.9, re-keying: a new epoch of a role, from which those whose right has ended are
// kept out.

internal import Sealing

extension SealedDraft {
  mutating func rekey(_ name: String, _ role: RoleEpochs, isLeaked: Bool) throws(WriteError) {
    if let forged = team.findings.first(where: { $0.kind == .forged && $0.isError }) {
      throw .refused(forged.thing, .forged)
    }
    let opened = role.live.filter { before.secret(role: name, epoch: $0) != nil }
    if !role.live.isEmpty, opened.isEmpty {
      // A key that nobody can chain to the old one would strand the values under it.
      guard before.isPending(name) else { throw .refused(.role(name), .damaged) }
      throw role.isStale
        ? .cannotRekey(role: name, whoCan: whoCanWrite(name))
        : .pending(role: name, whoCan: whoCanWrite(name))
    }
    let secret = RoleSecret.generate(in: author.arena)
    let epoch = Epoch(of: secret.publicKey)
    let after = replaced(opened, role)
    var without = role.ends.subtracting(role.endedList(through: after))
    if isLeaked { without.insert(EndedGrant(member: "*", id: RecordID.random())) }
    let list = without.sorted().map(\.text).joined(separator: ",")
    let epochs = after.map(\.text).joined(separator: ",")
    sign(
      "role \(name) epoch=\(epoch.text) public=\(Base64.encode(secret.publicKey.bytes.array)) "
        + "without=\(list.isEmpty ? "-" : list) after=\(epochs.isEmpty ? "-" : epochs) "
        + "at=\(Timestamp.text(author.now)) by=\(author.name)")
    ready[name] = (epoch, secret)
    addPast(name, role, under: epoch, secret, opened: opened, replaced: after)
    // Of a role whose every key was made by who is gone, none is live.
    if !role.records.isEmpty { summary.rekeyed.append(name) }
  }

  /// Every live epoch that was opened; of more than 16 the current one and the greatest.
  private func replaced(_ opened: [Epoch], _ role: RoleEpochs) -> [Epoch] {
    guard opened.count > 16 else { return opened.sorted() }
    let greatest = opened.filter { $0 != role.current }.sorted().suffix(15)
    return ([role.current].compactMap { $0 } + greatest).sorted()
  }

  /// A `past` for every epoch that may be needed and that the new one does not reach.
  private mutating func addPast(
    _ name: String, _ role: RoleEpochs, under epoch: Epoch, _ secret: RoleSecret,
    opened: [Epoch], replaced: [Epoch]
  ) {
    var needed = role.counting
    for value in before.environment.values.secrets where label(value.role) == name {
      guard value.refused != .forged, value.refused != .rollback else { continue }
      for index in before.environment.liveRecords(value) {
        needed.insert(file.epochs[Int(file.secrets[index].epoch)])
      }
    }
    for index in before.environment.values.proposals
    where label(file.secrets[index].role) == name {
      needed.insert(file.epochs[Int(file.secrets[index].epoch)])
    }
    var reached: Set<Epoch> = []
    // Anybody can put a `past` line in: only what opens reaches anything.
    let steps = before.openPasts(role: name)
    func reach(_ start: Epoch) {
      var next = [start]
      while let under = next.popLast() {
        guard reached.insert(under).inserted else { continue }
        next += steps[under] ?? []
      }
    }
    // Live ones first: through them most of the rest is reached.
    for old in opened.sorted() + needed.sorted() where !reached.contains(old) {
      guard role.records[old] != nil, let oldSecret = before.secret(role: name, epoch: old) else {
        continue
      }
      let bound = "past \(name) epoch=\(old.text) under=\(epoch.text)"
      let ad =
        SealedText.pastPrefix(project: file.project, environment: file.environment)
        + Array(bound.utf8)
      let box = secret.dataKey.seal(oldSecret.bytes, ad: ad.span.bytes)
      draft.add("\(bound) box=\(Base64.encode(box))")
      reach(old)
    }
    // Of more than 16 some are live still.
    let stillLive = Set(role.live).subtracting(replaced)
    for to in file.tos
    where to.role == name && reached.contains(to.epoch) && !stillLive.contains(to.epoch) {
      draft.remove(file.text(to.line))
    }
  }
}

extension RoleEpochs {
  /// The ended list that a standing epoch replacing these has from them.
  func endedList(through after: [Epoch]) -> Set<EndedGrant> {
    after.filter { standing.contains($0) }
      .reduce(into: Set<EndedGrant>()) { $0.formUnion(endedList($1)) }
  }
}
