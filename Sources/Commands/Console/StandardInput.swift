// Standard input as secret bytes: a pipe says nothing of its size, so room is taken as it fills,
// and what was outgrown is wiped.

internal import Glibc
internal import Sealing

/// What another program hands over.
enum StandardInput {
  /// Reads to the end.
  ///
  /// - Parameters:
  ///   - descriptor: where from.
  ///   - limit: the most bytes that are taken.
  ///   - arena: where they are put.
  /// - Throws: `Refusal` where it cannot be read, or has more.
  /// - Returns: the bytes.
  static func read(
    from descriptor: Int32 = STDIN_FILENO, limit: Int, into arena: SecureArena
  ) throws(Refusal) -> Secret {
    var room = arena.allocate(min(limit + 1, 1 << 14))
    var count = 0
    while true {
      let got = room.withMutableBytes { buffer in
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
        return Glibc.read(descriptor, rest.baseAddress, rest.count)
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw .inputFailed(errno)
      }
      if got == 0 { return room.part(0..<count) }
      count += got
      guard count <= limit else { throw .fileTooLarge("standard input", limit: limit) }
      guard count == room.count else { continue }
      let larger = arena.allocate(min(limit + 1, 2 * room.count))
      larger.withMutableBytes { target in
        room.withBytes { bytes in
          bytes.withUnsafeBytes { target.copyMemory(from: $0) }
        }
      }
      room.wipe()
      room = larger
    }
  }
}
