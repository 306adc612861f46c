// Vectors with a folder `before/`: read and remembered first, then the other one.

import Foundation
import Sealing
import Testing

@testable import Vault

enum VectorMemory {
  static func read(
    _ vector: String, before: VectorFolder, _ folder: VectorFolder, _ view: [String: Any],
    _ expected: [String: Any]
  ) throws -> VectorReading {
    let trusted = (expected["project"] as? String).flatMap { ProjectID(text: $0) }
    let rootKey = (expected["root_key"] as? String).flatMap { PublicKey(openSSH: $0) }
    let seed = try Vectors.bytes(view["seed"])
    let now = try Vectors.time(view["now"])
    let environment = try #require(view["env"] as? String)
    let first = VectorReading(
      before, environment: environment, seed: seed, now: now, trusted: trusted, rootKey: rootKey)
    let reading = try #require(first.reading, "\(vector)")
    // Through the text that is kept, as another process would find it.
    let memory = RememberedProject(reading.remembered(RememberedProject()).text)
    let noted = reading.remembered(RememberedBranch(), contents: [:])
    var branch = RememberedBranch(contents: noted.contentsText)
    branch.add(records: noted.recordsText)
    #expect(branch == noted, "\(vector)")
    let unpublished = expected["unpublished"] as? [String] ?? []
    let isSameBranch = expected["same_branch"] as? Bool ?? true
    return VectorReading(
      folder, environment: environment, seed: seed, now: now, trusted: trusted, rootKey: rootKey,
      memory: memory, branch: isSameBranch ? branch : RememberedBranch(),
      wasPublished: { !unpublished.contains($0) })
  }
}
