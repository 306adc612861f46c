// `env protect` and `env unprotect`: one signed line, the other way round.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// `secrets env protect NAME`: from now on a person confirms each use.
struct EnvProtectCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "protect",
    abstract: "Have a person confirm each use of an environment.",
    discussion: """
      `run`, `get`, `export` and `edit` then ask at the terminal, or take --yes; a machine's \
      identity is not asked.

          $ secrets env protect production
          $ secrets run -e production --yes -- ./deploy
      """)

  @Argument(help: "The environment.", completion: .environments)
  var name: String

  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    try global.session(in: context).setProtection(of: name, true)
  }
}

/// `secrets env unprotect NAME`: nobody is asked any more.
struct EnvUnprotectCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "unprotect",
    abstract: "Use an environment without being asked.",
    discussion: """
      The opposite of `env protect`. Who may read what is not changed by either.

          $ secrets env unprotect staging
          $ secrets env list
      """)

  @Argument(help: "The environment.", completion: .environments)
  var name: String

  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    try global.session(in: context).setProtection(of: name, false)
  }
}

extension Session {
  fileprivate func setProtection(of name: String, _ isProtected: Bool) throws {
    let (isChanged, _) = try change(.named([])) { change in
      let team = change.project.reading.team
      switch team.environments[name] {
      case .live(isProtected, _): return false
      case .live(_, let base):
        try change.team {
          try $0.setEnvironment(name, isProtected: isProtected, extends: base)
        }
        return true
      case .refused(let kind): throw Refusal.environmentRefused(name, kind)
      case nil, .removed: throw Refusal.noEnvironment(name, in: team)
      }
    }
    let word = isProtected ? "protected" : "unprotected"
    console.note(isChanged ? "\(name) is now \(word)" : "\(name) is \(word) already")
  }
}
