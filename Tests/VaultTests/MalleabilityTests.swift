// Every byte of a real project, changed in several ways and deleted: nobody may get another value,
// right or key by it, and nothing may go missing unsaid.

import Sealing
import Testing

@testable import Vault

@Suite("Every byte of a project")
struct MalleabilityTests {
  /// Kinds of lines that no signature covers.
  ///
  /// By a changed one something may go missing, as if the line were not there; it gives nothing.
  private static let unsigned = [
    "to",  // format.md §4, "Nothing else vouches for the line": its member is pending (§5.10)
    "past",  // format.md §4: what is under the older epoch stays closed
    "ext",  // format.md §4: kept and otherwise ignored
  ]

  private static let stripes = 8

  @Test(
    "A changed byte is refused, or changes nothing; it gives nobody anything",
    arguments: ["team.keys", "production.sealed"], 0..<stripes)
  func bytes(file: String, stripe: Int) throws {
    var town = try MalleableProject()
    let sound = town.sound
    let bytes = try #require(town.files[file])
    #expect(sound.errors.isEmpty && sound.values.count == 12)
    var counts = (refused: 0, less: 0, harmless: 0)
    for place in stride(from: stripe, to: bytes.count, by: Self.stripes) {
      let line = town.line(of: place, in: bytes)
      let ways = [bytes[place] ^ 0x01, bytes[place] ^ 0x20, bytes[place] &+ 1].map { [$0] } + [[]]
      for way in Set(ways) {
        let changed = bytes[..<place] + way + bytes[(place + 1)...]
        let what = "\(file), byte \(place) becomes \(way): \(line)"
        guard let sight = try town.look(file, Array(changed), at: place) else {
          counts.refused += 1
          continue
        }
        #expect(sight.more(than: sound).isEmpty, "\(what)")
        if sight == sound {
          counts.harmless += 1
        } else if sight.errors.isEmpty {
          counts.less += 1
          #expect(Self.unsigned.contains { line.hasPrefix($0 + " ") }, "\(what)")
        } else {
          counts.refused += 1
        }
      }
    }
    // Most must be noticed; what is harmless is an empty line more or less, and `ext` lines.
    #expect(counts.refused > 10 * (counts.less + counts.harmless))
    #expect(counts.harmless > 0)
  }

  @Test("What is checked here would see another value, reader or admin")
  func sees() throws {
    let sound = try MalleableProject().sound
    var other = sound
    other.values["alice default TOKEN"] = "other"
    #expect(other.more(than: sound) == ["alice default TOKEN"])
    other = sound
    other.rights.insert("grant eve default read never")
    other.errors.insert("forged: grant")
    #expect(other.more(than: sound) == ["grant eve default read never"])
  }
}
