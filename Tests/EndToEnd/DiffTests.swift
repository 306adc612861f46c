// What differs, and since when, by the built binary: with a key and without one.

import Testing

@Suite("diff, end to end")
struct DiffTests {
  /// Two commits: A and B; then A changed by bob, B removed, and C not committed yet.
  private func history() throws -> Pair {
    let pair = try Pair()
    try pair.set("A", "fake-a1")
    try pair.set("B", "fake-b")
    try pair.scratch.publish("first")
    try pair.pull("bob")
    try pair.set("A", "fake-a2", as: "bob")
    try pair.scratch.publish("second", user: "bob")
    try pair.pull("alice")
    try pair.alice(["unset", "B"], stderr: .anything)
    try pair.set("C", "fake-c")
    return pair
  }

  @Test("Without arguments it shows what is not committed, with one what changed since then")
  func revisions() throws {
    let pair = try history()
    try pair.alice(
      ["diff"],
      stdout: .like(
        """
        removed\tB\tdevelopment\tdefault\t2\talice\t⋯\t1 by alice
        added\tC\tdevelopment\tdefault\t1\talice\t⋯\t

        """))
    let sinceFirst: Said = .like(
      """
      changed\tA\tdevelopment\tdefault\t2\tbob\t⋯\t1 by alice
      removed\tB\tdevelopment\tdefault\t2\talice\t⋯\t1 by alice
      added\tC\tdevelopment\tdefault\t1\talice\t⋯\t

      """)
    try pair.alice(["diff", "HEAD~1"], stdout: sinceFirst)
    try pair.alice(["diff", "--rev", "HEAD~1"], stdout: sinceFirst)
    try pair.alice(
      ["diff", "HEAD~1..HEAD"],
      stdout: .like("changed\tA\tdevelopment\tdefault\t2\tbob\t⋯\t1 by alice\n"))
    try pair.alice(
      ["diff", "-e", "production"],
      stderr: "secrets: no secret differs between HEAD and the working tree\n")
    try pair.alice(
      ["diff", "--role", "billing"],
      stderr: "secrets: no secret differs between HEAD and the working tree\n")
    try pair.refuses(["diff", "--exit-code"], 1, stdout: .anything)
    try pair.alice(
      ["diff", "--exit-code", "HEAD..HEAD"],
      stderr: "secrets: no secret differs between HEAD and HEAD\n")
  }

  @Test("Whoever has no key sees the names that changed, and no value")
  func withoutKey() throws {
    let pair = try history()
    try pair.scratch.commit("third")
    try pair.scratch.git("push", "-q")
    try pair.scratch.clone(user: "eve")
    let env = ["SECRETS_TRUST": pair.project]
    try pair.scratch.succeeds(
      ["diff", "HEAD~1"], env: env, user: "eve", stdout: .like("removed\tB\t⋯\nadded\tC\t⋯\n"))
    try pair.scratch.fails(
      ["diff", "HEAD~1", "--values"], status: 3, env: env, user: "eve", stderr: .anything)
    try pair.scratch.succeeds(
      ["diff", "development", "production"], env: env, user: "eve",
      stdout: .like("removed\tA\t⋯\nremoved\tC\t⋯\n"),
      stderr: .containing(["warning"]))
  }

  @Test("Values are shown on request, one line each, and those of a protected environment on a yes")
  func values() throws {
    let pair = try history()
    try pair.set("A", "fake \"line 1\"\nline 2")
    try pair.alice(
      ["diff", "HEAD~1", "--values"],
      stdout: """
        changed `A` of development, revision 3 by alice, before 1 by alice
        - "fake-a1"
        + "fake \\"line 1\\"\\nline 2"
        removed `B` of development, revision 2 by alice, before 1 by alice
        - "fake-b"
        added `C` of development, revision 1 by alice
        + "fake-c"

        """)
    try pair.scratch.tool(["sh", "-c", "printf 'fake\\377' > ../bytes"])
    try pair.alice(["set", "F", "--file", "../bytes"], stderr: .anything)
    try pair.alice(
      ["diff", "HEAD", "--values"],
      stdout: .containing(["added `F` of development", "+ 5 bytes\n"]))
    try pair.set("P", "fake-p", in: "production")
    try pair.refuses(
      ["diff", "-e", "production", "--values"], 2,
      stderr: """
        secrets: error: production is protected, and there is nobody to confirm
        secrets: hint: if you mean it, add --yes

        """)
    try pair.alice(
      ["diff", "-e", "production", "--values", "--yes"],
      stdout: "added `P` of production, revision 1 by alice\n+ \"fake-p\"\n")
    let asked = try Terminal.secrets(["diff", "-e", "production", "--values"], in: pair.scratch)
    try asked.wait(for: "production is protected. Print the values that differ? [y/N]")
    try asked.enter("n")
    #expect(try asked.end() == 1)
    #expect(try !asked.screen().contains("fake-p"))
  }

