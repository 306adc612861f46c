// The vector with every kind of record, as all its readers see it, and again with a file changed.

import Sealing
import Testing

@testable import Vault

/// What the readers see of a project, and who has which right in it.
struct Sight: Equatable {
  /// Values by reader, role and name, with what is said of them.
  var values: [String: String] = [:]
  /// What only warns: where a value was sealed first, and who may know it.
  var exposures: [String: String] = [:]
  /// Members with their keys, admins, grants, environments, proposals, and keys that wait.
  var rights: Set<String> = []
  /// What is wrong.
  var errors: Set<String> = []

  /// What is here and not there, or otherwise there.
  func more(than sound: Sight) -> [String] {
    values.filter { sound.values[$0.key] != $0.value }.map(\.key)
      + rights.subtracting(sound.rights)
  }
}

struct MalleableProject {
  private(set) var files: [String: [UInt8]] = [:]
  private(set) var sound = Sight()
  private let team: Team
  private let sealed: SealedFile
  private let now: Int64
  private let trusted: ProjectID
  private var readers: [(name: String, identity: Identity)] = []
  private let arena = SecureArena()
  private var forgeries: [[UInt8]: Sight?] = [:]

  init() throws {
    let vector = "valid/one-of-each-kind"
    let expected = try Vectors.expectation(vector)
    let views = try #require(expected["views"] as? [Vectors.Expectation])
    now = try Vectors.time(views[0]["now"])
    trusted = try #require((expected["project"] as? String).flatMap { ProjectID(text: $0) })
    for (name, bytes) in try VectorFolder("\(vector)/secrets").files {
      // The vector has no line of a later version.
      files[name] = bytes + Array("\next later field=1\n".utf8)
    }
    team = Team(try TeamFile(files["team.keys"] ?? []), now: now, trusted: trusted)
    sealed = try SealedFile(files["production.sealed"] ?? [], name: "production.sealed")
    for view in views {
      let seed = try Vectors.bytes(view["seed"])
      let identity = try #require(Identity(seed: arena.secret(seed)))
      readers.append((try #require(view["identity"] as? String), identity))
    }
    sound = look(team, sealed)
  }

  /// The line that a byte lies in.
  func line(of place: Int, in bytes: [UInt8]) -> String {
    let start = bytes[..<place].lastIndex(of: 10).map { $0 + 1 } ?? 0
    let end = bytes[place...].firstIndex(of: 10) ?? bytes.endIndex
    return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
  }

  /// Reads the project with another content of one file; nil where it is refused as a whole.
  mutating func look(_ name: String, _ bytes: [UInt8], at place: Int) throws -> Sight? {
    if name == TeamFile.name {
      guard let file = try? TeamFile(bytes) else { return nil }
      let record = file.records.first { $0.line.holds(place) }
      let forged = record.flatMap { record -> [UInt8]? in
        guard ![.root, .ext].contains(record.kind) else { return nil }
        let keys =
          record.kind == .join
          ? [record.key].compactMap(\.self) : file.keysByName()[record.signer] ?? []
        return file.isSigned(record, by: keys, book: nil) ? nil : Array(file.signed(record.line))
      }
      return look(forged) { [now, trusted, sealed] project in
        let team = Team(file, now: now, trusted: trusted)
        return team.isStopped ? nil : project.look(team, sealed)
      }
    }
    guard let file = try? SealedFile(bytes, name: name) else { return nil }
    let record = file.secrets.first { $0.line.holds(place) }
    let forged = record.flatMap { record -> [UInt8]? in
      let states = file.signatureStates(
        [(record.line, file.labels[Int(record.signer)])], keys: team.roster.keys(of:),
        isKnown: false, book: nil)
      if case .good = states[0] { return nil }
      return Array(file.bound(record)) + bytes[record.box.end..<Int(record.line.signedEnd)]
    }
    return look(forged) { [team] project in
      let sight = project.look(team, file)
      return sight.values.isEmpty ? nil : sight
    }
  }

  /// Looks once at all lines whose signature does not hold and that differ in it alone.
  ///
  /// A signature is read for nothing but whether it holds, and that was asked anew; so is the box
  /// of a secret that is forged, since it is never opened.
  private mutating func look(
    _ forged: [UInt8]?, _ judge: (MalleableProject) -> Sight?
  ) -> Sight? {
    guard let forged else { return judge(self) }
    if let known = forgeries[forged] { return known }
    let sight = judge(self)
    forgeries[forged] = .some(sight)
    return sight
  }

  private func look(_ team: Team, _ sealed: SealedFile) -> Sight {
    let environment = Environment(sealed, name: "production", team: team)
    var sight = Sight()
    var findings = team.findings + environment.findings
    for member in team.members.values where member.state == .current {
      sight.rights.insert(
        "member \(member.name) \(member.key.openSSH) \(member.kind?.rawValue ?? "")")
    }
    for admin in team.admins { sight.rights.insert("admin \(admin)") }
    for (name, state) in team.environments where state != .removed {
      if case .refused = state { continue }
      sight.rights.insert("env \(name) \(state)")
    }
    for grant in environment.grants where grant.isCurrent {
      sight.rights.insert("\(Thing.grant(grant.key)) \(grant.access) \(grant.until)")
    }
    for join in team.joins { sight.rights.insert("join \(join)") }
    for request in team.requests { sight.rights.insert("request \(request)") }
    for (name, identity) in readers {
      let arena = SecureArena(capacity: 1 << 14)
      var open = OpenEnvironment(environment, as: identity, in: arena)
      let inspection = open.inspect()
      for (value, entry) in zip(inspection.values, inspection.entries) {
        let key = "\(name) \(entry.role) \(entry.name)"
        sight.values[key] =
          "\(value.payload.kind) \(value.payload.note.string) \(value.payload.value.string) "
          + "\(entry.rev) \(entry.id) \(entry.by) \(entry.sealedBy ?? "") \(entry.at) "
          + "\(entry.expires ?? 0)"
        sight.exposures[key] = "\(entry.first ?? "") \(entry.exposed) \(entry.isStale)"
      }
      for proposal in inspection.proposals {
        let offer = "proposal \(proposal.role) \(proposal.name) \(proposal.by) \(proposal.id)"
        sight.rights.insert(offer)
        if let payload = proposal.payload {
          sight.values["\(name) \(offer)"] = "\(payload.kind) \(payload.value.string)"
        }
      }
      findings += open.findings
    }
    sight.errors = Set(findings.filter(\.isError).map { "\($0.kind.rawValue): \($0.thing)" })
    return sight
  }
}

extension RecordLine {
  fileprivate func holds(_ place: Int) -> Bool { (Int(start)..<Int(end)).contains(place) }
}
