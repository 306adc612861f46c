// What is told of other commands that write, or wrote, to the same project.

internal import Workspace

extension Console {
  /// Tells what was done about a commit that a dead process left unfinished.
  func tell(_ recovery: ProjectLock.Recovery) {
    let died = "an earlier command died while it was writing"
    switch recovery {
    case .nothing: break
    case .finished(let names): note("\(died); finished for it: \(names.joined(separator: ", "))")
    case .undone(let names): note("\(died); undone: \(names.joined(separator: ", "))")
    case .abandoned(let names): warn(Refusal.abandoned(names))
    }
  }

  /// Tells which lines of another branch, in force by memory, a change has written down here (§6).
  func tell(writtenDown lines: [String]) {
    for line in lines {
      guard let words = RecordWords.words(RecordFields(Array(line.utf8)[...])) else { continue }
      note("wrote down here, too, what was seen on another branch: \(escaped(words))")
    }
  }

  /// Tells that another process writes, and that this one waits for it.
  func tellWaiting(for holder: Int32?) {
    let who = holder.map { "process \($0)" } ?? "another process"
    note("\(who) is writing to this project; waiting for it")
  }
}
