// Whole files are compared several times on the way of each write; byte by byte, as arrays are,
// that takes longer than signing.

internal import Glibc

/// Whether two contents of files are the same; nil is no file.
func isSame(_ one: [UInt8]?, _ other: [UInt8]?) -> Bool {
  guard let one, let other else { return one == nil && other == nil }
  return one.count == other.count
    && one.withUnsafeBytes { ones in
      other.withUnsafeBytes { others in
        guard let left = ones.baseAddress, let right = others.baseAddress else { return true }
        return left == right || memcmp(left, right, ones.count) == 0
      }
    }
}
