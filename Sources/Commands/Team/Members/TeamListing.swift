// What `team list` shows, once, for text and JSON.

internal import Sealing
internal import Vault

/// A project's members, grants and offers.
struct TeamListing {
  /// A grant as it stands now.
  struct GrantRow {
    let address: RoleAddress
    let access: Access
    let until: Int64
    /// `current`, `pending` (no key yet) or `ended`.
    let state: String

    /// Such as `production/billing read until 2026-01-02T03:04:05Z`.
    var text: String {
      let time = until == Timestamp.never ? "" : " until \(Timestamp.text(until))"
      let note =
        switch state {
        case "pending": " (waits for its key)"
        case "ended": " (ended)"
        default: ""
        }
      return "\(address.text) \(access.rawValue)\(time)\(note)"
    }
  }

  struct Row {
    let member: Member
    /// `root`, `admin` or nothing.
    let office: String?
    let grants: [GrantRow]

    /// What stands before the first dot.
    var person: String { Commands.person(of: member.name) }
    var state: String { member.state.rawValue }
  }

  let rows: [Row]
  let joins: [JoinRequest]
  let requests: [GrantRequest]

  init(_ reading: Reading, at now: Int64) {
    let team = reading.team
    let grants = Dictionary(grouping: reading.grants.filter { !$0.isRemoved }) { $0.key.member }
    rows = team.members.values.map { member in
      let office =
        member.name == team.root ? "root" : team.admins.contains(member.name) ? "admin" : nil
      let own = member.state == .current ? grants[member.name] ?? [] : []
      return Row(
        member: member, office: office,
        grants: own.map { Self.row($0, reading) })
    }.sorted { ($0.person, $0.member.name) < ($1.person, $1.member.name) }
    joins = team.joins.sorted { ($0.name, $0.at) < ($1.name, $1.at) }
    requests = team.requests.sorted { ($0.key.member, $0.at) < ($1.key.member, $1.at) }
  }

  private static func row(_ grant: Grant, _ reading: Reading) -> GrantRow {
    let environment = reading.environments[grant.key.environment]
    let standing = environment?.roleStandings.first { $0.role == grant.key.role }
    let isPending =
      standing.map { $0.epoch == nil || $0.pending.contains(grant.key.member) } ?? false
    return GrantRow(
      address: RoleAddress(environment: grant.key.environment, role: grant.key.role),
      access: grant.access, until: grant.until,
      state: !grant.isCurrent ? "ended" : isPending ? "pending" : "current")
  }

  // As text

  func print(to console: Console) throws {
    var table = Table("PERSON", "NAME", "KIND", "OFFICE", "STATE", "FINGERPRINT", "GRANTS")
    var last: String?
    for row in rows {
      // Said once for people; a program gets it on every line.
      let person = console.outputTerminal.isTerminal && row.person == last ? "" : row.person
      last = row.person
      table.add(
        person, row.member.name, row.member.kind?.rawValue ?? "person", row.office ?? "",
        row.state == "current" ? "" : row.state, row.member.key.fingerprint,
        row.grants.map(\.text).joined(separator: ", "))
    }
    try console.print(table)
    if !joins.isEmpty {
      try console.print()
      var table = Table("ASKS TO JOIN", "SINCE", "REASON", "FINGERPRINT")
      for join in joins {
        table.add(join.name, Timestamp.text(join.at), join.reason ?? "", join.key.fingerprint)
      }
      try console.print(table)
    }
    if !requests.isEmpty {
      try console.print()
      var table = Table("ASKS FOR", "ROLE", "ACCESS", "FOR", "SINCE", "REASON")
      for request in requests {
        let address = RoleAddress(environment: request.key.environment, role: request.key.role)
        table.add(
          request.key.member, address.text, request.access.rawValue,
          TimeSpan.text(request.seconds), Timestamp.text(request.at), request.reason ?? "")
      }
      try console.print(table)
    }
  }

  // As JSON

  var json: JSON {
    [
      "members": .array(rows.map(Self.json)),
      "joins": .array(
        joins.map { join in
          [
            "name": .string(join.name), "key": .string("ssh-ed25519 \(join.key.openSSH)"),
            "fingerprint": .string(join.key.fingerprint), "at": .string(Timestamp.text(join.at)),
            "reason": .text(join.reason),
          ]
        }),
      "requests": .array(
        requests.map { request in
          [
            "name": .string(request.key.member), "environment": .string(request.key.environment),
            "role": .string(request.key.role), "access": .string(request.access.rawValue),
            "seconds": .number(Int64(request.seconds)), "at": .string(Timestamp.text(request.at)),
            "reason": .text(request.reason), "id": .string(request.id.text),
          ]
        }),
    ]
  }

  private static func json(_ row: Row) -> JSON {
    [
      "name": .string(row.member.name), "person": .string(row.person),
      "kind": .string(row.member.kind?.rawValue ?? "person"), "office": .text(row.office),
      "state": .string(row.state), "key": .string("ssh-ed25519 \(row.member.key.openSSH)"),
      "fingerprint": .string(row.member.key.fingerprint), "added_by": .text(row.member.addedBy),
      "at": .string(Timestamp.text(row.member.at)),
      "grants": .array(
        row.grants.map { grant in
          [
            "environment": .string(grant.address.environment), "role": .string(grant.address.role),
            "access": .string(grant.access.rawValue),
            "until": grant.until == Timestamp.never ? nil : .string(Timestamp.text(grant.until)),
            "state": .string(grant.state),
          ]
        }),
    ]
  }
}

extension JSON {
  /// A text, or null for none.
  static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}
