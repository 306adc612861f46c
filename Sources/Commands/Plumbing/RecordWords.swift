// The lines of team.keys and of sealed files in words, for `git diff` and `check --against`. What a
// re-seal changes, a box, does not show; who wrote which revision of a name does.

internal import Sealing
internal import Vault

/// Records in words.
enum RecordWords {
  /// A whole file in words, one record a line; what is not understood stands as it is.
  static func text(of bytes: [UInt8]) -> [UInt8] {
    let lines = bytes.split(separator: 10).map { RecordFields($0) }
    let replaced = Set(
      lines.filter { $0.kind == "role" }.flatMap { fields in
        (fields.value("after") ?? "").split(separator: ",").map(String.init)
      })
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count / 4)
    var seen: Set<String> = []
    for fields in lines {
      let said: String?
      switch fields.kind {
      case "past": continue
      case "to":
        // Who reads a role, once: under which key they were given it changes with every re-key.
        guard let epoch = fields.value("epoch"), !replaced.contains(epoch) else { continue }
        said = words(fields)
        if let said, !seen.insert(said).inserted { continue }
      default: said = words(fields)
      }
      let line = said ?? String(decoding: fields.line, as: UTF8.self)
      text += escaped(line).utf8
      text.append(10)
    }
    return text
  }

  /// A record in words; nil where it is no record that these words fit.
  static func words(_ fields: RecordFields) -> String? {
    switch fields.kind {
    case "secret", "proposal": secret(fields)
    case "role": role(fields)
    case "to": to(fields)
    case "root", "member": member(fields)
    case "env": environment(fields)
    case "admin": admin(fields)
    case "grant", "request": grant(fields)
    case "join": join(fields)
    default: nil
    }
  }

  // A sealed file

  private static func secret(_ fields: RecordFields) -> String? {
    guard let role = fields.value("role"), let signed = signed(fields) else { return nil }
    var text = "\(fields.kind) \(fields.word(1))"
    if role != "default" { text += " of role \(role)" }
    if fields.isRemoved { text += " removed" }
    if let revision = fields.value("rev") { text += ", revision \(revision)" }
    text += signed
    if let expires = fields.value("expires") { text += ", expires \(expires)" }
    if let sealer = fields.value("sealed-by") { text += ", sealed by \(sealer)" }
    return text
  }

  private static func role(_ fields: RecordFields) -> String? {
    guard let epoch = fields.value("epoch"), let signed = signed(fields) else { return nil }
    var text = "role \(fields.word(1)), key \(epoch)\(signed)"
    let without = (fields.value("without") ?? "-").split(separator: ",")
      .compactMap { $0.split(separator: ":").first }.filter { $0 != "-" }.map(String.init)
    if !without.isEmpty { text += ", kept from \(listed(without))" }
    return text
  }

  private static func to(_ fields: RecordFields) -> String? {
    guard let role = fields.value("role"), !fields.word(1).isEmpty else { return nil }
    return "role \(role), held by \(fields.word(1))"
  }

  // team.keys

  private static func member(_ fields: RecordFields) -> String? {
    guard let key = fields.value("key"), let at = fields.value("at") else { return nil }
    var text = "\(fields.kind) \(fields.word(1))"
    if fields.isRemoved { text += " removed" }
    if let kind = fields.value("kind") { text += ", \(kind)" }
    return "\(text), \(fingerprint(key))\(fields.value("by").map { ", by \($0)" } ?? "") at \(at)"
  }

  private static func environment(_ fields: RecordFields) -> String? {
    guard let signed = signed(fields) else { return nil }
    var text = "environment \(fields.word(1))"
    if fields.isRemoved { return text + " removed" + signed }
    guard let isProtected = fields.value("protected"), let base = fields.value("extends") else {
      return nil
    }
    text += isProtected == "yes" ? ", protected" : ", not protected"
    if base != "-" { text += ", extends \(base)" }
    return text + signed
  }

  private static func admin(_ fields: RecordFields) -> String? {
    signed(fields).map { "admin \(fields.word(1))\(fields.isRemoved ? " removed" : "")\($0)" }
  }

  private static func grant(_ fields: RecordFields) -> String? {
    guard let environment = fields.value("env"), let role = fields.value("role"),
      let at = fields.value("at")
    else { return nil }
    var text = "\(fields.kind) \(fields.word(1)), \(environment)/\(role)"
    if let access = fields.value("access") {
      text += " \(access)"
    } else {
      text += " removed"
    }
    if let until = fields.value("until"), until != "never" { text += " until \(until)" }
    if let seconds = fields.value("for").flatMap({ Int($0) }) {
      text += " for \(TimeSpan.text(seconds))"
    }
    text += (fields.value("by").map { ", by \($0)" } ?? "") + " at \(at)"
    return text + (fields.reason.map { ": \($0)" } ?? "")
  }

  private static func join(_ fields: RecordFields) -> String? {
    guard let key = fields.value("key"), let at = fields.value("at") else { return nil }
    return "join \(fields.word(1)), \(fingerprint(key)) at \(at)"
      + (fields.reason.map { ": \($0)" } ?? "")
  }

  private static func signed(_ fields: RecordFields) -> String? {
    guard let by = fields.value("by"), let at = fields.value("at"), !fields.word(1).isEmpty else {
      return nil
    }
    return ", by \(by) at \(at)"
  }

  private static func fingerprint(_ key: String) -> String {
    PublicKey(openSSH: key)?.fingerprint ?? key
  }
}
