// One reading of a vector's folder, put into the words of Tests/Vectors/README.md.

import Foundation
import Sealing

@testable import Vault

/// A folder of a vector: team.keys and sealed files, in memory.
struct VectorFolder {
  var files: [String: [UInt8]] = [:]

  init() {}

  init(_ path: String) throws {
    let folder = Vectors.folder.appending(path: path)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      files[name] = try Vectors.read("\(path)/\(name)")
    }
  }

  var environments: [String] {
    files.keys.filter { $0.hasSuffix(".sealed") }.map { String($0.dropLast(7)) }.sorted()
  }
}

/// What one reader makes of a folder.
struct VectorReading {
  var parseError: ParseError?
  var reading: Reading?
  var team: Team?
  var environment: Environment?
  var open: OpenEnvironment?
  var inspection: Inspection?
  var findings: [Finding] = []

  init(
    _ folder: VectorFolder, environment name: String, seed: [UInt8], now: Int64,
    trusted: ProjectID?, rootKey: PublicKey?,
    memory: RememberedProject = RememberedProject(), branch: RememberedBranch = RememberedBranch(),
    wasPublished: (String) -> Bool = { _ in true }
  ) {
    let arena = SecureArena(capacity: 1 << 16)
    do throws(ParseError) {
      let teamFile = try TeamFile(folder.files["team.keys"] ?? [])
      var others: [SealedFile] = []
      for other in folder.environments where other != name {
        others.append(
          try SealedFile(folder.files["\(other).sealed"] ?? [], name: "\(other).sealed"))
      }
      let sealed = try SealedFile(folder.files["\(name).sealed"] ?? [], name: "\(name).sealed")
      let reading = Reading(
        teamFile, sealed: [sealed] + others, now: now, trusted: trusted, rootKey: rootKey,
        memory: memory, branch: branch, wasPublished: wasPublished)
      self.reading = reading
      team = reading.team
      findings = reading.team.findings
      guard let environment = reading.environments[name],
        let identity = Identity(seed: arena.copy(seed.span.bytes))
      else { return }
      self.environment = environment
      var open = OpenEnvironment(environment, as: identity, in: arena)
      inspection = open.inspect()
      self.open = open
      findings += environment.findings + open.findings
    } catch {
      parseError = error
    }
  }

  var readable: [String: [String: String]] {
    var readable: [String: [String: String]] = [:]
    for value in inspection?.values ?? [] {
      readable[value.role, default: [:]][value.name] = value.payload.value.string
    }
    return readable
  }

  func reports(isError: Bool) -> Set<String> {
    Set(findings.filter { $0.isError == isError }.map { "\($0.kind.rawValue): \($0.thing)" })
  }

  // swift-format-ignore
  func view() -> [String: Any] {
    guard let team, let environment, let open, let inspection else { return [:] }
    var view: [String: Any] = [:]
    view["member"] = open.names
    view["members"] = team.members.mapValues { member in
      var entry = ["state": member.state.rawValue, "key": member.key.openSSH]
      if let kind = member.kind { entry["kind"] = kind.rawValue }
      return entry
    }
    view["admins"] = team.admins.sorted()
    view["environments"] = team.environments.mapValues { state -> [String: Any] in
      switch state {
      case .live(let isProtected, let extends):
        ["state": "live", "protected": isProtected, "extends": extends ?? NSNull()]
      case .removed: ["state": "removed"]
      case .refused(let kind): ["state": kind.rawValue]
      }
    }
    view["requests"] = team.requests.map { request -> [String: Any] in
      var entry: [String: Any] = [
        "name": request.key.member, "env": request.key.environment, "role": request.key.role,
        "access": request.access.rawValue, "for": "\(request.seconds)",
        "at": Timestamp.text(request.at), "id": request.id.text]
      if let reason = request.reason { entry["reason"] = reason }
      return entry
    }
    view["joins"] = team.joins.map { join -> [String: Any] in
      var entry: [String: Any] = [
        "name": join.name, "at": Timestamp.text(join.at), "key": join.key.openSSH]
      if let reason = join.reason { entry["reason"] = reason }
      return entry
    }
    view["grants"] = environment.grants.map { grant -> [String: Any] in
      ["name": grant.key.member, "role": grant.key.role,
       "access": grant.isRemoved ? "removed" : grant.access.rawValue,
       "until": grant.until == Timestamp.never ? "never" : Timestamp.text(grant.until),
       "state": grant.isCurrent ? "current" : "over", "ids": grant.ids.sorted()]
    }
    view["roles"] = environment.roles.filter { !$0.value.records.isEmpty }.mapValues { role -> [String: Any] in
      ["current": role.current?.text ?? NSNull(),
       "epochs": Dictionary(uniqueKeysWithValues: role.records.keys.map { epoch in
         (epoch.text, ["state": role.state(epoch).rawValue,
                       "stale": role.staleEpochs.contains(epoch),
                       "standing": role.standing.contains(epoch)] as [String: Any])
       }),
       "ended": role.ended.map(\.text).sorted(), "pending": role.pending(environment.file)]
    }
    var values: [String: [String: Any]] = [:]
    for (value, entry) in zip(inspection.values, inspection.entries) {
      values[entry.role, default: [:]][entry.name] = self.value(value, entry)
    }
    view["values"] = values
    if !inspection.removed.isEmpty { view["removed"] = inspection.removed }
    if !inspection.noAccess.isEmpty { view["no_access"] = inspection.noAccess }
    if !inspection.pending.isEmpty { view["pending"] = inspection.pending }
    view["proposals"] = inspection.proposals.map { proposal -> [String: Any] in
      var entry: [String: Any] = [
        "name": proposal.name, "role": proposal.role, "by": proposal.by, "id": proposal.id]
      if let payload = proposal.payload {
        entry["kind"] = payload.kind.word
        put(payload.value, in: &entry)
      }
      return entry
    }
    view["errors"] = reports(isError: true).sorted()
    return view
  }

  private func value(_ value: OpenValue, _ entry: Entry) -> [String: Any] {
    var result: [String: Any] = [
      "kind": value.payload.kind.word, "by": entry.by, "at": Timestamp.text(entry.at),
      "rev": entry.rev, "id": entry.id,
    ]
    put(value.payload.value, in: &result)
    if value.payload.note.count > 0 { result["note"] = value.payload.note.string }
    if let sealedBy = entry.sealedBy { result["sealed_by"] = sealedBy }
    if let expires = entry.expires { result["expires"] = Timestamp.text(expires) }
    if let first = entry.first { result["first"] = first }
    if !entry.exposed.isEmpty { result["exposed"] = entry.exposed }
    if entry.isStale { result["stale"] = true }
    if value.isOneSide { result["one_side"] = true }
    if value.payload.kind == .template, var open {
      do throws(TemplateError) {
        result["expanded"] = try open.expand(value).string
      } catch {
        result["expanded_error"] = true
      }
    }
    return result
  }

  private func put(_ value: Secret, in entry: inout [String: Any]) {
    if entry["kind"] as? String != "file" {
      entry["value"] = value.string
    } else {
      entry["value_b64"] = Data(value.array).base64EncodedString()
    }
  }
}

extension Payload.Kind {
  fileprivate var word: String { "\(self)" }
}
