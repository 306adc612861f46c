// The contents of many blobs out of one git process, which is asked for one after the other.

internal import Glibc

/// A running `git cat-file --batch`.
struct GitObjects: ~Copyable {
  private var child: ChildProcess
  /// What was read and not yet handed out.
  private var buffer: [UInt8] = []
  private var position = 0

  /// Starts git.
  ///
  /// - Parameter git: git, looking from the repository.
  /// - Throws: `system`.
  init(_ git: GitCommand) throws(WorkspaceError) {
    child = try git.start(["cat-file", "--batch"])
  }

  /// The contents of a blob, untouched by filters.
  ///
  /// - Parameters:
  ///   - blob: the name that git gave.
  ///   - limit: how many bytes are taken.
  /// - Returns: the bytes; nil where there are more.
  /// - Throws: `gitFailed`, as where the blob is missing in a partial clone.
  mutating func contents(of blob: String, limit: Int) throws(WorkspaceError) -> [UInt8]? {
    guard child.send(Array("\(blob)\n".utf8)), let answer = line() else {
      throw failure("it ended")
    }
    // `NAME blob SIZE`, else `NAME missing`.
    let words = answer.split(separator: " ")
    guard words.count == 3, words[1] == "blob", let size = Int(words[2]) else {
      throw failure(answer)
    }
    guard size <= limit else {
      for _ in 0..<(size / limit) where bytes(limit) == nil { throw failure("it ended") }
      guard bytes(size % limit + 1) != nil else { throw failure("it ended") }
      return nil
    }
    guard let bytes = bytes(size), line() == "" else { throw failure("it ended") }
    return bytes
  }

  private func failure(_ message: String) -> WorkspaceError {
    .gitFailed(arguments: ["cat-file", "--batch"], status: 0, message: message)
  }

  private mutating func line() -> String? {
    while true {
      if let end = buffer[position...].firstIndex(of: 10) {
        defer { position = end + 1 }
        return String(decoding: buffer[position..<end], as: UTF8.self)
      }
      guard buffer.count - position < 4096, fill() else { return nil }
    }
  }

  private mutating func bytes(_ count: Int) -> [UInt8]? {
    let known = buffer[position...].prefix(count)
    position += known.count
    var isWhole = true
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
      known.withUnsafeBytes { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
      filled = known.count
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(target)[filled...]
        let got = child.receive(into: UnsafeMutableRawBufferPointer(rebasing: rest))
        guard got > 0 else {
          isWhole = false
          return
        }
        filled += got
      }
    }
    return isWhole ? bytes : nil
  }

  private mutating func fill() -> Bool {
    var more = [UInt8](repeating: 0, count: 1 << 16)
    let got = more.withUnsafeMutableBytes { child.receive(into: $0) }
    buffer = Array(buffer[position...]) + more.prefix(got)
    position = 0
    return got > 0
  }
}
