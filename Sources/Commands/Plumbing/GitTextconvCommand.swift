// What `git diff` shows of a sealed file: each line in words, and nothing opened.

internal import ArgumentParser
internal import Workspace

/// `secrets git-textconv FILE`: what git shows of a file instead of its ciphertext.
struct GitTextconvCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "git-textconv",
    abstract: "Show the lines of a file in words, for git diff.",
    discussion: """
      Opens nothing and judges nothing: it says what the lines say. `init` and `trust` tell git \
      to use it, in `diff.secrets.textconv`.

          $ git config diff.secrets.textconv
          $ secrets git-textconv secrets/production.sealed
      """)

  @Argument(help: "team.keys, or a sealed file.", completion: .file())
  var file: String

  func run(in context: Context) throws {
    let path =
      file.hasPrefix("/") ? file : (context.workingDirectory.map { "\($0)/\(file)" } ?? file)
    guard let opened = try RegularFile.open(path, limit: 64 << 20, followingLink: true) else {
      throw Refusal.noFileToShow(file)
    }
    let text = RecordWords.text(of: try opened.bytes())
    try Console.live(context).write(text.span.bytes)
  }
}
