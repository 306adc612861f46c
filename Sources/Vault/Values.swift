// format.md §5.6 to §5.8 and §7: which record of a secret is its state. Judged on every `run` for
// every name, so the common case, one record and no question, is decided without looking around.

internal import Glibc

/// A secret, that is a role and a name, and the record that is its state.
struct SecretState {
  /// Index into the file's `labels`.
  let role: Int32
  /// Where the name stands.
  let name: Field
  /// Index into the file's `secrets` of the record that counts; -1 where it is refused.
  var record = -1
  /// More live records of other ids: equal or in conflict, which only opening them can tell.
  var rivals: [Int] = []
  /// What stops it.
  var refused: FindingClass?
  /// Where its records and proposals stand in the order of things.
  var group = 0..<0
}

/// A class, since every value that is opened looks into it: a copy is one reference.
final class Values {
  private(set) var secrets: [SecretState] = []
  /// Indices into the file's `secrets` of the open proposals.
  private(set) var proposals: [Int] = []

  private let file: SealedFile
  private let rights: WriteRights
  /// By label the index of the role's current epoch, or -1.
  private let currentEpochs: [Int32]
  private let signatures: SecretSignatures
  private let team: Team
  private var order: [Int]

  /// Judges all secrets of a file.
  ///
  /// - Parameters:
  ///   - file: the sealed file.
  ///   - team: the team.
  ///   - roles: the file's roles by name.
  ///   - isKnown: whether all signatures were found good before, for these very bytes.
  ///   - findings: takes what is wrong.
  init(
    _ file: SealedFile, team: Team, roles: [String: RoleEpochs], isKnown: Bool,
    findings: inout Findings
  ) {
    self.file = file
    self.team = team
    rights = WriteRights(file, team: team, roles: roles)
    signatures = SecretSignatures(file, team: team, isKnown: isKnown)
    currentEpochs = file.labels.map { label in
      roles[label]?.current.flatMap { file.epochs.firstIndex(of: $0) }.map { Int32($0) } ?? -1
    }
    order = Array(file.secrets.indices)
    sortByThing()
    secrets.reserveCapacity(order.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, compare(order[start], order[end]) == 0 { end += 1 }
      judge(start..<end, &findings)
      start = end
    }
  }

  /// Judges nothing: the file may not be used.
  init(none file: SealedFile, team: Team) {
    self.file = file
    self.team = team
    rights = WriteRights(file, team: team, roles: [:])
    signatures = SecretSignatures(file, team: team, isKnown: true)
    currentEpochs = []
    order = []
  }

  func isWellSigned(_ index: Int) -> Bool { forgery(index) == nil }

  /// Why a record's signature does not hold; nil where it does.
  func forgery(_ index: Int) -> FindingReason? { signatures.state(index) }

  /// Indices of the records that count and that none replaces.
  ///
  /// Where none is live, of all that count, and where none counts, of those that are well signed:
  /// this is what a settling record comes after.
  func liveRecords(_ secret: SecretState) -> [Int] {
    if secret.refused == nil, secret.record >= 0 { return [secret.record] + secret.rivals }
    let written = records(of: secret).filter {
      !file.secrets[$0].isProposal && isWellSigned($0)
    }
    let counting = written.filter(counts)
    let candidates = counting.isEmpty ? written : counting
    let live = chosen(live(candidates), role: secret.role)
    return live.isEmpty ? candidates : live
  }

  /// Indices of all records and proposals of a secret.
  func records(of secret: SecretState) -> ArraySlice<Int> { order[secret.group] }

  /// Whether the signer of a well-signed record had the right to it.
  func counts(_ index: Int) -> Bool { rights.allows(file.secrets[index]) }

  /// Whether a secret's record stands there sealed under another epoch, too.
  func hasOtherEpoch(_ record: SecretRecord) -> Bool {
    guard let index = index(role: file.labels[Int(record.role)], name: file.string(record.name))
    else { return false }
    return records(of: secrets[index]).contains {
      file.secrets[$0].id == record.id && file.secrets[$0].epoch != record.epoch
    }
  }

  func refuse(role: String, name: String, _ kind: FindingClass) {
    guard let index = index(role: role, name: name) else { return }
    secrets[index].refused = kind
  }

