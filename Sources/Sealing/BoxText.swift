// The boxes of values as they stand in a file, in base64 and bound to the text before them: opened
// one by one, or many at the same time, straight into guarded memory and without an allocation for
// each.

/// A padded box within a text, `nonce ‖ ciphertext ‖ tag` in base64.
public struct BoxText: Sendable {
  // Narrow, since there may be a hundred thousand.
  let box: Range<Int32>
  let bound: Range<Int32>
  let headroom: Int32

  /// Says where a box lies.
  ///
  /// - Parameters:
  ///   - box: the box's characters; offsets in bytes.
  ///   - bound: the part of the text that the box is bound to.
  ///   - headroom: spare bytes to keep before what it holds, see `SecureArena.allocate`.
  public init(box: Range<Int>, bound: Range<Int>, headroom: Int) {
    self.box = Int32(box.lowerBound)..<Int32(box.upperBound)
    self.bound = Int32(bound.lowerBound)..<Int32(bound.upperBound)
    self.headroom = Int32(headroom)
  }

  /// How much of an arena the opened box takes.
  fileprivate var room: Int {
    let size = max(0, (Base64.decodedCount(box.count) ?? 0) - DataKey.overhead)
    return Int(headroom) + size + BoxOpener.tailroom
  }
}

/// Opens boxes of one text, using the same room for each.
public struct BoxOpener {
  fileprivate static let tailroom = 1

  private var box: [UInt8] = []
  private var bound: [UInt8]
  private let prefixCount: Int

  /// Makes an opener.
  ///
  /// - Parameter prefix: what every box is bound to, before the part of the text.
  public init(prefix: [UInt8]) {
    bound = prefix
    prefixCount = prefix.count
  }

  /// Opens a box.
  ///
  /// - Parameters:
  ///   - place: where it lies.
  ///   - text: the text.
  ///   - key: the key that it was sealed with.
  ///   - arena: where the content goes; a byte is kept free behind it.
  /// - Returns: the content without its padding, or nil where key, box and text do not belong
  ///   together.
  public mutating func open(
    _ place: BoxText, in text: UnsafeRawBufferPointer, with key: DataKey, arena: SecureArena
  ) -> Secret? {
    guard let count = Base64.decodedCount(place.box.count) else { return nil }
    if box.count < count { box = [UInt8](repeating: 0, count: max(count, 2 * box.count)) }
    bound.removeLast(bound.count - prefixCount)
    bound.append(contentsOf: Self.part(place.bound, of: text))
    let characters = RawSpan(_unsafeBytes: Self.part(place.box, of: text))
    let content = box.withUnsafeMutableBytes { box -> Secret? in
      let target = UnsafeMutableRawBufferPointer(rebasing: box[..<count])
      guard Base64.decode(characters, into: target) else { return nil }
      return bound.withUnsafeBytes { bound in
        key.open(
          RawSpan(_unsafeBytes: UnsafeRawBufferPointer(target)), ad: RawSpan(_unsafeBytes: bound),
          in: arena, headroom: Int(place.headroom), tailroom: Self.tailroom)
      }
    }
    return content.flatMap(Padding.unpad)
  }

  /// Opens many boxes, spread over the processor's cores.
  ///
  /// - Parameters:
  ///   - places: where they lie.
  ///   - text: the text.
  ///   - prefix: what every box is bound to, before its part of the text.
  ///   - key: the key that they were sealed with.
  /// - Returns: for each box what `open` returns for it.
  public static func openAll(
    _ places: [BoxText], in text: [UInt8], prefix: [UInt8], with key: DataKey
  ) -> [Secret?] {
    var contents = [Secret?](repeating: nil, count: places.count)
    contents.withUnsafeMutableBufferPointer { target in
      text.withUnsafeBytes { text in
        places.withUnsafeBufferPointer { places in
          // Lent until the threads are gone; each writes a range of its own.
          nonisolated(unsafe) let (target, text, places) = (target, text, places)
          nonisolated(unsafe) let key = key
          Parallel.forEach(places.count, atLeast: 128) { range in
            // An arena is no thread's but its own.
            let arena = SecureArena(capacity: places[range].reduce(0) { $0 + $1.room })
            var opener = BoxOpener(prefix: prefix)
            for index in range {
              target[index] = opener.open(places[index], in: text, with: key, arena: arena)
            }
          }
        }
      }
    }
    return contents
  }

  private static func part(
    _ range: Range<Int32>, of text: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: text[Int(range.lowerBound)..<Int(range.upperBound)])
  }
}
