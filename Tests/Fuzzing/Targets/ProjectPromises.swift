// A whole project, judged and opened as one of its members (format.md §5 to §7). Once with every
// signature asked for, and once with all of them taken for good: no mutation makes a good one, so
// that the rules behind them would never be reached.

import Sealing

@testable import Vault

enum ProjectPromises {
  private static let now: Int64 = 1_769_904_000

  /// `alice` of Tests/Vectors, who founded nearly all of its projects.
  // libFuzzer has one thread.
  nonisolated(unsafe) private static let reader: Identity = {
    let seed = Base64.decode("W5fF6hnbqsLyFPlCQNb608wRFWS7CiyFcW6O5vngQSA") ?? []
    guard let identity = Identity(seed: SecureArena().copy(seed.span.bytes)) else {
      fatalError("this is no seed")
    }
    return identity
  }()

  /// Reads team.keys and, from each line on that begins like its header, a sealed file.
  static func project(_ input: [UInt8]) {
    let mark = Array("secrets/1 sealed ".utf8)
    var files: [[UInt8]] = [[]]
    for line in input.split(separator: 0x0a, omittingEmptySubsequences: false) {
      if line.starts(with: mark) { files.append([]) }
      files[files.count - 1] += line + [0x0a]
    }
    guard let team = try? TeamFile(files[0]) else { return }
    var sealed: [String: SealedFile] = [:]
    for file in files.dropFirst().prefix(3) {
      guard let header = try? SealedFile(file, name: "?.sealed") else { return }
      let name = SealedFile.name(of: header.environment)
      sealed[name] = try? SealedFile(file, name: name)
    }
    judge(team, sealed.values.sorted { $0.name < $1.name })
  }

  /// Judges, opens and writes; whatever the files say, that ends, and what is written can be read.
  static func judge(_ team: TeamFile, _ sealed: [SealedFile]) {
    let names = Set(sealed.map(\.environment))
    // `""` is known where there is no environment to be, so that the team's signatures are skipped.
    for known in [[], names.union([""])] {
      let reading = Reading(team, sealed: sealed, now: now, known: known)
      let arena = SecureArena(capacity: 1 << 14)
      let author = Author(name: "alice", identity: reader, now: now, arena: arena)
      if let draft = try? TeamDraft(reading.team, by: author) {
        promise((try? TeamFile(draft.bytes)) != nil, "what is written is refused")
      }
      for environment in reading.environments.values {
        var open = OpenEnvironment(environment, as: reader, in: arena)
        let inspection = open.inspect()
        promise(inspection.values.count == inspection.entries.count, "values without entries")
        promise(
          !environment.isStopped || inspection.values.isEmpty, "a file that is stopped is opened")
        if let draft = try? SealedDraft(open, by: author) {
          let again = try? SealedFile(draft.bytes, name: environment.file.name)
          promise(again != nil, "what is written is refused")
        }
      }
      remember(reading, team, sealed)
    }
  }

  /// What a machine remembers of a reading comes back out of the text that it is kept in.
  private static func remember(_ reading: Reading, _ team: TeamFile, _ sealed: [SealedFile]) {
    let project = reading.remembered(RememberedProject())
    promise(
      RememberedProject(project.text).text == project.text, "the project's memory does not last")
    let branch = reading.remembered(RememberedBranch(), contents: [:])
    var again = RememberedBranch(contents: branch.contentsText)
    again.add(records: branch.recordsText)
    // As texts: an environment without records is remembered as none.
    promise(
      again.contentsText == branch.contentsText && again.recordsText == branch.recordsText,
      "the branch's memory does not last")
    let second = Reading(team, sealed: sealed, now: now, memory: project, branch: branch)
    promise(second.team.file.project == team.project, "another project")
  }
}
