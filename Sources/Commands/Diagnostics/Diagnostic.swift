// Every room's errors become sentences here, and nowhere else.

internal import Dotenv
internal import Launch
internal import Sealing
internal import Vault
internal import Workspace

extension Refusal {
  /// Puts any error of any room into words.
  init(_ error: any Error) {
    switch error {
    case let refusal as Refusal: self = refusal
    case let error as WorkspaceError: self.init(workspace: error)
    case OpenProjectError.workspace(let error): self.init(workspace: error)
    case OpenProjectError.parse(let error): self.init(parse: error)
    case OpenProjectError.noTeam(let folder):
      self.init(
        "\(folder)/team.keys is gone", hint: "bring it back: git checkout -- \(folder)/team.keys",
        .damaged)
    case let error as ParseError: self.init(parse: error)
    case let error as WriteError: self.init(write: error)
    case let error as IdentityStoreError: self.init(identityStore: error)
    case let error as IdentityError: self.init(identity: error, place: nil)
    case let error as ConsoleError: self.init(console: error)
    case let error as EditorError: self.init(editor: error)
    case let error as LaunchError: self.init(launch: error)
    case let error as SSHKeyImportError: self.init(sshKeyImport: error)
    case let error as KeyringError: self.init(keyring: error)
    case let error as DotenvError: self.init(dotenv: error)
    default:
      // Every error that a command can meet has its own words above; this is for the one that a
      // later change forgets, and it must not print what the error carries.
      self.init("something failed that has no words yet (\(type(of: error)))", .system)
    }
  }
}

extension Refusal {
  /// Puts the argument parser's words into ours.
  ///
  /// - Parameter text: its lines `Error: …`, `Help: …`, `Usage: …` and `See '… --help' …`.
  init(usage text: String) {
    let lines = text.split(separator: "\n").map(String.init)
    var message = lines.first { $0.hasPrefix("Error: ") }.map { String($0.dropFirst(7)) } ?? text
    while message.hasSuffix(".") { message.removeLast() }
    let quoted = lines.last { $0.contains("See '") }?.split(separator: "'").map(String.init) ?? []
    self.init(
      message.prefix(1).lowercased() + message.dropFirst(),
      hint: quoted.count > 1 ? quoted[1] : "secrets --help", .usage)
  }

  /// A word that stands where a command's name belongs.
  static func noSuchCommand(
    _ word: String, under path: [String], among names: [String]
  ) -> Refusal {
    let above = (["secrets"] + path).joined(separator: " ")
    let near = nearest(word, among: names).map { "did you mean `\(above) \($0)`? " } ?? ""
    return Refusal(
      "there is no command `\(above) \(word)`", hint: "\(near)\(above) --help", .usage)
  }
}
