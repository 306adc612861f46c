// Memory for secret bytes: guarded, locked against swapping, left out of core dumps, wiped when
// released. One arena serves a whole command, since each `sodium_malloc` costs four mappings.

internal import CSodium
internal import Synchronization

/// A growing region of guarded memory out of which `Secret`s are cut.
///
/// Its memory is wiped and released when the last `Secret` of it is gone. Not for use by several
/// threads at once.
public final class SecureArena {
  private struct Chunk {
    let base: UnsafeMutableRawPointer
    let capacity: Int
    var used = 0
  }

  private var chunks: [Chunk] = []
  private let chunkSize: Int

  private static let lockFailed = Atomic<Bool>(false)

  /// Whether some secret memory of this process could not be locked, and so may be swapped to disk.
  public static var couldNotLock: Bool { lockFailed.load(ordering: .relaxed) }

  /// Makes an arena; no memory is taken before the first allocation.
  ///
  /// - Parameter capacity: how many bytes are likely to be needed in all; more is no error.
  public init(capacity: Int = 4096) {
    _ = Sodium.ready
    chunkSize = max(capacity, 256)
  }

  deinit {
    for chunk in chunks { sodium_free(chunk.base) }
  }

  /// Cuts out zeroed room for `count` bytes.
  ///
  /// - Parameters:
  ///   - count: the size of the secret in bytes.
  ///   - headroom: spare bytes in front of it, for what an environment string puts before a value.
  ///   - tailroom: spare bytes behind it, for a terminating NUL.
  /// - Returns: the secret, all zero.
  public func allocate(_ count: Int, headroom: Int = 0, tailroom: Int = 0) -> Secret {
    let needed = headroom + count + tailroom
    var index = chunks.count - 1
    if index < 0 || chunks[index].capacity - chunks[index].used < needed {
      chunks.append(makeChunk(atLeast: needed))
      index = chunks.count - 1
    }
    let base = chunks[index].base + chunks[index].used
    chunks[index].used += needed
    return Secret(
      arena: self, base: base + headroom, count: count, headroom: headroom, tailroom: tailroom)
  }

  /// Cuts out a secret that holds a copy of the bytes given.
  public func copy(_ bytes: RawSpan, headroom: Int = 0, tailroom: Int = 0) -> Secret {
    let secret = allocate(bytes.byteCount, headroom: headroom, tailroom: tailroom)
    secret.withMutableBytes { target in
      bytes.withUnsafeBytes { target.copyMemory(from: $0) }
    }
    return secret
  }

  private func makeChunk(atLeast needed: Int) -> Chunk {
    let capacity = max(needed, chunkSize)
    guard let base = sodium_malloc(capacity) else {
      fatalError("out of memory for secrets: \(capacity) bytes")
    }
    // sodium_malloc does not say whether it could lock; locking again is harmless and does.
    if sodium_mlock(base, capacity) != 0 {
      Self.lockFailed.store(true, ordering: .relaxed)
    }
    // The pattern that sodium_malloc fills with must not be taken for content.
    sodium_memzero(base, capacity)
    return Chunk(base: base, capacity: capacity)
  }
}
