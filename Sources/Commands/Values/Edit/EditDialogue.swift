// The rounds of an editing: the editor, what is wrong with the text, the questions, the saving,
// until it is saved or the person gives up. What was typed is kept through all of them.

internal import Launch
internal import Sealing
internal import Vault
internal import Workspace

/// An editing under way.
struct EditDialogue {
  private enum Answer {
    case yes
    case editAgain
    case no
  }

  /// Where a round leads.
  private enum Step {
    case again
    case over
  }

  private let session: Session
  private let base: EditableEnvironment
  private let document: EditorDocument
  private let isConfirmed: Bool
  private let saving: EditSaving

  /// The text as it was last given to the editor, without the messages above it.
  private var body: Secret
  private var messages = EditMessages()
  private var faults: [EditFault] = []
  private var rounds = 0
  private var agreed: [SecretAddress: [String]] = [:]
  private var line: Int?

  /// Begins an editing.
  ///
  /// - Parameters:
  ///   - base: the environment as it is shown.
  ///   - document: the text that shows it.
  ///   - saving: how it is saved.
  ///   - session: who edits, and where.
  ///   - isConfirmed: whether removals need no question.
  init(
    of base: EditableEnvironment, as document: EditorDocument, saving: EditSaving,
    in session: Session, isConfirmed: Bool
  ) {
    self.session = session
    self.base = base
    self.document = document
    self.saving = saving
    self.isConfirmed = isConfirmed
    body = document.text
  }

  private var console: Console { session.console }

  /// How often a text is sent back where no person is seen.
  private static let roundLimit = 20

  /// Lets the person edit until the text is saved or they give up.
  ///
  /// - Throws: `Refusal` where nothing was changed for another reason than an untouched text;
  ///   `EditorError`; what saving throws.
  mutating func run(in editor: inout EditorSession) throws {
    var isFirst = true
    while true {
      let step: Step
      switch try outcome(of: &editor) {
      case .saved(let text):
        let body = messages.stripped(from: text)
        let isUntouched = body.hasSameBytes(as: self.body)
        self.body = body
        step = isUntouched ? try leaveOrAsk(isFirst, &editor) : try take(&editor)
      case .unchanged: step = try leaveOrAsk(isFirst, &editor)
      case .abandoned(let code): throw Refusal.editorEnded(code, editing: base.name)
      case .killed(let signal): throw Refusal.editorKilled(signal, editing: base.name)
      }
      if step == .over { return }
      isFirst = false
    }
  }

  private func outcome(of editor: inout EditorSession) throws(EditorError) -> EditorSession.Outcome
  {
    try editor.edit(
      at: line, environment: UnsafePointer(session.context.environment.pointer),
      withholding: ChildEnvironment.identityVariables)
  }

  // Rounds

  /// The editor was closed on a text that it had been given.
  private mutating func leaveOrAsk(_ isFirst: Bool, _ editor: inout EditorSession) throws -> Step {
    // Who was sent back once may have meant either: to give up, or to go on with what stands there.
    guard !isFirst else {
      console.note(EditWords.unchanged)
      return .over
    }
    guard session.hasTerminal else { throw Refusal(faults, environment: base.name) }
    guard !faults.isEmpty else { return try take(&editor, mustAsk: true) }
    guard try answer(EditWords.stillRefused, mayAgree: false) == .editAgain else {
      throw Refusal.editDeclined(base.name)
    }
    return .again
  }

  private mutating func take(_ editor: inout EditorSession, mustAsk: Bool = false) throws -> Step {
    let text = EditedText(
      body, against: base, ownComments: document.ownComments + messages.lines, in: session.arena)
    guard text.faults.isEmpty else { return try reopen(&editor, with: text.faults) }
    guard !text.edits.isEmpty else {
      console.note(EditWords.unchanged)
      return .over
    }
    console.note(EditWords.summary(of: text.edits, in: base.name))
    let removals = text.edits.filter { $0.payload == nil }.map(\.address)
    if mustAsk || !removals.isEmpty && !isConfirmed {
      guard session.hasTerminal else {
        throw Refusal.removalsNotConfirmed(removals, environment: base.name)
      }
      switch try answer(EditWords.question(removing: removals)) {
      case .yes: break
      case .editAgain: return try reopen(&editor)
      case .no: throw Refusal.editDeclined(base.name)
      }
    }
    return try save(text, &editor)
  }

