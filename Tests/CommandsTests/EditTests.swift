// What an edited text means, held against what was shown; and how it is merged onto what others
// wrote meanwhile.

import ArgumentParser
import Dotenv
import Sealing
import Testing
import Vault
import Workspace

@testable import Commands

/// An editing in memory: what stands there, what a person makes of its text.
private struct Desk {
  var town: Town
  let base: EditableEnvironment
  let document: EditorDocument

  init(_ town: Town, _ environment: String = "development", as name: String = "alice") throws {
    self.town = town
    base = try Self.look(town, environment, as: name)
    document = EditorDocument(of: base, in: town.arena)
  }

  static func look(
    _ town: Town, _ environment: String = "development", as name: String = "alice"
  ) throws -> EditableEnvironment {
    var opened = try town.open(environment, as: name)
    let author = Author(
      name: name, identity: town.identity(name), now: Town.now, arena: town.arena)
    return EditableEnvironment(&opened, by: author)
  }

  /// The text without its head.
  var shown: String {
    let head = EditWords.header(base.name).map { "# \($0)\n" }.joined()
    let text = document.text.text
    #expect(text.hasPrefix(head + "\n"))
    return String(text.dropFirst(head.count + 1))
  }

  func read(_ text: String) -> EditedText {
    EditedText(
      town.secret(text), against: base, ownComments: document.ownComments, in: town.arena)
  }

  /// What a text does, a word for each: `+A=value`, `~A=value`, `#A=note`, `-A`.
  func deeds(_ text: String) -> [String] { read(text).edits.map(words) }

  func words(_ edit: Edit) -> String {
    let role = edit.address.role == "default" ? "" : "\(edit.address.role)/"
    let name = role + edit.address.name
    func value(_ payload: Payload) -> String {
      let kind = payload.kind == .text ? "" : " (\(payload.kind))"
      let note = payload.note.count > 0 ? " # \(payload.note.text)" : ""
      return "\(payload.value.text)\(kind)\(note)"
    }
    return switch edit.deed {
    case .add(let payload): "+\(name)=\(value(payload))"
    case .change(let payload): "~\(name)=\(value(payload))"
    case .annotate(let payload): "#\(name)=\(payload.note.text)"
    case .remove: "-\(name)"
    }
  }

  /// The sentences above the text.
  func faults(_ text: String) -> [String] {
    read(text).faults.map { $0.sentence(offset: 0, environment: base.name) }
  }
}

@Suite("An edited text")
struct EditedTextTests {
  private func desk() throws -> Desk {
    var town = try Town()
    let noted = try town.payload("fake-1", note: "from the vendor")
    let pem = try town.payload("-----BEGIN-----\nfake\n-----END-----\n", kind: .file)
    let uri = try town.payload("vault://app#key", kind: .reference)
    try town.change("development") { draft in
      try draft.set("TOKEN", role: "default", to: noted)
      try draft.set("PEM", role: "default", to: pem)
      try draft.set("REF", role: "default", to: uri)
    }
    try town.set("development", ["HOST": "db", "LITERAL": "${HOST}", "MULTI": "a\nb"])
    try town.set("development", ["URL": "http://${HOST}/$$5"], kind: .template)
    return try Desk(town)
  }

  private static let text = """
    HOST=db
    LITERAL='${HOST}'
    MULTI='a
    b'

    # PEM is a file of 35 bytes, kept as it is: secrets set PEM -e development --file PATH

    REF='vault://app#key'

    # from the vendor
    TOKEN=fake-1

    URL="http://${HOST}/\\$5"

    """

  @Test("Names are sorted, comments stand above, a file is a comment")
  func document() throws {
    let desk = try desk()
    #expect(desk.shown == Self.text)
    #expect(desk.deeds(desk.document.text.text) == [])
    #expect(desk.faults(desk.document.text.text) == [])
  }

