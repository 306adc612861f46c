// Values opened many at a time: each comes to its own place, and one that was tampered with gives
// nothing, whichever thread it falls to.

import Sealing
import Testing

@Suite("Boxes in a text")
struct BoxTextTests {
  private let arena = SecureArena()
  private let prefix = Array("secrets/1 value\n".utf8)

  /// A text of `NAME box` lines, and where the boxes lie.
  private func text(_ count: Int, under key: DataKey) -> (text: [UInt8], places: [BoxText]) {
    var text: [UInt8] = []
    var places: [BoxText] = []
    for index in 0..<count {
      let content = Array("fake-\(index)".utf8)
      let padded = arena.secret(
        content + [UInt8](repeating: 0, count: Padding.paddedCount(content.count) - content.count))
      Padding.pad(padded, count: content.count)
      let bound = Array("NAME_\(index)".utf8)
      let box = Base64.encodeToBytes(key.seal(padded, ad: prefix + bound))
      let start = text.count
      text += bound + [0x20] + box + [10]
      let boxStart = start + bound.count + 1
      places.append(
        BoxText(
          box: boxStart..<(boxStart + box.count), bound: start..<(start + bound.count),
          headroom: index % 7))
    }
    return (text, places)
  }

  @Test(
    "Each of many comes to its own place, also of fewer than a thread's share",
    arguments: [
      0, 1, 127, 128, 129, 1000,
    ])
  func many(_ count: Int) {
    let key = DataKey.generate(in: arena)
    let (text, places) = text(count, under: key)
    let contents = BoxOpener.openAll(places, in: text, prefix: prefix, with: key)
    let strings = contents.map { $0.map { String(decoding: $0.array, as: UTF8.self) } }
    #expect(strings == (0..<count).map { "fake-\($0)" })
  }

  @Test("One alone gives the same, with room for its name and a NUL")
  func alone() throws {
    let key = DataKey.generate(in: arena)
    let (text, places) = text(7, under: key)
    var opener = BoxOpener(prefix: prefix)
    for (index, place) in places.enumerated() {
      let content = text.withUnsafeBytes {
        opener.open(place, in: $0, with: key, arena: arena)
      }
      #expect(content?.array == Array("fake-\(index)".utf8))
    }
    let last = text.withUnsafeBytes { opener.open(places[6], in: $0, with: key, arena: arena) }
    #expect(try #require(last).environmentString(named: Array("FIVE_".utf8)) == "FIVE_=fake-6")
  }

  @Test("One that was changed gives nothing, and spoils no other")
  func changed() {
    let key = DataKey.generate(in: arena)
    var (text, places) = text(300, under: key)
    // In the text that the box is bound to, and in the box.
    text[text.count - 1 - 120] ^= 1
    text[0] ^= 1
    let contents = BoxOpener.openAll(places, in: text, prefix: prefix, with: key)
    #expect(contents.indices.filter { contents[$0] == nil } == [0, 299])
    #expect(contents[1]?.array == Array("fake-1".utf8))
  }

  @Test("Another key, or another text before, opens nothing")
  func otherKey() {
    let key = DataKey.generate(in: arena)
    let (text, places) = text(3, under: key)
    let other = BoxOpener.openAll(
      places, in: text, prefix: prefix, with: DataKey.generate(in: arena))
    #expect(other.allSatisfy { $0 == nil })
    let elsewhere = BoxOpener.openAll(places, in: text, prefix: prefix + [10], with: key)
    #expect(elsewhere.allSatisfy { $0 == nil })
  }
}
