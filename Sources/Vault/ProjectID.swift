// PROJECT (format.md §3): the hash that names a project and commits to its first root.

public import Sealing

/// A project's id, 16 bytes; 22 characters of base64url as text.
public struct ProjectID: Hashable, Sendable {
  private let words: SIMD2<UInt64>

  /// Reads an id; nil where the text is not the canonical base64url of 16 bytes.
  public init?(_ text: RawSpan) {
    guard text.byteCount == 22, let bytes = Base64.decode(text) else { return nil }
    self.init(bytes: bytes)
  }

  /// Reads an id; nil where the text is not the canonical base64url of 16 bytes.
  public init?(text: String) { self.init(Array(text.utf8).span.bytes) }

  /// Takes 16 bytes; nil comes back for any other size.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    words = bytes.withUnsafeBytes { $0.loadUnaligned(as: SIMD2<UInt64>.self) }
  }

  /// The 16 bytes.
  public var bytes: [UInt8] { withUnsafeBytes(of: words) { [UInt8]($0) } }

  /// The 22 characters.
  public var text: String { Base64.encode(bytes) }
}

extension ProjectID: CustomStringConvertible {
  /// The 22 characters.
  public var description: String { text }
}

/// The project that an identity carries trust in, format.md §8: its id and a key among its roots.
public struct ProjectTrust: Hashable, Sendable {
  /// The project.
  public let project: ProjectID
  /// A key that must be in the chain of roots.
  public let rootKey: PublicKey

  /// Takes both.
  public init(project: ProjectID, rootKey: PublicKey) {
    self.project = project
    self.rootKey = rootKey
  }
}