  @Test(
    "Only what was changed is an edit",
    arguments: [
      ("TOKEN=fake-1", "TOKEN=fake-2", ["~TOKEN=fake-2 # from the vendor"]),
      ("# from the vendor", "# ask bob", ["#TOKEN=ask bob"]),
      ("# from the vendor\n", "", ["#TOKEN="]),
      ("# from the vendor\n", "# a\n#\n#b\n", ["#TOKEN=a\n\nb"]),
      ("HOST=db", "HOST = \"db\"  # a comment", []),
      ("HOST=db", "export HOST='db'", []),
      ("HOST=db\n", "HOST=db\nNEW=1\n", ["+NEW=1"]),
      ("MULTI='a\nb'", "MULTI=\"a\\nb\"", []),
      ("MULTI='a\nb'\n", "", ["-MULTI"]),
      // Taking the name out and leaving its comment gives it to nobody.
      ("TOKEN=fake-1\n", "", ["-TOKEN"]),
      ("'vault://app#key'", "'vault://other#key'", ["~REF=vault://other#key (reference)"]),
      ("'vault://app#key'", "plain", ["~REF=plain"]),
      // Templates.
      ("http://${HOST}/", "https://${HOST}/", ["~URL=https://${HOST}/$$5 (template)"]),
      ("\"http://${HOST}/\\$5\"", "'http://${HOST}/$5'", ["~URL=http://${HOST}/$5"]),
      ("'${HOST}'", "${HOST}", ["~LITERAL=${HOST} (template)"]),
      ("HOST=db\n", "HOST=db\nN=\"${HOST}:${GONE}\"\n", ["+N=${HOST}:$${GONE} (template)"]),
      ("HOST=db\n", "HOST=db\nN=\"${GONE}\"\n", ["+N=${GONE}"]),
      // One whose name is taken out stays a template, and is refused on saving.
      ("HOST=db\n", "", ["-HOST"]),
    ])
  func edits(_ old: String, _ new: String, _ deeds: [String]) throws {
    let desk = try desk()
    let text = desk.document.text.text
    #expect(text.contains(old))
    let edited = text.replacing(old, with: new)
    #expect(desk.deeds(edited) == deeds)
    #expect(desk.faults(edited) == [])
  }

  @Test(
    "What cannot be taken is named with its line",
    arguments: [
      ("A=\"x", ["line 1: the quote of `A` is not closed before the end"]),
      (
        "1A=x\nB",
        [
          "line 1: a name has letters, digits and `_` only, and does not begin with a digit",
          "line 2: no `=` follows the name",
        ]
      ),
      ("A=1\nA=2\n", ["line 2: `A` stands in line 1 already; take one of them out"]),
      (
        "A=abc#def\n",
        ["line 1: a `#` cuts the value of `A`; quote the value if the `#` belongs to it"]
      ),
      (
        "LD_PRELOAD=x\n",
        [
          "line 1: `LD_PRELOAD` makes programs load code or changes which one runs, so it is no "
            + "secret's name"
        ]
      ),
      (
        "PEM=x\n",
        [
          "line 1: `PEM` is a file of 35 bytes, kept as it is: "
            + "secrets set PEM -e development --file PATH"
        ]
      ),
      (
        "\n# [role other]\nA=1\n",
        [
          "line 2: you cannot write a role `other` here; put its names in another section, or "
            + "take it out"
        ]
      ),
      ("A='\u{0}'\n", ["line 1: `A` holds a NUL byte"]),
    ])
  func faults(_ text: String, _ sentences: [String]) throws {
    let desk = try desk()
    #expect(desk.faults(text) == sentences)
    #expect(desk.deeds(text) == [])
  }

