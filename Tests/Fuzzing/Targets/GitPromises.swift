// What git keeps in its configuration and prints: names that others chose.

@testable import Workspace

enum GitPromises {
  static func git(_ bytes: [UInt8]) {
    let remotes = GitConfiguration(bytes).remotes
    // Bytes that are no UTF-8 become three each.
    promise(
      remotes.allSatisfy { $0.name.utf8.count + $0.address.utf8.count <= 3 * bytes.count },
      "more than the file holds")
    promise(Set(remotes.map(\.name)).count == remotes.count, "a remote with two addresses")
    for remote in remotes {
      // An LF cannot stand in a section's name, where a backslash means nothing but quoting.
      guard !remote.name.utf8.contains(0x0a) else { continue }
      let name = quoted(remote.name, controls: false)
      let text = "[remote \"\(name)\"]\n\turl = \"\(quoted(remote.address, controls: true))\"\n"
      let again = GitConfiguration(Array(text.utf8)).remotes
      promise(
        again.count == 1 && again[0] == remote, "a remote that is written is read otherwise")
    }

    let parts = bytes.count { $0 == 0 } + 1
    promise(GitOutput.files(bytes).count <= parts, "more files than git prints")
    promise(GitOutput.unmergedFiles(bytes).count <= parts, "more sides than git prints")
    let projects = GitOutput.projects(bytes)
    promise(projects == Set(projects).sorted(), "projects that are not sorted")
    if let rule = GitOutput.ignoreRule(bytes) {
      promise(!rule.pattern.hasPrefix("!"), "a rule that takes back is taken")
    }
    _ = GitOutput.head(bytes)
  }

  private static func quoted(_ text: String, controls: Bool) -> String {
    var quoted = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n" where controls: quoted += "\\n"
      case "\t" where controls: quoted += "\\t"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted
  }
}
