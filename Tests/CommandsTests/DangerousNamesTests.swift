// Names under which a value would be code.

import Glibc
import Testing

@testable import Commands

@Suite("Names that no secret may have")
struct DangerousNamesTests {
  @Test(
    "A name that loads code or chooses a program is refused",
    arguments: [
      "PATH", "LD_PRELOAD", "BASH_ENV", "NODE_OPTIONS", "PYTHONPATH", "GIT_SSH_COMMAND",
      "SECRETS_IDENTITY", "SECRETS_TRUST", "npm_config_script_shell", "NPM_CONFIG_SCRIPT_SHELL",
      "Npm_Config_Script_Shell",
    ])
  func refused(name: String) throws {
    #expect(DangerousNames.contains(name))
    #expect(throws: Refusal.dangerousName(name)) { try WritableName(name) }
  }

  @Test(
    "A name that only looks like one is taken",
    arguments: [
      "LD_SDK_KEY", "ENV", "path", "node_options", "DATABASE_PATH", "NPM_CONFIG_REGISTRY",
      "NPM_TOKEN", "SECRETS_MANAGER_KEY", "JAVA_OPTS", "GIT_TOKEN",
    ])
  func taken(name: String) throws {
    #expect(!DangerousNames.contains(name))
    #expect(try WritableName(name).text == name)
  }

  @Test("What is no name is refused without being shown: it may be a value at the wrong place")
  func notShown() {
    let refusal = #expect(throws: Refusal.self) { try WritableName("fake-value:1") }
    #expect(refusal?.message == "that is no name for a secret")
    #expect(refusal?.hint?.contains("fake-value") == false)
  }

  @Test("The documentation has the same list")
  func documented() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let file = try #require(fopen("/\(root)/docs/internals.md", "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    let section = try #require(text.components(between: "| for | names |", and: "Left off"))
    let names = section.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    #expect(Set(names) == DangerousNames.all)
    #expect(names.count == DangerousNames.all.count)
  }
}

extension String {
  fileprivate func components(between start: String, and end: String) -> Substring? {
    guard let first = firstRange(of: start) else { return nil }
    let rest = self[first.upperBound...]
    guard let last = rest.firstRange(of: end) else { return nil }
    return rest[..<last.lowerBound]
  }
}
