// What a value's box holds (format.md §4): a kind, a note and the value, in one piece of guarded
// memory of which note and value are parts.

internal import Glibc
public import Sealing

/// Why bytes are not a payload.
public enum PayloadError: Error, Equatable {
  /// Shorter than its own lengths say.
  case cutShort
  /// A kind that this version does not know.
  case unknownKind(UInt8)
  /// More than 64 KiB of note.
  case noteTooLong
  /// More than 1 MiB of value.
  case valueTooLong
  /// The note is not UTF-8.
  case noteIsNotText
  /// The value of this kind is not UTF-8, or has a NUL.
  case valueIsNotText(Payload.Kind)
  /// The value is not a URI with a scheme.
  case notReference
  /// A removal with a note or value.
  case removalNotEmpty
}

/// A value with its kind and note.
public struct Payload {
  /// What a value is.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// UTF-8 as it is.
    case text = 0
    /// UTF-8 with `${NAME}` to be expanded.
    case template = 1
    /// A URI of what is to be fetched.
    case reference = 2
    /// Any bytes.
    case file = 3
    /// No value: the record removes the name.
    case removed = 4
  }

  /// The most bytes of a note.
  public static let noteLimit = 64 << 10
  /// The most bytes of a value.
  public static let valueLimit = 1 << 20
  private static let headSize = 5

  /// What the value is.
  public let kind: Kind
  /// What its writer says about it, UTF-8.
  public let note: Secret
  /// The value itself.
  public let value: Secret

  /// Puts a payload together, by the rules of format.md §4.
  ///
  /// - Parameters:
  ///   - kind: what the value is.
  ///   - note: UTF-8, at most 64 KiB.
  ///   - value: at most 1 MiB, and what its kind asks for.
  /// - Throws: `PayloadError` for what no reader would accept.
  public init(kind: Kind, note: Secret, value: Secret) throws(PayloadError) {
    guard note.count <= Self.noteLimit else { throw .noteTooLong }
    guard value.count <= Self.valueLimit else { throw .valueTooLong }
    guard note.isUTF8 else { throw .noteIsNotText }
    switch kind {
    case .text, .template:
      guard value.isUTF8WithoutNUL else { throw .valueIsNotText(kind) }
    case .reference:
      guard value.isUTF8WithoutNUL else { throw .valueIsNotText(kind) }
      guard value.withBytes({ ReferenceURI.isValid($0) }) else { throw .notReference }
    case .file:
      break
    case .removed:
      guard note.count == 0, value.count == 0 else { throw .removalNotEmpty }
    }
    self.kind = kind
    self.note = note
    self.value = value
  }

  /// Reads a payload without its padding, copying nothing.
  ///
  /// What lies around the value, the head- and tailroom of `content` included, is its spare room,
  /// so that it can become an environment string in place.
  ///
  /// - Parameter content: kind, length of the note, note and value.
  /// - Throws: `PayloadError`.
  /// - Returns: the payload, whose parts share the bytes of `content`.
  public static func parse(_ content: Secret) throws(PayloadError) -> Payload {
    guard content.count >= headSize else { throw .cutShort }
    let (number, noteCount) = content.withBytes { bytes in
      (
        bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self),
        UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 1, as: UInt32.self))
      )
    }
    guard let kind = Kind(rawValue: number) else { throw .unknownKind(number) }
    guard noteCount <= UInt32(noteLimit) else { throw .noteTooLong }
    let valueStart = headSize + Int(noteCount)
    guard valueStart <= content.count else { throw .cutShort }
    return try Payload(
      kind: kind, note: content.part(headSize..<valueStart),
      value: content.part(valueStart..<content.count))
  }

  /// Puts a payload together and pads it, ready to be sealed.
  ///
  /// - Parameters:
  ///   - kind: what the value is.
  ///   - note: UTF-8, at most 64 KiB.
  ///   - value: at most 1 MiB, and what its kind asks for.
  ///   - arena: where the bytes go.
  /// - Throws: `PayloadError` for what no reader would accept.
  /// - Returns: the padded bytes.
  public static func build(
    kind: Kind, note: Secret, value: Secret, in arena: SecureArena
  ) throws(PayloadError) -> Secret {
    try Payload(kind: kind, note: note, value: value).padded(in: arena)
  }

  /// The payload's bytes with their padding, ready to be sealed.
  public func padded(in arena: SecureArena) -> Secret {
    let secret = arena.allocate(Padding.paddedCount(encodedCount))
    secret.withMutableBytes {
      write(to: UnsafeMutableRawBufferPointer(rebasing: $0[..<encodedCount]))
    }
    Padding.pad(secret, count: encodedCount)
    return secret
  }

  /// The size without padding.
  var encodedCount: Int { Self.headSize + note.count + value.count }

  /// Writes the payload without padding over a buffer of its size.
  func write(to target: UnsafeMutableRawBufferPointer) {
    target[0] = kind.rawValue
    target.storeBytes(of: UInt32(note.count).littleEndian, toByteOffset: 1, as: UInt32.self)
    var start = Self.headSize
    for part in [note, value] {
      part.withBytes { bytes in
        bytes.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: target[start..<(start + part.count)])
            .copyMemory(from: $0)
        }
      }
      start += part.count
    }
  }
}

extension Secret {
  fileprivate var isUTF8: Bool {
    withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        // Validates by whole words while they are ASCII, and allocates nothing.
        (try? UTF8Span(validating: Span(_unsafeBytes: buffer))) != nil
      }
    }
  }

  fileprivate var isUTF8WithoutNUL: Bool {
    let hasNUL = withBytes { bytes in
      bytes.withUnsafeBytes {
        $0.baseAddress.map { memchr($0, 0, bytes.byteCount) != nil } ?? false
      }
    }
    return !hasNUL && isUTF8
  }
}
