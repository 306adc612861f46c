// `run` as the command that it becomes sees it, and as those who look over its shoulder do.

import Glibc
import Testing

@Suite("run")
struct RunTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.repository()
    try scratch.succeeds(["init", "--no-passphrase"], stdout: .anything, stderr: .anything)
    try set("TOKEN", "fake-token")
    try set("DB_URL", "postgres://fake@localhost/db")
  }

  private func set(_ name: String, _ value: String, in environment: String = "development") throws {
    try scratch.succeeds(
      ["set", name, "-e", environment], stdin: value, stderr: .anything)
  }

  private func variables(_ options: [String], env: [String: String?] = [:]) throws -> Set<String> {
    let outcome = try scratch.run(["run"] + options + ["--", "env"], env: env)
    #expect(outcome.status == 0, "\(outcome.stderr)")
    return Set(outcome.text.split(separator: "\n").map(String.init))
  }

  @Test("The command finds the values in its environment, and nothing is said")
  func values() throws {
    try scratch.succeeds(
      ["run", "--", "sh", "-c", "echo $TOKEN $DB_URL"],
      stdout: "fake-token postgres://fake@localhost/db\n")
  }

  @Test(
    "The exit code is the command's own, or tells that it never ran",
    arguments: Ending.all)
  func exitCode(ending: Ending) throws {
    #expect(try scratch.run(["run"] + ending.arguments).status == ending.code)
  }

  @Test("Sealed values win over the surroundings, unless --keep says otherwise")
  func precedence() throws {
    let around: [String: String?] = ["TOKEN": "around"]
    #expect(try variables([], env: around).contains("TOKEN=fake-token"))
    #expect(try variables(["--override"], env: around).contains("TOKEN=fake-token"))
    #expect(try variables(["--keep"], env: around).contains("TOKEN=around"))
  }

  @Test("--only, --except and --prefix choose and rename; what matches nothing is an error")
  func selection() throws {
    let only = try variables(["--only", "TOK*"])
    #expect(only.contains("TOKEN=fake-token") && !only.contains { $0.hasPrefix("DB_URL=") })
    let except = try variables(["--except", "TOKEN"])
    #expect(!except.contains { $0.hasPrefix("TOKEN=") } && except.contains { $0.hasPrefix("DB_") })
    #expect(try variables(["--prefix", "APP_"]).contains("APP_TOKEN=fake-token"))
    try scratch.fails(
      ["run", "--except", "TOKNE", "--", "true"], status: 125,
      stderr: """
        secrets: error: `TOKNE`: no name matches
        secrets: hint: see which there are: secrets list, with the same -e

        """)
  }

  @Test("--clean passes on what a program needs to run, and the values")
  func clean() throws {
    let seen = try variables(["--clean"], env: ["OTHER": "x", "LC_TIME": "C"])
    #expect(seen.contains("TOKEN=fake-token") && seen.contains("LC_TIME=C"))
    #expect(seen.contains { $0.hasPrefix("PATH=") } && !seen.contains("OTHER=x"))
  }

  @Test("The identity of a machine does not reach the command, unless it is asked for")
  func identityIsStripped() throws {
    let key = try scratch.succeeds(
      ["team", "add", "ci", "--machine", "--new-key", "--grant", "development"],
      stdout: .anything, stderr: .anything
    ).firstLine
    let surroundings: [String: String?] = ["SECRETS_IDENTITY": key, "HOME": nil]
    let seen = try variables([], env: surroundings)
    #expect(seen.contains("TOKEN=fake-token"))
    #expect(!seen.contains { $0.hasPrefix("SECRETS_") })
    let passed = try variables(["--pass-identity"], env: surroundings)
    #expect(passed.contains { $0.hasPrefix("SECRETS_IDENTITY=SECRETS-KEY-1-") })
  }

  @Test("A CI job without home, state or user name reads with its one string, and no more")
  func bareMachine() throws {
    let key = try scratch.succeeds(
      ["team", "add", "ci", "--machine", "--new-key", "--grant", "production"],
      stdout: .anything, stderr: .anything
    ).firstLine
    try set("PROD", "fake-prod", in: "production")
    let bare: [String: String?] = [
      "CI": "true", "SECRETS_IDENTITY": key, "HOME": nil, "USER": nil, "XDG_CONFIG_HOME": nil,
      "XDG_STATE_HOME": nil, "GIT_CONFIG_GLOBAL": nil,
    ]
    try scratch.succeeds(
      ["run", "-e", "production", "--", "sh", "-c", "echo $PROD"], env: bare,
      stdout: "fake-prod\n")
    try scratch.fails(
      ["run", "--", "true"], status: 125, env: bare,
      stderr: .containing(["you have no grant for any role of development"]))
    var wrong = bare
    wrong["SECRETS_IDENTITY"] = String(key.dropLast()) + (key.hasSuffix("A") ? "B" : "A")
    try scratch.fails(
      ["run", "-e", "production", "--", "true"], status: 125, env: wrong,
      stderr: .containing(["$SECRETS_IDENTITY", "hint: "]))
    // What a forge gives to a pull request from a fork, whether trust is given or carried.
    var none = bare
    none["SECRETS_IDENTITY"] = ""
    let header = try #require(
      scratch.text("alice/project/secrets/team.keys")?.split(separator: "\n").first)
    for trust in [nil, String(header.split(separator: "=").last ?? "")] {
      none["SECRETS_TRUST"] = trust
      try scratch.fails(
        ["run", "-e", "production", "--", "true"], status: 125, env: none,
        stderr: """
          secrets: error: $SECRETS_IDENTITY is empty, and there is no other identity here
          secrets: hint: set it from the forge's secret; a pull request from a fork is given none

          """)
    }
  }

  @Test("Who may not open what an environment extends is told so, also without a terminal")
  func closedBase() throws {
    try scratch.succeeds(
      ["env", "new", "staging", "--extends", "development"], stdout: .anything, stderr: .anything)
    try set("OWN", "fake-own", in: "staging")
    let key = try scratch.succeeds(
      ["team", "add", "ci", "--machine", "--new-key", "--grant", "staging"],
      stdout: .anything, stderr: .anything
    ).firstLine
    for command in [
      ["run", "-e", "staging", "--", "sh", "-c", "echo OWN=$OWN"], ["export", "-e", "staging"],
    ] {
      try scratch.succeeds(
        command, env: ["SECRETS_IDENTITY": key, "HOME": nil, "CI": "true"],
        stdout: "OWN=fake-own\n",
        stderr: .like(
          """
          secrets: warning: you have no grant for development, which staging extends: ⋯ of it not given
          secrets: hint: ask an admin to run: secrets grant ci development --read

          """))
    }
  }

  @Test("What a grant gave until its time was over is missed by name, also without a terminal")
  func endedGrant() throws {
    try scratch.succeeds(
      ["set", "CARD", "--role", "billing", "--new-role"], stdin: "fake-card", stderr: .anything)
    let key = try scratch.succeeds(
      ["team", "add", "ci", "--machine", "--new-key", "--grant", "development"],
      stdout: .anything, stderr: .anything
    ).firstLine
    try scratch.succeeds(
      ["grant", "ci", "development/billing", "--for", "1s"], stderr: .anything)
    // The clock is the only thing to wait for here.
    try scratch.tool(["sleep", "2"])
    try scratch.succeeds(
      ["run", "--", "sh", "-c", "echo CARD=$CARD"],
      env: ["SECRETS_IDENTITY": key, "HOME": nil, "CI": "true"], stdout: "CARD=\n",
      stderr: .like(
        """
        secrets: warning: your grant for development/billing ended at ⋯Z: 1 secret of it not given
        secrets: hint: ask an admin to run: secrets grant ci development/billing --read --for 8h

        """))
  }

  @Test("A protected environment is not used by a person who was not asked")
  func protected() throws {
    try scratch.fails(
      ["run", "-e", "production", "--", "true"], status: 125,
      stderr: """
        secrets: error: production is protected, and there is nobody to confirm
        secrets: hint: if you mean it, add --yes

        """)
    try scratch.succeeds(["run", "-e", "production", "--yes", "--", "true"])
  }

  @Test("The base's values lie under those of the environment that extends it")
  func layers() throws {
    try scratch.succeeds(
      ["env", "new", "staging", "--extends", "development"], stderr: .anything)
    try set("TOKEN", "fake-staging", in: "staging")
    let seen = try variables(["-e", "staging"])
    #expect(seen.contains("TOKEN=fake-staging"))
    #expect(seen.contains("DB_URL=postgres://fake@localhost/db"))
  }

  @Test("One name in two roles stops, and says how to choose")
  func twoRoles() throws {
    try scratch.succeeds(
      ["set", "TOKEN", "--role", "billing", "--new-role"], stdin: "fake-billing",
      stderr: .anything)
    try scratch.fails(
      ["run", "--", "true"], status: 125, stderr: .containing(["`TOKEN`", "billing", "--role"]))
    #expect(try variables(["--role", "billing"]).contains("TOKEN=fake-billing"))
  }

  @Test("A file, and a value too large for the system, stop by name before anything runs")
  func unfit() throws {
    try scratch.write("alice/blob", "\u{1}binary")
    try scratch.succeeds(["set", "BLOB", "--file", "../blob"], stderr: .anything)
    try scratch.fails(
      ["run", "--", "true"], status: 125, stderr: .containing(["`BLOB`", "--except BLOB"]))
    try set("HUGE", String(repeating: "x", count: 140_000))
    try scratch.fails(
      ["run", "--except", "BLOB", "--", "touch", "ran"], status: 125,
      stderr: .containing(["`HUGE`", "bytes", "--except HUGE"]))
    #expect(scratch.text("alice/project/ran") == nil)
  }

  @Test("--explain shows names and where they are from, and opens and runs nothing")
  func explain() throws {
    let outcome = try scratch.succeeds(["run", "--explain"], stdout: .anything)
    #expect(outcome.text.contains("TOKEN") && outcome.text.contains("development"))
    #expect(!outcome.text.contains("fake-token"))
  }

  @Test("No value is an argument, a file or a message of any process on the way")
  func traces() throws {
    try scratch.tool(
      [
        "strace", "-f", "-s", "65536", "-e", "trace=execve,openat,write,pwrite64,sendto", "-v",
        "-o", "\(scratch.path)/trace", BuiltBinary.path, "run", "--", "true",
      ])
    let trace = try #require(scratch.text("trace"))
    // The last execve hands the values over in its environment: that is the one place.
    let lines = trace.split(separator: "\n").filter { $0.contains("fake-token") }
    #expect(lines.allSatisfy { $0.contains("execve(") && $0.contains("[\"true\"]") })
    #expect(!lines.isEmpty)
    let files = try Program(
      ["grep", "-rl", "fake-token", scratch.path, "--exclude=trace"],
      environment: ["PATH": "/usr/bin:/bin"], directory: "/"
    ).finish()
    #expect(files.text == "")
  }

  @Test("Just before the command takes over, the process holds one copy of a value")
  func oneCopy() throws {
    let marker = "fake-marker-\(getpid())-Zq7"
    try set("MARKED", marker)
    // Stopped as it enters execve, the second of the traced process: its own start is the first.
    let program = try Program(
      [
        "strace", "-f", "-qq", "-o", "\(scratch.path)/stop", "-e",
        "inject=execve:delay_enter=20000000:when=2", BuiltBinary.path, "run", "--", "true",
      ], environment: scratch.environment(), directory: "\(scratch.path)/alice/project")
    defer { kill(-program.process, SIGKILL) }
    let scan = """
      import os, re, sys, time
      marker = sys.argv[1].encode()
      for _ in range(600):
          for pid in filter(str.isdigit, os.listdir('/proc')):
              try:
                  if os.readlink(f'/proc/{pid}/exe') != sys.argv[2]: continue
                  count = 0
                  with open(f'/proc/{pid}/mem', 'rb', 0) as memory:
                      for line in open(f'/proc/{pid}/maps'):
                          match = re.match(r'([0-9a-f]+)-([0-9a-f]+) r', line)
                          if not match: continue
                          start, end = (int(x, 16) for x in match.groups())
                          try:
                              memory.seek(start)
                              count += memory.read(end - start).count(marker)
                          except (OSError, ValueError): pass
                  status = open(f'/proc/{pid}/syscall').read().split()[0]
                  # 59 is execve: all is ready, and nothing has been handed over.
                  if status == '59' and count:
                      print(count)
                      sys.exit(0)
              except (OSError, IndexError): continue
          time.sleep(0.05)
      sys.exit('never seen')
      """
    let seen = try Program(
      ["python3", "-c", scan, marker, BuiltBinary.path],
      environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], directory: "/"
    ).finish()
    #expect(seen.text == "1\n", "\(seen.stderr)")
  }
}

/// A way to end, and the code that it gives.
struct Ending: Sendable {
  let arguments: [String]
  let code: Int32

  static let all = [
    Ending(arguments: ["--", "sh", "-c", "exit 7"], code: 7),
    Ending(arguments: ["--", "sh", "-c", "kill -TERM $$"], code: 143),
    Ending(arguments: ["--", "no-such-command"], code: 127),
    Ending(arguments: ["--", "/etc/passwd"], code: 126),
    Ending(arguments: ["-e", "nowhere", "--", "true"], code: 125),
    Ending(arguments: ["--only", "NOPE*", "--", "true"], code: 125),
  ]
}
