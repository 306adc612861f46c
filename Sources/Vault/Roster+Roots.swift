// format.md §5.1, root: the chain from the first root, to which the project's id commits, to the
// present one.

internal import Sealing

extension Roster {
  // §5.1
  mutating func followRoots(_ knownRoots: KnownRoots) {
    let claims = records.filter { $0.kind == .root }
    let name = TeamFile.name
    guard let last = claims.map(\.rev).max(), claims.contains(where: { $0.rev == 1 }) else {
      stop(.forged, nil, .missingRoot(revision: 1))
      return
    }
    // Where two roots claim one revision, the one kept decides whose signature comes next.
    let isKnown = isKnown && Int(last) == claims.count
    var before: [PublicKey] = []
    for revision in 1...last {
      let candidates = claims.filter { $0.rev == revision }
      guard !candidates.isEmpty else {
        stop(.forged, nil, .missingRoot(revision: Int(revision)))
        return
      }
      for record in candidates {
        guard let key = record.key else { continue }
        if !isKnown, !isUsable(key) {
          stop(.forged, record, .unusableKey)
        } else if revision == 1, ProjectID(signedRoot: record, in: file) != file.project {
          stop(.forged, record, .notTheProjectsRoot)
        } else if !isKnown,
          !file.isSigned(record, by: revision == 1 ? [key] : before, book: book)
        {
          stop(.forged, record, .badSignature)
        }
      }
      if isStopped { return }
      var kept = candidates[0]
      if candidates.count > 1 {
        guard let known = knownRoots[revision],
          let seen = candidates.first(where: { $0.key == known })
        else {
          findings.error(.conflict, .root, name, nil, .sides(candidates.map(\.authorship)))
          isStopped = true
          return
        }
        kept = seen
        for other in candidates where other.key != known {
          findings.warn(.rollback, .root, name, Int(other.line.number), .signer(other.name))
        }
      }
      guard let key = kept.key else { return }
      roots.append(Root(name: kept.name, key: key, rev: revision))
      before = [key]
    }
    everNamedByRoots.formUnion(roots.map(\.name))
  }

  mutating func stop(_ kind: FindingClass, _ record: TeamRecord?, _ reason: FindingReason) {
    findings.error(
      kind, record?.thing ?? .root, TeamFile.name, record.map { Int($0.line.number) }, reason)
    isStopped = true
  }
}

extension ProjectID {
  /// The id that a first root record gives, over its text up to ` sig=` (format.md §3).
  fileprivate init?(signedRoot record: TeamRecord, in file: TeamFile) {
    let signed = file.bytes[Int(record.line.start)..<Int(record.line.signedEnd)]
    self.init(bytes: Digest.blake2b(16, Array("secrets/1 project\n".utf8) + signed))
  }
}
