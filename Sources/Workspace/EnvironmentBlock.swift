// The environment variables of the start, looked up in place: no value is copied onto the heap that
// nobody asked for, and one that is a key can be taken out of them.

internal import CPlatform
internal import Glibc
public import Sealing

/// The environment variables that a command was started with.
///
/// One that is set to nothing counts as not set.
public final class EnvironmentBlock: @unchecked Sendable {
  // Only `wipe` writes, and a command does that before it starts any thread.

  /// The strings `NAME=VALUE`, ended by nil, as `execve` takes them.
  public let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let ownedCount: Int?

  /// This process's own variables.
  public static let ofProcess = EnvironmentBlock(pointer: platform_environment())

  private init(pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
    self.pointer = pointer
    ownedCount = nil
  }

  /// Makes a block of its own, for a test.
  public init(_ variables: KeyValuePairs<String, String>) {
    pointer = .allocate(capacity: variables.count + 1)
    for (index, variable) in variables.enumerated() {
      pointer[index] = strdup("\(variable.key)=\(variable.value)")
    }
    pointer[variables.count] = nil
    ownedCount = variables.count
  }

  deinit {
    guard let ownedCount else { return }
    for index in 0..<ownedCount { free(pointer[index]) }
    pointer.deallocate()
  }

  /// The value of what is no secret; nil where it is not set, empty or not UTF-8.
  public subscript(name: String) -> String? {
    guard let value = firstValue(of: name), value.pointee != 0 else { return nil }
    return String(validatingCString: value)
  }

  /// Copies a secret value into an arena, without another copy on the way.
  ///
  /// - Parameters:
  ///   - name: the variable's name.
  ///   - arena: where the copy is kept.
  /// - Returns: the secret, of no bytes where the variable is empty; nil where it is not set.
  public func secret(_ name: String, into arena: SecureArena) -> Secret? {
    guard let value = firstValue(of: name) else { return nil }
    let bytes = UnsafeRawBufferPointer(start: value, count: strlen(value))
    return arena.copy(bytes.bytes)
  }

  /// Overwrites every value of this name where it stands.
  ///
  /// Taking the variable out would leave its bytes to be read in `/proc/PID/environ`.
  public func wipe(_ name: String) {
    forEachValue(of: name) { value in
      explicit_bzero(value, strlen(value))
      return true
    }
  }

  private func firstValue(of name: String) -> UnsafeMutablePointer<CChar>? {
    var found: UnsafeMutablePointer<CChar>?
    forEachValue(of: name) { value in
      found = value
      return false
    }
    return found
  }

  private func forEachValue(
    of name: String, _ body: (UnsafeMutablePointer<CChar>) -> Bool
  ) {
    name.withCString { name in
      let length = strlen(name)
      var entry = pointer
      while let string = entry.pointee {
        if strncmp(string, name, length) == 0, string[length] == CChar(UInt8(ascii: "=")) {
          guard body(string + length + 1) else { return }
        }
        entry += 1
      }
    }
  }
}
