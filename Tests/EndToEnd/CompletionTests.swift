// Real shells, and a person who presses Tab in them: names come from the project, without a key.

import Testing

@Suite("Completions")
struct CompletionTests {
  private func pair() throws -> Pair {
    let pair = try Pair()
    for name in ["TOKEN_ONE", "OTHER"] { try pair.set(name, "fake") }
    try pair.set("PROD_KEY", "fake", in: "production")
    return pair
  }

  private static let starts: [String: [String]] = [
    "bash": ["bash", "--norc", "-i"], "zsh": ["zsh", "-f", "-i"], "fish": ["fish", "--no-config"],
  ]
  private static let loads: [String: String] = [
    "bash": "source <(secrets completions bash)",
    "zsh": "autoload -Uz compinit; compinit -u -D; source <(secrets completions zsh)",
    "fish": "secrets completions fish | source",
  ]

  @Test(
    "Tab completes an environment, and a name of that environment",
    arguments: [
      "bash", "zsh", "fish",
    ])
  func shells(shell: String) throws {
    let pair = try pair()
    let start = try #require(Self.starts[shell])
    // No key to be had: names need none.
    let terminal = try Terminal(
      start, in: pair.scratch, env: ["XDG_CONFIG_HOME": pair.scratch.at("nowhere")])
    try terminal.enter("\(try #require(Self.loads[shell])); echo loa''ded")
    try terminal.wait(for: "loaded")
    try terminal.type("secrets get -e prod")
    try terminal.press("Tab")
    try terminal.wait(for: "secrets get -e production")
    // The space after a word that is complete is there already.
    try terminal.type("PROD_")
    try terminal.press("Tab")
    try terminal.wait(for: "production PROD_KEY")
  }

  @Test("Members and roles are offered, and no name that the grammar does not know")
  func names() throws {
    let pair = try pair()
    func offered(_ words: [String], index: Int, _ argument: String) throws -> String {
      try pair.scratch.run(
        ["---completion"] + words.dropLast().prefix { !$0.hasPrefix("-") }.prefix(1)
          + ["--", argument, "\(index)", "0"] + ["secrets"] + words,
        env: ["HOME": nil, "XDG_CONFIG_HOME": nil, "XDG_STATE_HOME": nil]
      ).text
    }
    #expect(try offered(["grant", ""], index: 2, "positional@0") == "alice\nbob\n")
    let path = "alice/project/secrets/development.sealed"
    let text = try #require(pair.scratch.text(path))
    try pair.scratch.write(
      path,
      text.replacing("secret OTHER ", with: "secret $(touch${IFS}x) ")
        + "\nsecret \u{1B}[2J role=default\n")
    #expect(try offered(["get", ""], index: 2, "positional@0") == "TOKEN_ONE\n")
    try pair.scratch.write("alice/project/secrets/team.keys", "broken\n")
    #expect(try offered(["grant", ""], index: 2, "positional@0") == "\n")
  }

  @Test("`make install` has a page for each command and a script for each shell to lay down")
  func installed() throws {
    let scratch = try Scratch()
    let script = "\(#filePath)".split(separator: "/").dropLast(3).joined(separator: "/")
    try scratch.tool(
      ["/\(script)/scripts/install-texts", BuiltBinary.path, scratch.at("share")], directory: "/")
    let files = try scratch.tool(
      ["find", ".", "-type", "f", "-size", "+0"], directory: scratch.at("share"))
    for file in [
      "man/man1/secrets.1", "man/man1/secrets-team-add.1", "bash-completion/completions/secrets",
      "zsh/site-functions/_secrets", "fish/vendor_completions.d/secrets.fish",
    ] { #expect(files.contains("./\(file)\n"), "\(file)") }
  }
}
