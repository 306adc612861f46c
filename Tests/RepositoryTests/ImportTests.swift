// Who may import whom: the rule of docs/internals.md, read off the source text, since an import
// that the package does not declare can pass an incremental build.

import Testing

@Suite("Who imports whom")
struct ImportTests {
  private static let allowed: [String: Set<String>] = [
    "secrets": ["Commands"],
    "Commands": [
      "Workspace", "Launch", "Vault", "Dotenv", "Sealing", "ArgumentParser", "CVersion",
    ],
    "Workspace": ["Vault", "Dotenv", "Sealing", "CPlatform"],
    "Launch": ["Vault", "Dotenv", "Sealing", "CPlatform"],
    "Vault": ["Sealing"],
    "Dotenv": [],
    "Sealing": ["CSodium", "CPlatform"],
  ]

  @Test("A room imports only the rooms below it, and no library but the language's own")
  func rooms() {
    var seen: Set<String> = []
    for file in SourceTree.swift {
      seen.insert(file.target)
      guard let allowed = Self.allowed[file.target] else {
        Issue.record("\(file): the target \(file.target) has no rule here")
        continue
      }
      for name in imports(of: file)
      where !["Glibc", "Synchronization"].contains(name) && !allowed.contains(name) {
        Issue.record("\(file): \(file.target) may not import \(name)")
      }
    }
    #expect(seen == Set(Self.allowed.keys))
  }

  @Test("Only CSodium's module map names libsodium, and C files include nothing of it")
  func sodium() {
    for file in SourceTree.files("Sources", ".c", ".h", ".modulemap") {
      let names = file.text.contains("sodium")
      #expect(!names || file.target == "CSodium", "\(file)")
    }
  }

  @Test("Nothing is asynchronous and nothing starts threads of Swift's own")
  func threads() {
    let words = ["async", "await", "Task", "TaskGroup", "DispatchQueue", "actor"]
    for file in SourceTree.swift {
      for (number, line) in zip(1..., file.code) {
        let found = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
          .first { words.contains(String($0)) }
        // A word in a string is a message's.
        guard let found, !line.contains("\"") else { continue }
        Issue.record("\(file):\(number): \(found)")
      }
    }
  }

  @Test("Only the commands print")
  func printing() {
    for file in SourceTree.swift where file.target != "Commands" {
      for (number, line) in zip(1..., file.code) {
        for call in ["print(", "debugPrint(", "dump(", "NSLog("] where line.contains(call) {
          let isCall = line.split { !$0.isLetter && $0 != "(" }.contains { $0.hasPrefix(call) }
          #expect(!isCall, "\(file):\(number)")
        }
      }
    }
  }

  private func imports(of file: SourceText) -> [String] {
    file.code.compactMap { line in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place <= 3 else { return nil }
      let modifiers = words[..<place].allSatisfy {
        $0.hasPrefix("@") || ["internal", "public", "package", "private"].contains($0)
      }
      let kinds: Set<Substring> = ["struct", "class", "enum", "func", "var", "let", "protocol"]
      guard modifiers, let name = words[(place + 1)...].first(where: { !kinds.contains($0) })
      else { return nil }
      return name.split(separator: ".").first.map(String.init)
    }
  }
}
