// A bar is there for a person who waits, and for nobody else.

import Testing

@testable import Commands

@Suite("The progress bar")
struct ProgressBarTests {
  private final class Tape {
    var now: Int64 = 0
    var written: [String] = []
  }

  private func bar(_ tape: Tape, _ terminal: Terminal) -> ProgressBar {
    ProgressBar("verifying", on: terminal, clock: { tape.now }, write: { tape.written.append($0) })
  }

  private let terminal = Terminal(isTerminal: true, width: 60, canRedraw: true)

  @Test("What takes less than half a second shows nothing, and nothing is left of what was shown")
  func patience() {
    let tape = Tape()
    let bar = bar(tape, terminal)
    bar.show(1, of: 10)
    tape.now = 499
    bar.show(2, of: 10)
    bar.clear()
    #expect(tape.written == [])
    tape.now = 600
    bar.show(5, of: 10)
    tape.now = 601
    bar.show(6, of: 10)
    #expect(tape.written == ["\rsecrets: verifying 50% [#################-----------------]"])
    bar.clear()
    #expect(tape.written.last == "\r" + String(repeating: " ", count: 59) + "\r")
  }

  @Test("A pipe and a terminal that writes over nothing show none")
  func plain() {
    for terminal in [Terminal.none, Terminal(isTerminal: true, width: 80)] {
      let tape = Tape()
      let bar = bar(tape, terminal)
      tape.now = 5000
      bar.show(1, of: 2)
      bar.clear()
      #expect(tape.written == [])
    }
  }

  @Test("A narrow terminal gets no more than fits", arguments: 0...100)
  func narrow(width: Int) {
    for done in [0, 7, 2000] {
      let line = ProgressBar.line("verifying", done, of: 2000, width: width)
      #expect(line.count <= width)
    }
  }
}
