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

/// Values in one arena, with the room that an environment asks for.
func sealed(_ values: [(String, String)], prefix: String = "") -> [SealedVariable] {
  let arena = SecureArena()
  return values.map { name, value in
    SealedVariable(
      name: name,
      value: arena.copy(
        value.utf8Span.span.bytes, headroom: SealedVariable.headroom(for: name, prefix: prefix),
        tailroom: SealedVariable.tailroom))
  }
}

extension ChildEnvironment {
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
