// `secrets generate`: a value that nobody has seen, not even who makes it.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets generate NAME`.
struct GenerateCommand: ContextCommand {
  /// The kinds of key pairs.
  enum KeyPair: String, ExpressibleByArgument, CaseIterable {
    case ed25519
  }

  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make up a random value and seal it, unseen.",
    discussion: """
      32 of A-Z, a-z and 0-9, 190 bits, unless it is told otherwise. The value is not printed; \
      one that is there already is replaced only with --replace.

          $ secrets generate SESSION_KEY
          $ secrets generate DEPLOY_KEY --keypair ed25519 -e production

      --hex makes 64 digits, as many as 32 bytes have. --keypair seals a private key as OpenSSH \
      keeps it, and its public line as NAME_PUBLIC.
      """)

  @Argument(help: ArgumentHelp("The secret's name.", valueName: "name"), completion: .secrets)
  var name: String

  @Option(help: ArgumentHelp("How many characters; else 32, or 64 with --hex.", valueName: "count"))
  var length: Int?

  @Option(
    help: ArgumentHelp(
      "The characters to choose from, with ranges like a-z; a `-` goes first or last.",
      valueName: "characters"))
  var alphabet: String?

  @Flag(help: "Digits 0-9 and a-f.")
  var hex = false

  @Flag(help: "A version 4 UUID.")
  var uuid = false

  @Option(help: ArgumentHelp("A private key and its public line.", valueName: "kind"))
  var keypair: KeyPair?

  @Flag(help: "Replace the value that is there.")
  var replace = false

  @Option(help: ArgumentHelp("The part of the environment; else default.", valueName: "role"))
  var role = "default"

  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let name = try WritableName(name).text
    let environment = try environment.name(in: context)
    guard Text.isLabel(role) else { throw Refusal.notALabel(role) }
    let generator = try generator()
    for name in generator.names(for: name) { _ = try WritableName(name) }
    let session = try global.session(in: context)
    let values = generator.values(
      for: name, comment: "\(name)@\(environment)", in: session.arena)
    let written = try session.changeValues(of: environment, role: role) { draft in
      if !replace { try requireNew(values.map(\.name), in: draft.before.environment) }
      return try values.map { name, value in
        let note = draft.before.note(of: name, role: role)
        return try draft.set(
          name, role: role, to: Self.payload(name, value, note: note, in: session.arena))
      }
    }
    for value in written {
      let verb = value.isNew ? "generated" : "replaced"
      session.console.note(
        "\(verb) `\(value.name)` in \(part(environment, role)), revision \(value.rev)"
          + (value.name == name ? ": \(generator.words)" : ": its public line"))
    }
    if generator.isWeak { session.console.warn(Refusal.weak(name, bits: generator.bits)) }
  }

  private static func payload(
    _ name: String, _ value: Secret, note: Secret?, in arena: SecureArena
  ) throws(WriteError) -> Payload {
    do throws(PayloadError) {
      return try Payload(kind: .text, note: note ?? arena.allocate(0), value: value)
    } catch {
      throw .payload(name, error)
    }
  }

  private func requireNew(_ names: [String], in environment: Environment) throws(Refusal) {
    let present = Set(
      environment.entries.filter { $0.role == role && !$0.isRemoved }.map(\.name))
    let taken = names.filter(present.contains)
    guard taken.isEmpty else { throw .alreadyThere(taken, part(environment.name, role)) }
  }

  /// What is to be made.
  ///
  /// - Throws: `Refusal` where the options exclude each other.
  func generator() throws(Refusal) -> Generator {
    let kinds = [
      alphabet.map { _ in "--alphabet" }, hex ? "--hex" : nil, uuid ? "--uuid" : nil,
      keypair.map { _ in "--keypair" },
    ].compactMap { $0 }
    guard kinds.count <= 1 else { throw .excludeEachOther(kinds) }
    if uuid || keypair != nil {
      guard length == nil else { throw .excludeEachOther(["--length"] + kinds) }
      return uuid ? .uuid : .keyPair
    }
    let length = length ?? (hex ? 64 : 32)
    guard (1...Generator.lengthLimit).contains(length) else { throw .badLength }
    if let alphabet { return .text(length: length, try Alphabet(alphabet)) }
    return .text(length: length, hex ? .hexadecimal : .alphanumeric)
  }
}