  @Test("A value that is too long is refused, one that is only large is not shown")
  func large() throws {
    var town = try Town()
    try town.set(
      "development",
      [
        "LARGE": String(repeating: "x", count: (64 << 10) + 1),
        "FITS": String(repeating: "x", count: 64 << 10),
      ])
    let desk = try Desk(town)
    #expect(desk.shown.contains("# LARGE has 65537 bytes, too many for here, and is kept as it is"))
    #expect(desk.shown.contains("FITS=xxxx"))
    #expect(desk.deeds("") == ["-FITS"])
    let long = "A=\(String(repeating: "x", count: (1 << 20) + 1))\n"
    #expect(desk.faults(long).contains("line 1: `A` cannot be sealed: it has more than 1 MiB"))
  }

  @Test("A person is told what was taken otherwise than it may have been meant")
  func remarks() throws {
    let desk = try desk()
    let text = desk.document.text.text + "A=1 # one\nB=\"${GONE} ${C:-d}\"\n"
    #expect(
      desk.read(text).remarks == [
        .commentDropped(name: "A"), .literalExpansion(name: "B"),
        .literalReference(name: "B", reference: "GONE"),
      ])
  }

  @Test("Each role that a person may write has a section; a name moves from one to another")
  func roles() throws {
    var town = try Town()
    try town.add("bob")
    for role in ["billing", "audit"] { try town.grant("alice", "development", role: role) }
    try town.grant("bob", "development", role: "billing")
    try town.grant("bob", "development", access: .read)
    try town.set("development", ["A": "1"])
    try town.set("development", role: "billing", ["KEY": "fake-k"])
    let desk = try Desk(town)
    let text = "# [role default]\n\nA=1\n\n# [role audit]\n\n# [role billing]\n\nKEY=fake-k\n"
    #expect(desk.shown == text)
    #expect(
      desk.deeds("A=1\nKEY=fake-k\n") == ["+KEY=fake-k", "-billing/KEY"])

    let bobs = try Desk(town, as: "bob")
    #expect(bobs.shown == "# [role billing]\n\nKEY=fake-k\n")
    #expect(
      bobs.faults("A=2\n# [role billing]\nKEY=fake-k\n") == [
        "line 1: `A` stands in no section; put it below a line like `# [role billing]`"
      ])
    #expect(
      bobs.faults("# [role default]\nA=2\n").first
        == "line 1: you cannot write a role `default` here; put its names in another section, "
        + "or take it out")
  }

  @Test("Messages above a text are taken off again, also when some were taken out by hand")
  func messages() throws {
    let desk = try desk()
    let faults = desk.read("A=\"x").faults + desk.read("B").faults
    let messages = EditMessages(of: faults, in: "development")
    let body = desk.town.secret("A=\"x\n")
    let text = messages.put(above: body, in: desk.town.arena)
    #expect(text.text.hasPrefix("# Nothing is saved yet."))
    #expect(text.text.contains("# line 5: the quote of `A`"))
    #expect(text.text.split(separator: "\n", omittingEmptySubsequences: false)[4] == "A=\"x")
    #expect(messages.stripped(from: text).text == "A=\"x\n")
    let lines = text.text.split(separator: "\n", omittingEmptySubsequences: false)
    let cut = desk.town.secret(lines.dropFirst(2).joined(separator: "\n"))
    #expect(messages.stripped(from: cut).text == "A=\"x\n")
    #expect(messages.stripped(from: body).text == "A=\"x\n")
    let many = EditMessages(
      of: Array(repeating: faults[0], count: 30), in: "development")
    #expect(many.lines.count == 22 && many.lines.last == "and 10 more")
  }
}

@Suite("An edited text on top of what others wrote")
struct EditMergeTests {
  private func start() throws -> (Desk, Town) {
    var town = try Town()
    try town.add("bob")
    try town.grant("bob", "development")
    try town.set("development", ["A": "1", "B": "1", "C": "1"])
    return (try Desk(town), town)
  }

  private func merge(
    _ desk: Desk, _ text: String, _ others: [String: String?],
    agreed: [SecretAddress: [String]] = [:]
  ) throws -> (EditMerge, EditableEnvironment) {
    var town = desk.town
    let payloads = try others.mapValues { value in try value.map { try desk.town.payload($0) } }
    try town.change("development") { draft in
      for (name, payload) in payloads {
        if let payload {
          try draft.set(name, role: "default", to: payload)
        } else {
          try draft.remove(name, role: "default")
        }
      }
    }
    let current = try Desk.look(town)
    return (
      EditMerge(desk.read(text).edits, from: desk.base, onto: current, agreed: agreed), current
    )
  }

