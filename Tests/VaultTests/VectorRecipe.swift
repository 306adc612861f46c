// The recipes by which long or nearly equal inputs of vectors are made.

import Foundation
import Sealing

@testable import Vault

enum VectorRecipe {
  static func folder(_ vector: String, _ expected: [String: Any]) throws -> VectorFolder {
    let recipes = expected["generate"] as? [String: [String: Any]] ?? [:]
    let base = recipes.values.compactMap { $0["base"] as? String }.first
    var folder = try VectorFolder("\(base ?? vector)/secrets")
    for (recipe, values) in recipes { apply(recipe, values, to: &folder, expected) }
    return folder
  }

  private static func apply(
    _ recipe: String, _ values: [String: Any], to folder: inout VectorFolder,
    _ expected: [String: Any]
  ) {
    func text(_ key: String) -> String { values[key] as? String ?? "" }
    func number(_ key: String) -> Int { values[key] as? Int ?? 0 }
    let file = text("file")
    var bytes = folder.files[file] ?? []
    switch recipe {
    case "replace_line":
      var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
      lines[number("line") - 1] = Array(text("text").utf8)
      bytes = Array(lines.joined(separator: [10]))
    case "append_long_line":
      let head = Array(text("head").utf8)
      let fill = Array(text("fill").utf8)
      bytes += head + (head.count..<max(head.count, number("length"))).map { _ in fill[0] } + [10]
    case "append_empty_lines":
      bytes += [UInt8](repeating: 10, count: number("until_file_has") - bytes.count)
    case "append_lines":
      var filled = bytes.split(separator: 10).count
      var next = number("first")
      while filled < number("until_file_has_lines") {
        bytes += Array((String(format: text("line"), next) + "\n").utf8)
        next += 1
        filled += 1
      }
    case "append_secret":
      bytes += secret(values, expected) + [10]
    default:
      fatalError("no such recipe: \(recipe)")
    }
    folder.files[file] = bytes
  }

  /// Sealed here by the page, since the rooms' own writers refuse what these hold.
  private static func secret(_ values: [String: Any], _ expected: [String: Any]) -> [UInt8] {
    func text(_ key: String) -> String { values[key] as? String ?? "" }
    func number(_ key: String) -> Int { values[key] as? Int ?? 0 }
    func bytes(_ key: String) -> [UInt8] { Base64.decode(text(key)) ?? [] }
    func filled(_ name: String) -> [UInt8] {
      values["\(name)_fill"] != nil
        ? [UInt8](repeating: Array(text("\(name)_fill").utf8)[0], count: number("\(name)_length"))
        : Array(text(name).utf8)
    }
    let (note, value) = (filled("note"), filled("value"))
    let length = UInt32(note.count)
    var payload: [UInt8] = [UInt8(number("kind"))]
    payload += (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) }
    payload += note + value
    let arena = SecureArena(capacity: payload.count * 2)
    let padded = arena.allocate(Padding.paddedCount(payload.count))
    padded.withMutableBytes { $0.copyBytes(from: payload) }
    Padding.pad(padded, count: payload.count)
    let project = expected["project"] as? String ?? ""
    let environment = expected["env"] as? String ?? ""
    let before = text("before_box")
    let role = RoleSecret(arena.secret(bytes("role_secret")))
    let ad = Array("secrets/1 value\n\(project)\n\(environment)\n\(before)".utf8)
    let box = role?.dataKey.seal(padded, ad: ad.span.bytes) ?? []
    let signed = Array("\(before) box=\(Base64.encode(box))".utf8)
    let message = Array("secrets/1 record\n\(project)\nenv:\(environment)\n".utf8) + signed
    let signer = Identity(seed: arena.secret(bytes("signer_seed")))
    return signed + Array(" sig=\(Base64.encode(signer?.sign(message.span.bytes) ?? []))".utf8)
  }
}
