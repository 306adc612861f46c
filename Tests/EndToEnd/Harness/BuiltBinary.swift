// The program under test: the built binary, not a function of it.

import Glibc

enum BuiltBinary {
  /// `$SECRETS_TEST_BINARY`, else the one that `swift test` built beside the test bundle.
  static let path: String = {
    if let named = getenv("SECRETS_TEST_BINARY") { return absolute(String(cString: named)) }
    let bundle = absolute("/proc/self/exe")
    let path = bundle[..<(bundle.lastIndex(of: "/") ?? bundle.startIndex)] + "/secrets"
    guard access(String(path), X_OK) == 0 else {
      fatalError("no binary at \(path): run `swift build`, or set SECRETS_TEST_BINARY")
    }
    return String(path)
  }()

  private static func absolute(_ path: String) -> String {
    guard let real = realpath(path, nil) else { fatalError("no such file: \(path)") }
    defer { free(real) }
    return String(cString: real)
  }
}