  private mutating func save(_ text: EditedText, _ editor: inout EditorSession) throws -> Step {
    while true {
      let outcome: EditSaving.Outcome
      do {
        outcome = try saving.save(text.edits, from: base, agreed: agreed)
      } catch {
        // A full disk, a lock, a merge that left conflict markers: no reason to lose what was typed.
        guard session.hasTerminal else { throw error }
        _ = console.tell(Refusal(error))
        switch try answer(EditWords.tryAgain) {
        case .yes: continue
        case .editAgain: return try reopen(&editor)
        case .no: throw Refusal.editDeclined(base.name)
        }
      }
      switch outcome {
      case .saved(let saved):
        tell(saved, text.remarks)
        return .over
      case .collisions(let collisions):
        if let step = try settle(collisions, &editor) { return step }
      case .broken(let errors):
        let faults = errors.sorted { $0.key < $1.key }.map { address, error in
          EditFault(line: text.lines[address], reason: .template(address, error))
        }
        return try reopen(&editor, with: faults)
      }
    }
  }

  /// Asks what is to hold of names that others changed too.
  ///
  /// - Returns: nil where it is to be saved.
  private mutating func settle(
    _ collisions: [EditCollision], _ editor: inout EditorSession
  ) throws -> Step? {
    guard session.hasTerminal else { throw Refusal(collisions, environment: base.name) }
    for collision in collisions { console.warn(collision.sentence) }
    switch try answer(EditWords.question(overwriting: collisions)) {
    case .yes:
      for collision in collisions {
        agreed[collision.edit.address] = collision.standing?.revision.ids ?? []
      }
      return nil
    case .editAgain:
      messages = EditMessages(of: collisions)
      return try reopenAsItIs(&editor)
    case .no: throw Refusal.editDeclined(base.name)
    }
  }

  // Reopening

  private mutating func reopen(_ editor: inout EditorSession, with faults: [EditFault] = []) throws
    -> Step
  {
    rounds += 1
    self.faults = faults
    // An editor that is a script may go wrong for ever.
    guard rounds < Self.roundLimit || session.hasTerminal else {
      throw Refusal(faults, environment: base.name)
    }
    messages = EditMessages(of: faults, in: base.name)
    line = faults.compactMap(\.line).first.map { $0 + messages.offset }
    return try giveBack(&editor)
  }

  private mutating func reopenAsItIs(_ editor: inout EditorSession) throws -> Step {
    faults = []
    line = nil
    return try giveBack(&editor)
  }

  private func giveBack(_ editor: inout EditorSession) throws(EditorError) -> Step {
    try editor.replaceText(with: messages.put(above: body, in: session.arena))
    return .again
  }

  // Talking

  private func answer(_ question: String, mayAgree: Bool = true) throws -> Answer {
    let prompt = try Prompt()
    let choices = mayAgree ? "[y]es, [e]dit again, [N]o" : "[e]dit again, [G]ive up"
    let answer: String
    do {
      answer = try prompt.line("\(question) \(choices): ").lowercased()
    } catch ConsoleError.noAnswer {
      return .no
    }
    switch answer {
    case "y", "yes": return mayAgree ? .yes : .no
    case "e", "edit", "edit again": return .editAgain
    default: return .no
    }
  }

  private func tell(_ saved: EditSaving.Saved, _ remarks: [EditRemark]) {
    for remark in remarks { console.warn(remark.sentence) }
    if !saved.othersChanges.isEmpty { console.note(EditWords.kept(saved.othersChanges)) }
    for (address, expires) in saved.ended {
      console.note(EditWords.ended(address, expires, in: base.name))
    }
    console.note(EditWords.saved(base.name))
    console.tell(saved.summary, of: base.name)
  }
}
