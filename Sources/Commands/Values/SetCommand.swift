// `secrets set`: one value, from a prompt, a pipe or a file.

internal import ArgumentParser
internal import Sealing
internal import Vault
internal import Workspace

/// `secrets set NAME`.
struct SetCommand: ContextCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Set a secret.",
    discussion: """
      Asks for the value without showing it, or reads it from standard input where that is no \
      terminal. One newline at its end is dropped then, and said. The comment that belongs to the \
      name stays.

          $ secrets set API_TOKEN
          $ openssl rand -hex 32 | secrets set SESSION_KEY -e production

      With --file the value is a file, byte for byte: no variable of `run`, but what `get` prints. \
      For a PEM key that a program wants in a variable, use a pipe: secrets set TLS_KEY < key.pem
      """)

  @Argument(
    help: ArgumentHelp(
      "The secret's name; NAME=VALUE works too, but leaves the value in the shell's history.",
      valueName: "name"), completion: .secrets)
  var assignment: String

  @Option(
    help: ArgumentHelp(
      "Take this file, byte for byte; `-` is standard input.", valueName: "path"),
    completion: .file())
  var file: String?

  @Flag(help: "Keep a newline at the end of standard input.")
  var exact = false

  @Option(
    help: ArgumentHelp(
      "Warn from this day on, or this time: 2031-01-31, 2031-01-31T12:00:00Z.", valueName: "date"))
  var expires: String?

  @Option(
    help: ArgumentHelp("The part of the environment; else default.", valueName: "role"),
    completion: .roles)
  var role: String?

  @Flag(help: "Make the role, as an admin, with yourself as its first reader and writer.")
  var newRole = false

  @OptionGroup var environment: EnvironmentOption
  @OptionGroup var global: GlobalOptions

  func run(in context: Context) throws {
    let given = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = try WritableName(String(given[0])).text
    let environment = try environment.name(in: context)
    let role = try roleName()
    let expiry = try expires.map { try ExpiryDate($0, now: context.now) }
    if given.count > 1, file != nil { throw Refusal.twoValues }
    let session = try global.session(in: context)
    let input = try value(name, given.count > 1 ? given[1] : nil, environment, session)
    let empty = session.arena.allocate(0)
    // Before the lock: what no reader would take is refused with the advice that fits.
    let checked = try payload(name, input, note: empty)
    var isUnchanged = false
    var oldExpiry: Int64?
    let written = try session.changeValues(
      of: environment, role: role,
      preparing: { change in if newRole { try makeRole(role, environment, in: &change) } },
      { draft -> WrittenValue? in
        let before = draft.before.payload(of: name, role: role)
        if let before, before.kind == checked.kind, before.value.hasSameBytes(as: checked.value),
          draft.before.expiry(of: name, role: role) == expiry?.time,
          !draft.before.environment.isContested(name, role: role)
        {
          isUnchanged = true
          return nil
        }
        oldExpiry = draft.before.expiry(of: name, role: role)
        let note = draft.before.note(of: name, role: role)
        let payload = try payload(name, input, note: note ?? empty)
        return try draft.set(name, role: role, to: payload, expires: expiry?.time)
      })
    tell(session.console, name, part(environment, role), input, written, isUnchanged: isUnchanged)
    if let oldExpiry, expiry == nil {
      session.console.note(
        "the old value was to expire at \(Timestamp.text(oldExpiry)); of this one nothing is said: "
          + "--expires DATE")
    }
    if given.count > 1, !given[1].isEmpty {
      session.console.warn(
        "the value is now in the shell's history, and other processes could see it",
        hint: "next time: secrets set \(name)")
    }
  }

  private func roleName() throws(Refusal) -> String {
    guard let role else {
      if newRole { throw .newRoleNeedsName() }
      return "default"
    }
    guard Text.isLabel(role) else { throw .notALabel(role) }
    return role
  }

  private func payload(_ name: String, _ input: ValueInput, note: Secret) throws -> Payload {
    do throws(PayloadError) {
      return try Payload(kind: input.kind, note: note, value: input.value)
    } catch {
      throw WriteError.payload(name, error)
    }
  }

  private func value(
    _ name: String, _ argument: Substring?, _ environment: String, _ session: Session
  ) throws -> ValueInput {
    let arena = session.arena
    if let argument { return .argument(argument, into: arena) }
    if let file { return try .file(file, into: arena) }
    guard session.context.terminals.input else {
      return try .standardInput(name, isExact: exact, into: arena)
    }
    // Nobody types a value in vain.
    let opened = try session.open(.named([environment]))
    try session.requireEnvironment(environment, in: opened)
    if !newRole, let environment = opened.reading.environments[environment] {
      let role = role ?? "default"
      try session.requireRole(role, in: environment)
      let me = try session.author(in: opened).identity
      guard OpenEnvironment(environment, as: me, in: arena).mayWrite(role) else {
        throw WriteError.noWriteGrant(role: role, environment: environment.name)
      }
    }
    return try .prompt(name, into: arena)
  }

  private func makeRole(
    _ role: String, _ environment: String, in change: inout ProjectChange
  ) throws {
    let known = change.project.reading.environments[environment]?.knownRoles ?? []
    if known.contains(role) { throw Refusal.roleExists(role, environment: environment) }
    let key = GrantKey(member: change.author.name, environment: environment, role: role)
    try change.team { try $0.grant(key, access: .write) }
  }

  private func tell(
    _ console: Console, _ name: String, _ place: String, _ input: ValueInput,
    _ written: WrittenValue?, isUnchanged: Bool
  ) {
    if input.hadNewline {
      console.note("dropped one newline at the end of the value; --exact keeps it")
    }
    if let written {
      let verb = written.isNew ? "added `\(name)` to" : "changed `\(name)` in"
      console.note("\(verb) \(place), revision \(written.rev)")
    } else if isUnchanged {
      console.note("`\(name)` in \(place) has that value already; nothing was changed")
    }
  }
}

extension Environment {
  /// Whether someone without the right to it has written a secret too, which a new revision ends.
  fileprivate func isContested(_ name: String, role: String) -> Bool {
    findings.contains { $0.kind == .noRight && $0.thing == .secret(role: role, name: name) }
  }
}

extension OpenEnvironment {
  /// When a secret's value is over; nil where nobody said.
  fileprivate func expiry(of name: String, role: String) -> Int64? {
    secrets(in: [role]).first { $0.name == name }.flatMap { entry(of: $0).expires }
  }
}
