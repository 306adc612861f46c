// The system's limits on what a program can be started with, checked beforehand: `E2BIG` alone does
// not say which of a thousand variables is at fault. See execve(2), "Limits on size".

internal import Glibc

enum ExecLimits {
  /// The most bytes that one string may have, its NUL included: 32 pages.
  static var string: Int { 32 * sysconf(Int32(_SC_PAGESIZE)) }

  /// The most bytes that all strings and the pointers to them may have.
  static var block: Int {
    // A quarter of the stack, within what Linux sets as bounds whatever the stack.
    var stack = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &stack) == 0 else { return least }
    return max(least, Int(min(stack.rlim_cur / 4, rlim_t(most))))
  }

  private static let least = 128 * 1024
  private static let most = 6 * 1024 * 1024

  /// Passes what `execve` will accept.
  ///
  /// - Parameters:
  ///   - arguments: the arguments, ended by nil.
  ///   - environment: the environment, ended by nil.
  ///   - block: the limit for all of it.
  /// - Throws: the first string that is too large, or what all of them come to.
  static func check(
    arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>,
    environment: UnsafePointer<UnsafeMutablePointer<CChar>?>,
    block: Int = Self.block
  ) throws(LaunchError) {
    let limit = string
    var total = 0
    var position = 0
    while let argument = arguments[position] {
      let size = strlen(argument) + 1
      if size > limit { throw .argumentTooLarge(position: position, bytes: size, limit: limit) }
      total += size + MemoryLayout<UnsafePointer<CChar>>.size
      position += 1
    }

    var largest: (size: Int, name: VariableName?) = (0, nil)
    var next = environment
    while let variable = next.pointee {
      next += 1
      let size = strlen(variable) + 1
      let name = VariableName(of: variable)
      if size > limit {
        throw .variableTooLarge(name: name?.text ?? "", bytes: size, limit: limit)
      }
      if size > largest.size { largest = (size, name) }
      total += size + MemoryLayout<UnsafePointer<CChar>>.size
    }
    if total > block {
      throw .blockTooLarge(bytes: total, limit: block, largestVariable: largest.name?.text)
    }
  }
}
