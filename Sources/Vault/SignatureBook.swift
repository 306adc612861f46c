// A signature is over a line's text, so it holds or fails wherever the line stands: what reads a
// project's history verifies each line once, though thousands of commits hold it.

internal import Sealing

/// What tells one line from any other: BLAKE2b of its text.
struct LineMark: Hashable {
  private let words: SIMD2<UInt64>

  /// Marks a text.
  ///
  /// - Parameters:
  ///   - text: the line without its LF.
  ///   - prefix: what tells lines of one file from those of another.
  init(_ text: ArraySlice<UInt8>, after prefix: [UInt8] = []) {
    let digest = Digest(16)
    digest.update(prefix.span.bytes)
    digest.update(text.span.bytes)
    words = digest.finish().withUnsafeBytes { $0.loadUnaligned(as: SIMD2<UInt64>.self) }
  }
}

/// Signatures and keys that were judged before, whatever file they stood in.
public final class SignatureBook {
  /// The key that signed a line.
  private var signers: [LineMark: PublicKey] = [:]
  /// The keys that did not.
  private var refuted: [LineMark: [PublicKey]] = [:]
  private var usableKeys: [PublicKey: Bool] = [:]

  /// Nothing was judged yet.
  public init() {}

  func state(of mark: LineMark, keys: [PublicKey]) -> SignatureState? {
    if let signer = signers[mark], keys.contains(signer) { return .good(signer) }
    return refuted[mark] == keys ? .bad : nil
  }

  func write(_ state: SignatureState, of mark: LineMark, keys: [PublicKey]) {
    switch state {
    case .good(let key): signers[mark] = key
    case .bad: refuted[mark] = keys
    case .unknownSigner: break
    }
  }

  /// Whether a key can be sealed to (format.md §3).
  func isUsable(_ key: PublicKey) -> Bool {
    if let known = usableKeys[key] { return known }
    let isUsable = key.boxKey != nil
    usableKeys[key] = isUsable
    return isUsable
  }
}
