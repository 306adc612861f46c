// What there is to say of a secret without opening it.

/// One secret: its name and role, and what its live record says.
public struct Entry: Equatable, Sendable {
  /// The secret's name.
  public let name: String
  /// Its role.
  public let role: String
  /// What stops it; nil where its record counts.
  public let refused: FindingClass?
  /// Whether the live record is a removal.
  public let isRemoved: Bool
  /// The revision, for people to read.
  public let rev: Int
  /// The live record's id.
  public let id: String
  /// Who wrote it, or is said to have.
  public let by: String
  /// Who vouches for that; nil where `by` signed.
  public let sealedBy: String?
  /// When, Unix seconds.
  public let at: Int64
  /// Past which reading warns, Unix seconds.
  public let expires: Int64?
  /// The epoch that this very value was first sealed under, where it is not the present one.
  public let first: String?
  /// Members who may know the value and have no grant now; `*` for someone unknown.
  public let exposed: [String]
  /// Whether it is sealed under an epoch that is not current.
  public let isStale: Bool
}

/// What a value's exposure rests on, as indices into the file's labels and epochs.
struct Exposure: Hashable {
  let role: Int32
  let first: Int32
}

extension Environment {
  /// All secrets, by role and name; removed and refused ones too.
  public var entries: [Entry] {
    var exposures: [Exposure: Set<String>] = [:]
    return values.secrets.map { entry($0, &exposures) }.sorted {
      ($0.role, $0.name) < ($1.role, $1.name)
    }
  }

  func entry(_ secret: SecretState) -> Entry {
    var exposures: [Exposure: Set<String>] = [:]
    return entry(secret, &exposures)
  }

  /// The same, with what was found out about other secrets before.
  func entry(_ secret: SecretState, _ exposures: inout [Exposure: Set<String>]) -> Entry {
    let roleName = file.labels[Int(secret.role)]
    let name = file.string(secret.name)
    guard secret.record >= 0, let role = roles[roleName] else {
      return Entry(
        name: name, role: roleName, refused: secret.refused ?? .conflict, isRemoved: false, rev: 0,
        id: "", by: "", sealedBy: nil, at: 0, expires: nil, first: nil, exposed: [], isStale: false)
    }
    let record = file.secrets[secret.record]
    let epoch = file.epochs[Int(record.epoch)]
    var exposed: Set<String> = []
    if !record.isRemoved {
      for index in [secret.record] + secret.rivals + copies(of: secret) {
        let first = file.secrets[index].first
        let exposure = Exposure(role: secret.role, first: first)
        let known =
          exposures[exposure] ?? role.exposed(firstEpoch: file.epochs[Int(first)])
        exposures[exposure] = known
        exposed.formUnion(known)
      }
    }
    return Entry(
      name: name, role: roleName, refused: secret.refused ?? role.refused,
      isRemoved: record.isRemoved, rev: Int(record.rev), id: record.id.text,
      by: file.labels[Int(record.by)],
      sealedBy: record.sealedBy >= 0 ? file.labels[Int(record.sealedBy)] : nil, at: record.at,
      expires: record.expires,
      first: record.first == record.epoch ? nil : file.epochs[Int(record.first)].text,
      exposed: exposed.sorted(), isStale: role.current != epoch)
  }
}
