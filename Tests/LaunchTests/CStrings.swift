import Glibc
import Sealing

@testable import Launch

/// Strings as `main` is handed them: an array of C strings, ended by nil, kept until the end.
func cStrings(_ strings: [String]) -> UnsafePointer<UnsafeMutablePointer<CChar>?> {
  let vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
    capacity: strings.count + 1)
  for (index, string) in strings.enumerated() { vector[index] = strdup(string) }
  vector[strings.count] = nil
  return UnsafePointer(vector)
}

extension ChildEnvironment {
  /// An environment of these values, in one arena and with the room that it asks for.
  init(
    surroundings: UnsafePointer<UnsafeMutablePointer<CChar>?>, sealed: [(String, String)],
    options: Options = Options()
  ) throws(LaunchError) {
    try self.init(surroundings: surroundings, capacity: sealed.count, options: options)
    let arena = SecureArena()
    for (name, value) in sealed {
      let headroom = Self.headroom(for: name, prefix: options.prefix)
      let secret = arena.copy(
        value.utf8Span.span.bytes, headroom: headroom, tailroom: Self.tailroom)
      try add(name, secret)
    }
  }

  var listed: [String] {
    withStrings { start in
      var next = start
      var all: [String] = []
      while let string = next.pointee {
        all.append(String(cString: string))
        next += 1
      }
      return all
    }
  }
}
