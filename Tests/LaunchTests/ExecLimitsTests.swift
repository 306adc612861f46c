import Glibc
import Testing

@testable import Launch

@Suite("The limits of execve")
struct ExecLimitsTests {
  private func check(_ environment: [String], _ arguments: [String] = ["true"]) throws {
    try ExecLimits.check(
      arguments: cStrings(arguments), environment: cStrings(environment), block: 1 << 20)
  }

  @Test("The largest string that passes is the largest that the system takes")
  func boundary() throws {
    let fits = String(repeating: "x", count: ExecLimits.string - "V=".utf8.count - 1)
    try check(["V=\(fits)"])
    let error = LaunchError.variableTooLarge(
      name: "V", bytes: ExecLimits.string + 1, limit: ExecLimits.string)
    #expect(throws: error) { try check(["A=1", "V=\(fits)x"]) }

    let taken = try ChildEnvironment(surroundings: cStrings([]), sealed: [("V", fits)])
    #expect(try spawn(["/bin/true"], with: taken) == "")
    let refused = try ChildEnvironment(
      surroundings: cStrings([]), sealed: [("V", fits + "x")])
    #expect(try spawn(["/bin/true"], with: refused) == nil)
  }

  @Test("An argument that is too large is told by its position")
  func argument() {
    let long = String(repeating: "x", count: ExecLimits.string)
    let error = LaunchError.argumentTooLarge(
      position: 1, bytes: ExecLimits.string + 1, limit: ExecLimits.string)
    #expect(throws: error) { try check([], ["true", long]) }
  }

  @Test("What is too much together is told with its largest part")
  func together() {
    let big = String(repeating: "x", count: 100_000)
    let environment = (0..<10).map { "V\($0)=\(big)" } + ["LARGEST=\(big)yyy", "S=1"]
    let error = #expect(throws: LaunchError.self) { try check(environment) }
    guard case .blockTooLarge(let bytes, 1_048_576, "LARGEST") = error else {
      Issue.record("not \(String(describing: error))")
      return
    }
    #expect(bytes == 11 * 8 + 10 * 100_004 + 100_012 + 8 + 4 + 5 + 8)
  }

  @Test("A block at the limit starts, and one beyond it does not")
  func wholeBlock() throws {
    // The file's name is counted by the system as well, and a word lies at the stack's end.
    let slack = 64
    let string = 100_000
    func block(of total: Int) throws -> ChildEnvironment {
      var rest = total
      var values: [(String, String)] = []
      while rest > 0 {
        let size = min(rest, string)
        values.append((name(values.count), String(repeating: "x", count: max(0, size - 16))))
        rest -= string
      }
      return try ChildEnvironment(surroundings: cStrings([]), sealed: values)
    }
    func name(_ index: Int) -> String { "V" + String(index + 10_000).suffix(4) + "N" }
    #expect(try spawn(["/bin/true"], with: block(of: ExecLimits.block - slack)) == "")
    #expect(try spawn(["/bin/true"], with: block(of: ExecLimits.block + string)) == nil)
  }
}
