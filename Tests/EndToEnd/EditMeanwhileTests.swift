// Editing while others write: both sides are kept, or somebody is asked.

import Glibc
import Testing

@Suite("Editing while others write")
struct EditMeanwhileTests {
  /// What another process does while the editor is open.
  private func meanwhile(_ town: EditTown, _ command: String) throws -> String {
    let home = try town.scratch.home()
    return "cd \(home)/project; \(command) 2>/dev/null; "
  }

  @Test("Names that only others changed stay as they made them")
  func others() throws {
    let town = try EditTown()
    let other = try meanwhile(town, "printf other.example.com | secrets set HOST")
    try town.edit(
      other + "sed -i s/fake-1/fake-2/ $1",
      stderr: """
        secrets: in development:
          changed  TOKEN
        secrets: kept what others changed meanwhile: `HOST`
        secrets: saved development

        """)
    #expect(try town.value("TOKEN") == "fake-2")
    #expect(try town.value("HOST") == "other.example.com")
  }

  @Test("A name that both changed is not overwritten, and who changed it is said")
  func both() throws {
    let town = try EditTown()
    let other = try meanwhile(town, "printf fake-theirs | secrets set TOKEN")
    let script = other + "sed -i s/fake-1/fake-mine/ $1"
    try town.scratch.fails(
      ["edit"], status: 4, env: town.editor(script),
      stderr: .like(
        """
        secrets: in development:
          changed  TOKEN
        secrets: error: `TOKEN` was changed by `alice` at ⋯, while you edited it; nothing was changed
        secrets: hint: begin again with what stands there now: secrets edit development

        """))
    #expect(try town.value("TOKEN") == "fake-theirs")
    // The same value on both sides is no question.
    let same = try meanwhile(town, "printf fake-same | secrets set TOKEN")
    try town.edit(same + "sed -i s/fake-theirs/fake-same/ $1", stderr: .anything)
    #expect(try town.value("TOKEN") == "fake-same")
  }

  @Test("At a terminal the answer decides, also to go on editing")
  func asked() throws {
    let town = try EditTown()
    let other = try meanwhile(town, "printf fake-theirs | secrets set TOKEN")
    let copy = town.scratch.at("seen")
    let script = """
      if grep -q '^# Nothing is saved' $1; then cp $1 \(copy); exit; fi
      \(other)
      sed -i s/fake-1/fake-mine/ $1
      """
    let terminal = try Terminal.secrets(["edit"], in: town.scratch, env: town.editor(script))
    try terminal.wait(for: "Save yours over it? [y]es, [e]dit again, [N]o:")
    try terminal.enter("e")
    // The editor was closed on the same text: the question comes again.
    try terminal.wait(for: "Save this? [y]es, [e]dit again, [N]o:")
    #expect(town.scratch.text("seen")?.contains("put the old value back to keep theirs") == true)
    try terminal.enter("y")
    try terminal.wait(for: "[N]o: y\nsecrets: warning: `TOKEN` was changed by `alice`")
    try terminal.enter("y")
    #expect(try terminal.end() == 0)
    #expect(try town.value("TOKEN") == "fake-mine")
    town.expectNothingLeft()
  }

  @Test("A pull while the editor is open is merged; a true conflict is asked about")
  func pulled() throws {
    let town = try EditTown()
    try town.addBob()
    let trust = try town.trust
    func bob(_ value: String, _ name: String) throws {
      try town.scratch.succeeds(
        ["set", name], stdin: value, env: ["SECRETS_TRUST": trust], user: "bob",
        stderr: .anything)
      try town.scratch.publish(user: "bob")
    }
    try bob("fake-bob", "BOBS")
    let pull = try meanwhile(town, "git pull -q --no-rebase --no-edit")
    try town.edit(
      pull + "sed -i s/fake-1/fake-2/ $1",
      stderr: """
        secrets: in development:
          changed  TOKEN
        secrets: kept what others changed meanwhile: `BOBS`
        secrets: saved development

        """)
    #expect(try town.value("BOBS") == "fake-bob")
    try town.scratch.publish()

    // Both change one name and merge by union: edit shows the conflict, and settles it.
    try town.scratch.git("pull", "-q", user: "bob")
    try bob("fake-bobs-token", "TOKEN")
    try town.scratch.succeeds(["set", "TOKEN"], stdin: "fake-alices", stderr: .anything)
    try town.scratch.commit()
    try town.scratch.git("pull", "-q", "--no-rebase", "--no-edit")
    let copy = town.scratch.at("seen")
    try town.edit("cp $1 \(copy)", stderr: "secrets: nothing was changed\n")
    let notice = "# TOKEN is in conflict; give it a value here, or choose a side: secrets resolve\n"
    #expect(town.scratch.text("seen")?.contains(notice) == true)
    try town.edit(
      "sed -i 's/^HOST=/TOKEN=fake-settled\\n&/' $1",
      stderr: "secrets: in development:\n  added    TOKEN\nsecrets: saved development\n")
    #expect(try town.value("TOKEN") == "fake-settled")
  }
}