  @Test(
    "A name changed on one side only is that side's; one changed on both is asked about",
    arguments: [
      ("A=2\nB=1\nC=1\n", ["B": "2"], ["~A=2"], [], ["B"]),
      ("A=2\nB=1\nC=1\n", ["A": "3"], [], ["~A=2"], []),
      ("A=2\nB=1\nC=1\n", ["A": "2"], [], [], []),
      ("A=2\nB=1\nC=1\n", ["A": nil], [], ["~A=2"], []),
      ("B=1\nC=1\n", ["A": nil], [], [], []),
      ("B=1\nC=1\n", ["A": "2"], [], ["-A"], []),
      ("A=1\nB=1\nC=1\nN=1\n", ["N": "2"], [], ["+N=1"], []),
      ("A=1\nB=1\nC=1\nN=1\n", ["N": "1"], [], [], []),
      ("A=1\nB=1\nC=1\nN=1\n", ["M": "1", "C": nil], ["+N=1"], [], ["C", "M"]),
      ("A=2\nB=1\nC=1\n", ["A": "1"], ["~A=2"], [], []),
    ] as [(String, [String: String?], [String], [String], [String])])
  func sides(
    _ text: String, _ others: [String: String?], _ writes: [String], _ collisions: [String],
    _ kept: [String]
  ) throws {
    let (desk, _) = try start()
    let (merge, _) = try merge(desk, text, others)
    #expect(merge.writes.map(desk.words) == writes)
    #expect(merge.collisions.map { desk.words($0.edit) } == collisions)
    #expect(merge.othersChanges.map(\.name) == kept)
  }

  @Test("A yes holds for what was shown, and not for what came after")
  func agreed() throws {
    let (desk, _) = try start()
    let address = SecretAddress(role: "default", name: "A")
    let text = "A=2\nB=1\nC=1\n"
    let (_, shown) = try merge(desk, text, ["A": "3"])
    let ids = try #require(shown.standings[address]?.revision.ids)
    let again = EditMerge(
      desk.read(text).edits, from: desk.base, onto: shown, agreed: [address: ids])
    #expect(again.writes.map(desk.words) == ["~A=2"] && again.collisions.isEmpty)
    let (later, _) = try merge(desk, text, ["A": "4"], agreed: [address: ids])
    #expect(later.writes.isEmpty && later.collisions.count == 1)
    #expect(
      later.collisions.first?.sentence
        == "`A` was changed by `alice` at 2027-01-15T08:00:00Z, while you edited it")
  }
}

@Suite("How edit is called")
struct EditParsingTests {
  private let context = Context(
    environment: EnvironmentBlock(["SECRETS_ENV": "staging"]), workingDirectory: "/", now: 0,
    userID: 0)

  @Test(
    "The environment stands alone or behind -e, or comes from the surroundings",
    arguments: [
      (["production"], "production"), (["-e", "production"], "production"), ([], "staging"),
      (["production", "--env", "production", "--yes"], "production"),
    ])
  func environment(_ arguments: [String], _ name: String) throws {
    #expect(try EditCommand.parse(arguments).name(in: context) == name)
  }

  @Test("Two different environments are wrong usage")
  func two() throws {
    let command = try EditCommand.parse(["production", "-e", "staging"])
    #expect(throws: Refusal.twoEnvironments("production", "staging")) {
      try command.name(in: context)
    }
    #expect(throws: Refusal.badEnvironmentName("A B")) {
      try EditCommand.parse(["A B"]).name(in: context)
    }
    #expect(throws: (any Error).self) { try EditCommand.parse(["a", "b"]) }
  }
}
