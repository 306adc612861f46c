// A user of a test's own: `key lock` takes all that a user has unlocked, and other tests must not
// lose theirs by it.

import Glibc
import Testing

extension Scratch {
  /// Gives the scratch folder and all in it to a user that nobody else is.
  ///
  /// - Returns: what stands before a program that is to run as them; nil where this process may
  ///   not become another user.
  func ownUser() throws -> [String]? {
    guard geteuid() == 0 else { return nil }
    let id = String(UInt32.random(in: 200_000...900_000))
    _ = try home()
    try tool(["chown", "-R", id, path], directory: "/")
    try tool(["chmod", "755", path], directory: "/")
    return ["setpriv", "--reuid", id, "--clear-groups"]
  }
}