  /// Where a secret stands in `secrets`, which are in order of role and name.
  func index(role: String, name: String) -> Int? {
    guard let role = file.labels.firstIndex(of: role).map({ Int32($0) }) else { return nil }
    let name = Array(name.utf8)
    var range = 0..<secrets.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let secret = secrets[middle]
      if secret.role == role, file.bytes[secret.name.range].elementsEqual(name) { return middle }
      let isBefore =
        secret.role != role
        ? secret.role < role
        : file.bytes[secret.name.range].lexicographicallyPrecedes(name)
      range = isBefore ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }

  /// Those of the records that none of the others replaces.
  private func live(_ counting: [Int]) -> [Int] {
    if counting.count == 1 { return counting }
    let replaced = replaced(by: counting)
    return counting.filter { !replaced.contains(file.secrets[$0].id) }
  }

  /// The ids that records name in `after`, each but its own.
  func replaced(by counting: [Int]) -> Set<RecordID> {
    var replaced: Set<RecordID> = []
    for index in counting {
      let record = file.secrets[index]
      replaced.formUnion(file.after(record).filter { $0 != record.id })
    }
    return replaced
  }

  /// §7: of copies with one id, one under the current epoch.
  private func chosen(_ live: [Int], role: Int32) -> [Int] {
    if live.count <= 1 { return live }
    return Dictionary(grouping: live) { file.secrets[$0].id }.values.map { copies in
      let current = copies.filter { file.secrets[$0].epoch == currentEpochs[Int(role)] }
      return firstLine(current.isEmpty ? copies : current)
    }.sorted()
  }

  /// A canonical file is in this order already, and sorting it again costs one look at each line.
  private func sortByThing() {
    let isSorted = zip(order, order.dropFirst()).allSatisfy { compare($0, $1) < 0 }
    if isSorted { return }
    order.sort {
      let by = compare($0, $1)
      return by != 0 ? by < 0 : $0 < $1
    }
  }