  @Test("Two environments are compared by what they give, value by value")
  func environments() throws {
    let pair = try Pair()
    try pair.alice(
      ["env", "new", "staging", "--extends", "development"], stdout: .anything, stderr: .anything)
    for (name, value) in [("SAME", "fake"), ("OTHER", "fake-1"), ("BASE", "fake"), ("OWN", "f")] {
      try pair.set(name, value)
    }
    for (name, value) in [("SAME", "fake"), ("OTHER", "fake-2"), ("NEW", "fake")] {
      try pair.set(name, value, in: "staging")
    }
    try pair.alice(["set", "SAME", "-e", "production"], stdin: "fake", stderr: .anything)
    try pair.alice(
      ["diff", "development", "staging"],
      stdout: .like(
        """
        added\tNEW\tstaging\tdefault\t1\talice\t⋯\t
        changed\tOTHER\tstaging\tdefault\t1\talice\t⋯\t1 by alice

        """))
    try pair.alice(
      ["diff", "staging", "production"],
      stdout: """
        removed\tBASE\tdevelopment\tdefault\t\t\t\t1 by alice
        removed\tNEW\tstaging\tdefault\t\t\t\t1 by alice
        removed\tOTHER\tstaging\tdefault\t\t\t\t1 by alice
        removed\tOWN\tdevelopment\tdefault\t\t\t\t1 by alice

        """)
    try pair.scratch.publish()
    try pair.pull("bob")
    // Bob may open development only: of what is in both he cannot tell.
    try pair.bob(
      ["diff", "development", "production"],
      stdout: .containing(["closed\tSAME\tproduction\tdefault\t1\talice"]))
    try pair.bob(
      ["diff", "development", "production", "--rev", "HEAD~1"],
      stderr: "secrets: no secret differs between development and production\n")
    try pair.alice(
      ["diff", "development", "staging", "--values", "--json"],
      stdout: .containing([
        "\"from\": \"development\"", "\"change\": \"changed\"", "\"value\": \"fake-2\"",
        "\"value\": \"fake-1\"", "\"kind\": \"text\"",
      ]))
    let json = try pair.alice(["diff", "development", "staging", "--json"], stdout: .anything).text
    #expect(!json.contains("fake"))
  }

  @Test("A template is compared as what it comes to in each environment, as run gives it")
  func templates() throws {
    let pair = try Pair()
    for (environment, host) in [("development", "localhost"), ("production", "fake.example")] {
      try pair.alice(
        ["import", "-", "-e", environment], stdin: "HOST=\(host)\nURL=https://${HOST}/\n",
        stdout: .anything, stderr: .anything)
    }
    try pair.alice(
      ["import", "-"], stdin: "HOME_URL=http://${HOST}\n", stdout: .anything, stderr: .anything)
    try pair.set("HOME_URL", "http://localhost", in: "production")
    try pair.alice(
      ["diff", "development", "production"],
      stdout: .like(
        """
        changed\tHOST\tproduction\tdefault\t1\talice\t⋯\t1 by alice
        changed\tURL\tproduction\tdefault\t1\talice\t⋯\t1 by alice

        """))
    try pair.alice(
      ["diff", "development", "production", "--values", "--yes"],
      stdout: .containing(["https://localhost/", "https://fake.example/"]))
  }

  @Test("What cannot be compared is said, with what can")
  func refused() throws {
    let pair = try Pair(granting: nil)
    try pair.refuses(
      ["diff", "production"], 1,
      stderr: """
        secrets: error: git knows no commit `production`, which is an environment
        secrets: hint: what changed in it: secrets diff -e production

        """)
    try pair.refuses(
      ["diff", "HEAD~1", "HEAD"], 2,
      stderr: """
        secrets: error: two arguments are two environments, and neither `HEAD~1` nor `HEAD` is
        secrets: hint: for revisions: secrets diff HEAD~1..HEAD

        """)
    try pair.refuses(
      ["diff", "main", "other"], 2, stderr: .containing(["secrets diff main..other"]))
    try pair.refuses(
      ["diff", "development", "prodution"], 1, stderr: .containing(["did you mean `production`?"]))
    try pair.refuses(["diff", "nowhere"], 1, stderr: .containing(["no commit `nowhere`"]))
    try pair.refuses(["diff", "a", "b", "c"], 2, stderr: .containing(["two things"]))
    try pair.refuses(
      ["diff", "development", "production", "-e", "x"], 2, stderr: .containing(["leave -e out"]))
    try pair.refuses(
      ["diff", "-e", "nothing"], 1, stderr: .containing(["no environment `nothing`"]))
    try pair.refuses(["diff", "HEAD", "--rev", "HEAD"], 2, stderr: .containing(["given twice"]))
  }

  @Test("Before the first commit everything is new; an older state is judged and not remembered")
  func beginnings() throws {
    let scratch = try Scratch()
    try scratch.repository()
    try scratch.succeeds(["init", "--no-passphrase"], stdout: .anything, stderr: .anything)
    try scratch.succeeds(["set", "A"], stdin: "fake", stderr: .anything)
    try scratch.succeeds(["diff"], stdout: .like("added\tA\t⋯\n"))
    try scratch.commit("first")
    try scratch.succeeds(["set", "A"], stdin: "fake-2", stderr: .anything)
    try scratch.commit("second")
    let state = "cat ../.local/state/secrets/seen-*"
    let before = try scratch.tool(["sh", "-c", state])
    try scratch.succeeds(["diff", "HEAD~1..HEAD"], stdout: .like("changed\tA\t⋯\n"))
    #expect(try scratch.tool(["sh", "-c", state]) == before)
    // A line of the older file that somebody forged stops it.
    try scratch.git("checkout", "-q", "-b", "forged")
    try scratch.tool([
      "sed", "-i", "s/^secret A role=default rev=2/secret A role=default rev=3/",
      "secrets/development.sealed",
    ])
    try scratch.commit("forged")
    try scratch.git("checkout", "-q", "main")
    try scratch.succeeds(["diff", "main..forged"], stdout: .like("forged\tA\t⋯\n"))
  }
}
