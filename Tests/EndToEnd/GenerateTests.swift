// Values that nobody has seen, by the built binary.

import Testing

@Suite("generate, end to end")
struct GenerateEndToEndTests {
  @Test("A value is made and not shown, and one that is there is kept")
  func generate() throws {
    let pair = try Pair(granting: nil)
    try pair.alice(
      ["generate", "KEY"],
      stderr: """
        secrets: generated `KEY` in development, revision 1: 32 characters out of 62, 190 random bits

        """)
    let first = try #require(try pair.value("KEY"))
    #expect(first.count == 32 && first.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
    let before = try pair.files()
    try pair.refuses(
      ["generate", "KEY", "--uuid"], 2,
      stderr: """
        secrets: error: `KEY` is in development already; nothing was changed
        secrets: hint: to give up what is there, add --replace

        """)
    #expect(try pair.files() == before)
    try pair.alice(
      ["generate", "KEY", "--replace", "--hex"],
      stderr: """
        secrets: replaced `KEY` in development, revision 2: 64 characters out of 16, 256 random bits

        """)
    let second = try #require(try pair.value("KEY"))
    #expect(second.count == 64 && second.allSatisfy(\.isHexDigit))
    try pair.alice(
      ["generate", "PIN", "--length", "6", "--alphabet", "0-9"],
      stderr: """
        secrets: generated `PIN` in development, revision 1: 6 characters out of 10, 19 random bits
        secrets: warning: `PIN` has 19 random bits only, and can be found by trying
        secrets: hint: unless something limits the tries, make it longer: --length 32

        """)
    try pair.alice(
      ["generate", "ID", "--uuid"],
      stderr: "secrets: generated `ID` in development, revision 1: a UUID, 122 random bits\n")
    try pair.refuses(["generate", "PATH"], 2, stderr: .containing(["`PATH` makes programs"]))
    try pair.refuses(
      ["generate", "A", "--alphabet", "a-c-e"], 2,
      stderr: """
        secrets: error: a `-` within --alphabet stands between two digits or two letters of one case, in their order
        secrets: hint: for the character itself, put it last: --alphabet A-Za-z0-9_-

        """)
  }

  @Test("A comment above a name outlives the value")
  func note() throws {
    let town = try EditTown()
    try town.run("generate", "TOKEN", "--replace")
    try town.edit(
      "grep -q -B1 ^TOKEN= $1 && grep -q '^# from the vendor' $1",
      stderr: "secrets: nothing was changed\n")
  }

  @Test("ssh-keygen takes the key that `get` prints, and neither half is made alone")
  func keyPair() throws {
    let pair = try Pair(granting: nil)
    try pair.set("DEPLOY_PUBLIC", "fake")
    let before = try pair.files()
    try pair.refuses(
      ["generate", "DEPLOY", "--keypair", "ed25519"], 2,
      stderr: .containing(["`DEPLOY_PUBLIC` is in development already"]))
    #expect(try pair.files() == before)
    try pair.alice(
      ["generate", "DEPLOY", "--keypair", "ed25519", "--replace"],
      stderr: """
        secrets: generated `DEPLOY` in development, revision 1: an Ed25519 key, 256 random bits
        secrets: replaced `DEPLOY_PUBLIC` in development, revision 2: its public line

        """)
    let script = "umask 077; secrets get DEPLOY > ../key; ssh-keygen -y -f ../key"
    let line = try pair.scratch.tool(["sh", "-c", script], env: ["SECRETS_TRUST": pair.project])
    #expect(line == "\(try #require(try pair.value("DEPLOY_PUBLIC")))\n")
    #expect(line.hasSuffix(" DEPLOY@development\n"))
  }
}
