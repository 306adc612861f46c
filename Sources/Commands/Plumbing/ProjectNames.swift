// The names that a shell completes, read off the files as they lie there. Nothing is judged, for a
// name that is offered gives no right; what is no name by the format's grammar is not offered, so
// that no file can put anything else on a command line.

internal import ArgumentParser
internal import Vault
internal import Workspace

/// A project's names, as far as its files can be read; none where they cannot.
struct ProjectNames {
  private let project: Project?
  private let environment: String

  /// Finds the project of a command line.
  ///
  /// - Parameters:
  ///   - words: the words so far: `-C DIR` and `-e ENV` are minded.
  ///   - context: the surroundings.
  init(_ words: [String], in context: Context) {
    func value(of options: [String]) -> String? {
      for (index, word) in words.enumerated().reversed() {
        if options.contains(word), words.indices.contains(index + 1) { return words[index + 1] }
        for option in options where option.hasPrefix("--") && word.hasPrefix("\(option)=") {
          return String(word.dropFirst(option.count + 1))
        }
      }
      return nil
    }
    project = try? Project.find(in: context, from: value(of: ["-C"]))
    environment =
      value(of: ["-e", "--env"]) ?? context.environment["SECRETS_ENV"] ?? "development"
  }

  /// The environments that have a file.
  var environments: [String] { ((try? project?.environments()) ?? []).sorted() }

  /// The members, without those who were removed.
  var members: [String] {
    let lines = lines(of: TeamFile.name)
    let gone = lines.filter { $0.kind == "member" && $0.isRemoved }.map { $0.word(1) }
    return names(
      lines.filter { ["root", "member"].contains($0.kind) && !gone.contains($0.word(1)) }
        .map { $0.word(1) }, Text.isLabel)
  }

  /// The roles that are granted.
  var roles: [String] {
    names(
      lines(of: TeamFile.name).filter { $0.kind == "grant" }.compactMap { $0.value("role") },
      Text.isLabel)
  }

  /// The secrets of the environment.
  var secrets: [String] {
    guard Text.isEnvironment(environment) else { return [] }
    return names(
      lines(of: SealedFile.name(of: environment))
        .filter { $0.kind == "secret" && !$0.isRemoved }.map { $0.word(1) }, Text.isName)
  }

  private func names(_ words: [String], _ isName: (String) -> Bool) -> [String] {
    Set(words).filter(isName).sorted()
  }

  private func lines(of name: String) -> [RecordFields] {
    guard let project,
      let file = try? RegularFile.open(
        "\(project.folder)/\(name)", limit: name == TeamFile.name ? 4 << 20 : 64 << 20),
      let bytes = try? file.bytes()
    else { return [] }
    return bytes.split(separator: 10).map { RecordFields($0) }
  }
}

extension CompletionKind {
  private static func names(_ names: @escaping @Sendable (ProjectNames) -> [String]) -> Self {
    .custom { words, _, _ in names(ProjectNames(words, in: .live())) }
  }

  static var environments: CompletionKind { names(\.environments) }
  static var members: CompletionKind { names(\.members) }
  static var roles: CompletionKind { names(\.roles) }
  static var secrets: CompletionKind { names(\.secrets) }
}