  private func compare(_ left: Int, _ right: Int) -> Int32 {
    let (left, right) = (file.secrets[left], file.secrets[right])
    if left.role != right.role { return left.role < right.role ? -1 : 1 }
    return file.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      let common = min(left.name.count, right.name.count)
      let by = memcmp(base + Int(left.name.start), base + Int(right.name.start), Int(common))
      return by != 0 ? by : left.name.count - right.name.count
    }
  }

  private func judge(_ group: Range<Int>, _ findings: inout Findings) {
    let first = file.secrets[order[group.lowerBound]]
    if group.count == 1, !first.isProposal, first.replacesNothing,
      signatures.state(order[group.lowerBound]) == nil, rights.allows(first)
    {
      secrets.append(
        SecretState(
          role: first.role, name: first.name, record: order[group.lowerBound], group: group))
      return
    }
    let thing = Thing.secret(
      role: file.labels[Int(first.role)], name: file.string(first.name))
    var state = SecretState(role: first.role, name: first.name, group: group)
    let indices = Array(order[group])
    let written = indices.filter { !file.secrets[$0].isProposal }
    if let refusal = refusal(indices) {
      state.refused = refusal.kind
      findings.error(refusal.kind, thing, file.name, refusal.line, refusal.reason)
      secrets.append(state)
      return
    }
    let counting = written.filter { rights.allows(file.secrets[$0]) }
    settle(&state, counting, written, thing, &findings)
    if !written.isEmpty { secrets.append(state) }
    judgeProposals(indices, counting, thing, &findings)
  }

  private struct Refusal {
    var kind = FindingClass.forged
    let line: Int
    let reason: FindingReason
  }

  /// What stops the whole thing, whatever else stands there: §5.7, §7.
  private func refusal(_ indices: [Int]) -> Refusal? {
    for index in indices {
      let record = file.secrets[index]
      if let reason = signatures.state(index) {
        return Refusal(line: Int(record.line.number), reason: reason)
      }
      if !record.isProposal, rights.restsOnForgery(record) {
        let grant = GrantKey(
          member: file.labels[Int(record.signer)], environment: file.environment,
          role: file.labels[Int(record.role)])
        return Refusal(line: Int(record.line.number), reason: .restsOn(.grant(grant)))
      }
    }
    let copies = Dictionary(grouping: indices) { file.secrets[$0].id }
    for group in copies.values where group.count > 1 {
      let text = file.unsealedText(file.secrets[group[0]])
      for other in group.dropFirst() where file.unsealedText(file.secrets[other]) != text {
        return Refusal(
          line: Int(file.secrets[other].line.number),
          reason: .idTwice(line: Int(file.secrets[group[0]].line.number)))
      }
    }
    return nil
  }

  private func settle(
    _ state: inout SecretState, _ counting: [Int], _ written: [Int], _ thing: Thing,
    _ findings: inout Findings
  ) {
    let live = live(counting)
    for index in written where !counts(index) {
      let record = file.secrets[index]
      let finding = Finding(
        kind: .noRight, isError: counting.isEmpty, thing: thing, file: file.name,
        line: Int(record.line.number), reason: .signer(file.labels[Int(record.signer)]))
      findings.add(finding)
    }
    if counting.isEmpty {
      state.refused = .noRight
      return
    }
    if live.isEmpty {
      state.refused = .conflict
      findings.error(.conflict, thing, file.name, nil, .circle)
      return
    }
    // Of several ids the first line counts.
    let chosen = chosen(live, role: state.role)
    let record = firstLine(chosen)
    let isRemoved = file.secrets[record].isRemoved
    if chosen.contains(where: { file.secrets[$0].isRemoved != isRemoved }) {
      state.refused = .conflict
      let sides = chosen.map { authorship(file.secrets[$0]) }
      findings.error(.conflict, thing, file.name, nil, .sides(sides))
      return
    }
    state.record = record
    state.rivals = chosen.filter { $0 != record }
  }

  /// The index of the line that is first in byte order.
  private func firstLine(_ indices: [Int]) -> Int {
    var first = indices[0]
    for index in indices.dropFirst() {
      let (left, right) = (file.secrets[index].line, file.secrets[first].line)
      if file.text(left).lexicographicallyPrecedes(file.text(right)) { first = index }
    }
    return first
  }

  func authorship(_ record: SecretRecord) -> Authorship {
    Authorship(
      id: record.id.text, by: file.labels[Int(record.by)],
      sealedBy: record.sealedBy >= 0 ? file.labels[Int(record.sealedBy)] : nil, at: record.at,
      isRemoved: record.isRemoved)
  }

  private func judgeProposals(
    _ indices: [Int], _ counting: [Int], _ thing: Thing, _ findings: inout Findings
  ) {
    guard indices.contains(where: { file.secrets[$0].isProposal }) else { return }
    var open: [Int] = []
    var seen: Set<ArraySlice<UInt8>> = []
    for index in indices where file.secrets[index].isProposal {
      // §7: of exact duplicates one is dropped.
      guard seen.insert(file.text(file.secrets[index].line)).inserted else { continue }
      let record = file.secrets[index]
      let signer = file.labels[Int(record.by)]
      if team.members[signer]?.state == .current {
        open.append(index)
      } else {
        findings.warn(.noRight, thing, file.name, Int(record.line.number), .signer(signer))
      }
    }
    let answered = Set(counting.flatMap { file.after(file.secrets[$0]) })
    var replaced: [Int32: Set<RecordID>] = [:]
    for (signer, own) in Dictionary(grouping: open, by: { file.secrets[$0].by }) {
      replaced[signer] = self.replaced(by: own)
    }
    for index in open {
      let record = file.secrets[index]
      let isReplaced = replaced[record.by]?.contains(record.id) ?? false
      if !isReplaced, !answered.contains(record.id) { proposals.append(index) }
    }
  }
}

extension SealedFile {
  /// The text without `first epoch box sealed-by sig`, in which copies of one id may differ.
  func unsealedText(_ record: SecretRecord) -> [[UInt8]] {
    let free = ["first=", "epoch=", "box=", "sealed-by=", "sig="]
    return text(record.line).split(separator: UInt8(ascii: " "))
      .filter { field in !free.contains { field.starts(with: $0.utf8) } }.map { Array($0) }
  }
}
