// The world in which a document is followed: Alice's repository `shop`, whoever else acts, a forge,
// and stand-ins for the programs that the page runs and that are not ours.

import Glibc
import Testing

/// Follows one section, from its beginning to its end.
final class Walker {
  private let scratch: Scratch
  /// What makes a program run as the user of this walk.
  private let become: [String]
  private var shells: [String: PersonAtShell] = [:]
  /// The copy of a key that was printed last.
  private var copied: String?

  init() throws {
    scratch = try Scratch()
    become = try scratch.ownUser() ?? []
    try standIn("npm", ": \"${DATABASE_URL:?}\"; echo started")
    try standIn("psql", ": \"${DATABASE_URL:?}\"; echo connected")
    try standIn("gh", "cat >\(scratch.at("forge"))/\"$3\"")
    try standIn("editor", "printf '\\nFROM_EDITOR=fake\\n' >>\"$1\"")
    try scratch.tool(become + ["mkdir", "-m", "700", scratch.at("forge")], directory: scratch.path)
    try scratch.tool(
      become + ["git", "init", "-q", "--bare", scratch.at("origin.git")], directory: scratch.path)
    try clone("alice")
    try scratch.tool(
      become + [
        "sh", "-c",
        """
        mkdir -p apps/web && echo "the shop's face" >apps/web/readme
        printf '#!/bin/sh\\n: "${DATABASE_URL:?}"\\necho deployed\\n' >deploy.sh
        chmod +x deploy.sh && git add -A && git commit -qm 'The shop' && git push -q
        echo DATABASE_URL=postgres://shop:fake@localhost/shop | tee .env >.env.production
        echo STRIPE_KEY=fake-stripe-key >>.env
        printf '%s\\n' '-----BEGIN FAKE-----' ZmFrZQ== '-----END FAKE-----' >key.pem
        """,
      ], directory: "alice/shop")
  }

  /// Follows a section; what goes wrong first ends it.
  func follow(_ walk: Walk) throws {
    for step in steps(before: walk.begins) + walk.steps {
      let place = "\(walk.document):\(step.line): \(step.command)"
      let sight = try shell(of: step.person)
        .type(step.command, promised: step.promised, copied: copied)
      copied = sight.lines.first { $0.hasPrefix("SECRETS-KEY-1-") } ?? copied
      let said = sight.lines.joined(separator: "\n")
      let mayFail = step.promised.contains { $0.hasPrefix("secrets: error: ") }
      guard mayFail == (sight.status != 0) else {
        throw ProgramFailure(description: "\(place)\nended with \(sight.status):\n\(said)")
      }
      guard !step.promised.isEmpty else { continue }
      if let complaint = scratch.complaint(sight.lines, promised: step.promised) {
        throw ProgramFailure(description: "\(place)\n\(complaint)")
      }
    }
    let plain = try shell(of: "alice").type(
      "git grep -l -e shop:fake@ -e ZmFrZQ== HEAD", promised: [], copied: nil)
    guard plain.status == 1 else {
      throw ProgramFailure(description: "\(walk.testDescription) commits plaintext: \(plain)")
    }
  }

  private func steps(before beginning: Walk.Beginning) -> [Walk.Step] {
    let project = [
      ("alice", "secrets init && secrets import .env"),
      ("alice", "secrets import .env.production -e production"),
      ("alice", "rm .env* && git add secrets .gitignore"),
      ("alice", "git commit -qm 'Seal our secrets' && git push -q"),
    ]
    let team = [
      ("bob", "secrets join && git commit -qam 'Ask to join as bob' && git push -q"),
      ("alice", "git pull -q && secrets team add bob --grant development,production"),
      ("alice", "git add secrets && git commit -qm 'Let bob in' && git push -q"),
      ("bob", "git pull -q"),
    ]
    let lines =
      switch beginning {
      case .repository: [(String, String)]()
      case .project: project
      case .team: project + team
      }
    return lines.map { Walk.Step(line: 0, person: $0.0, command: $0.1) }
  }

  /// A person's shell in their clone, which is made when they first act.
  private func shell(of user: String) throws -> PersonAtShell {
    if let shell = shells[user] { return shell }
    let folder = "\(user)/shop"
    if access(scratch.at(folder), F_OK) != 0 { try clone(user) }
    var env: [String: String?] = [
      "PATH": try path(), "EDITOR": "editor", "GIT_EDITOR": "true", "GIT_PAGER": "cat",
      "PROJECT": project,
    ]
    if user == "ci" {
      env["CI"] = "true"
      env["SECRETS_IDENTITY"] = scratch.text("forge/SECRETS_IDENTITY")?.split(separator: "\n").first
        .map(String.init)
    }
    let shell = try PersonAtShell(
      user, in: scratch, as: become, directory: folder, env: env)
    shells[user] = shell
    return shell
  }

  private func clone(_ user: String) throws {
    let home = try scratch.home(user)
    if let id = become.dropFirst(2).first { try scratch.tool(["chown", "-R", id, home]) }
    try scratch.tool(
      become + ["git", "clone", "-q", scratch.at("origin.git"), "\(home)/shop"],
      directory: scratch.path, user: user)
  }

  /// The project's id, as Alice would read it out.
  private var project: String? {
    let header = scratch.text("alice/shop/secrets/team.keys")?.split(separator: "\n").first
    return header?.split(separator: "=").last.map(String.init)
  }

  private func path() throws -> String {
    let peers = Peers.folder.map { ":\($0)" } ?? ""
    return "\(scratch.at("bin")):\(try scratch.environment()["PATH"] ?? "")\(peers)"
  }

  private func standIn(_ name: String, _ script: String) throws {
    // By another process: one that this one has written may still be open in a child's fork.
    let file = scratch.at("bin/\(name)")
    try scratch.write("bin/readme", "stand-ins\n")
    try scratch.tool(
      ["sh", "-c", "cat >\"$1\" && chmod +x \"$1\"", "sh", file], stdin: "#!/bin/sh\n\(script)\n")
  }
}

/// The other tools that a page moves from.
enum Peers {
  /// `$PEERS`, the folder of those that no package has, as the benchmarks know it.
  static let folder = getenv("PEERS").map { String(cString: $0) }

  static func has(_ program: String) -> Bool {
    (["/usr/local/bin", "/usr/bin", "/bin"] + [folder].compactMap { $0 })
      .contains { access("\($0)/\(program)", X_OK) == 0 }
  }
}
