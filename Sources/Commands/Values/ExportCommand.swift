// `secrets export`: an environment's values in a format that other programs read, all or none.

internal import ArgumentParser
internal import Dotenv
internal import Launch
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets export`.
struct ExportCommand: ContextCommand {
  /// The formats that are written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case dotenv, json, yaml, shell, docker

    fileprivate var interchange: InterchangeFormat {
      switch self {
      case .dotenv: .dotenv
      case .json: .json
      case .yaml: .yaml
      case .shell: .shell
      case .docker: .docker
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Print secrets as dotenv, JSON, YAML, shell or for Docker.",
    discussion: """
      Quotes so that the reader of the format gets every byte back, or refuses by name and prints \
      nothing. Templates are expanded. Better than an exported file is `secrets run`.

          $ secrets export --format json | jq -r .DATABASE_URL
          $ secrets export --format shell --only 'AWS_*' > /dev/shm/aws.sh

      --format shell never asks anything, so that direnv can call it from an .envrc: \
      eval "$(secrets export --format shell)"

      --format docker is for `docker run --env-file`, which knows no quotes: a value of several \
      lines is refused. Compose reads dotenv instead.
      """)

  @Option(help: "How to write them.")
  var format = Format.dotenv

  @Option(
    help: ArgumentHelp("Only this part; may be given several times.", valueName: "role"),
    completion: .roles)
  var role: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only names that fit, with * and ?; may be given several times.", valueName: "glob"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp(
      "No names that fit, with * and ?; may be given several times.", valueName: "glob"))
  var except: [String] = []

  @OptionGroup var protection: ProtectionOption
  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let environment = try environment.name(in: context)
    var session = try global.session(in: context)
    // direnv calls it at every prompt of a shell, and must never be the one to ask.
    session.mayAsk = format != .shell
    let opened = try session.open(.named([environment]))
    let stack = try session.stack(environment, in: opened)
    let identity = try session.identity(for: opened).identity
    var layers = try Layers(stack, as: identity, roles: role, in: session.arena)
    let selection = Selection(only: only, except: except)
    if !selection.isEverything {
      let names = Set(try selection.names(among: layers.names))
      layers.keep(names.contains)
    }
    try session.confirm(.export, of: stack, as: identity, isConfirmed: protection.yes)
    let values = try layers.values()
    try session.console.write(try Self.text(values, format.interchange, in: session.arena))
    let touched = Set(values.map { Thing.secret(role: $0.opened.role, name: $0.name) })
    session.warnOfClosedParts(of: layers.environments, roles: role)
    session.warn(of: layers.environments) { touched.contains(.secret(role: $0, name: $1)) }
  }

  /// The text as a whole, in secret memory, or no text at all.
  ///
  /// - Parameters:
  ///   - values: the values, in order.
  ///   - format: how they are written.
  ///   - arena: where the text goes.
  /// - Throws: `Refusal` that names every value that has no place in the format.
  /// - Returns: the text.
  static func text(
    _ values: [LayeredValue], _ format: InterchangeFormat, in arena: SecureArena
  ) throws -> Secret {
    var writer = ValueWriter(format)
    var size = 0
    writer.begin { size += $0.byteCount }
    var refused: [(name: String, message: String)] = []
    for value in values {
      if let message = obstacle(value) {
        refused.append((value.name, message))
        continue
      }
      do throws(DotenvError) {
        size += try value.text.withBytes { bytes throws(DotenvError) in
          try writer.size(value.name, bytes)
        }
      } catch {
        refused.append((value.name, error.sentence(in: "")))
      }
    }
    guard refused.isEmpty else { throw Refusal.notExported(refused) }
    // The end is fixed text: JSON's two lines are the longest.
    let text = arena.allocate(size + 8)
    var count = 0
    let sink = { (piece: RawSpan) in
      text.withMutableBytes { target in
        piece.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(from: $0)
        }
      }
      count += piece.byteCount
    }
    writer.begin(sink)
    for value in values {
      try value.text.withBytes { bytes throws(DotenvError) in
        try writer.write(value.name, bytes, to: sink)
      }
    }
    writer.end(sink)
    return text.part(0..<count)
  }

  private static func obstacle(_ value: LayeredValue) -> String? {
    if DangerousNames.contains(value.name) { return Refusal.dangerousName(value.name).message }
    switch value.opened.payload.kind {
    case .file: return Refusal.isFile(value.name)
    case .reference: return Refusal.isReference(value.name)
    case .text, .template, .removed: return nil
    }
  }
}
