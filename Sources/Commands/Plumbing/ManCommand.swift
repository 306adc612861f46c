// The help texts as man pages and as one document, so that none of the three says anything else.

internal import ArgumentParser
internal import Workspace

/// `secrets man [PAGE]`.
struct ManCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "man",
    abstract: "Print a man page.",
    discussion: """
      For `make install` and `make docs`:

          $ secrets man secrets-set
          $ secrets man --list
      """,
    shouldDisplay: false)

  @Argument(help: "The page; secrets where none is named.")
  var page = "secrets"

  @Flag(help: "Print the pages' names.")
  var list = false

  @Flag(help: "Print all pages as one document.")
  var markdown = false

  func run(in context: Context) throws {
    let console = Console.live(context)
    let pages = ManualPage.all
    if markdown {
      try console.write(ManualPage.document(pages))
    } else if list {
      for page in pages { try console.print(page.name) }
    } else {
      guard let found = pages.first(where: { $0.name == page }) else {
        throw Refusal.noManualPage(page)
      }
      try console.write(found.roff)
    }
  }
}

/// One command's help text.
struct ManualPage {
  /// Its words joined by dashes, as `secrets-team-add`.
  let name: String
  private let command: String
  private let abstract: String
  /// The help as it is shown, 80 columns wide.
  let help: String

  /// A page for the program and for each command that is shown.
  static var all: [ManualPage] { pages(SecretsCommand.self, ["secrets"]) }

  private static func pages(
    _ command: any ParsableCommand.Type, _ words: [String]
  ) -> [ManualPage] {
    let configuration = command.configuration
    let page = ManualPage(
      name: words.joined(separator: "-"), command: words.joined(separator: " "),
      abstract: configuration.abstract,
      help: wrappingUsage(SecretsCommand.helpMessage(for: command, columns: 80)))
    return [page]
      + configuration.subcommands.filter { $0.configuration.shouldDisplay }.flatMap {
        pages($0, words + [$0.configuration.commandName ?? ""])
      }
  }

  /// The page in the language of man(7).
  var roff: String {
    var text = ".TH \"\(name.uppercased())\" 1 \"\" \"secrets \(Version.number)\" \"secrets\"\n"
    text += ".SH NAME\n\(Self.line(command)) \\- \(Self.line(abstract))\n"
    var isOpen = false
    for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
      let heading = line.prefix { $0.isUppercase || $0 == " " }
      let isHeading =
        !line.hasPrefix(" ") && heading.count > 3
        && line.dropFirst(heading.count).hasPrefix(":")
      if isHeading {
        if isOpen { text += ".fi\n" }
        text += ".SH \(heading)\n.nf\n"
        isOpen = true
        let rest = line.dropFirst(heading.count + 1).drop { $0 == " " }
        if !rest.isEmpty { text += "\(Self.line(String(rest)))\n" }
      } else {
        text += "\(Self.line(String(line)))\n"
      }
    }
    return text + (isOpen ? ".fi\n" : "")
  }

  /// A line that roff takes for text whatever it begins with.
  private static func line(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&\(escaped)" : escaped
  }

  /// All pages as one document.
  static func document(_ pages: [ManualPage]) -> String {
    var text = """
      # Commands

      What `--help` says of each, made out of the program's own help texts by `make docs`.

      """
    for page in pages {
      let help = page.help.split(separator: "\n", omittingEmptySubsequences: false)
        .map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
        .joined(separator: "\n")
      text += "\n## \(page.command)\n\n```text\n\(help)\n```\n"
    }
    return text
  }
}
