// `resolve` under the lock: what was decided is written, and what needs no decision is done.

internal import Vault
internal import Workspace

extension ProjectChange {
  /// Does all that waits and was decided.
  ///
  /// - Parameters:
  ///   - work: what waits, as it is under the lock.
  ///   - choices: what was decided.
  /// - Throws: what a write throws; nothing has changed then.
  /// - Returns: what was done, in words.
  mutating func finish(_ work: OpenWork, _ choices: Choices) throws -> [String] {
    var done: [String] = []
    try settleTeam(work, choices, &done)
    let names = Set(work.conflicts.map(\.environment) + work.roles.map(\.environment))
    for name in names.sorted() {
      // An environment that was just taken away has nothing left to do.
      guard case .live = project.reading.team.environments[name] else { continue }
      done += try environment(name) { draft in
        var done: [String] = []
        for found in work.conflicts where found.environment == name {
          guard let id = choices.values[Choices.key(found)] else { continue }
          let written = try draft.settle(
            found.conflict.name, role: found.conflict.role, keeping: id)
          done.append("settled `\(written.name)` of \(found.address.text), revision \(written.rev)")
        }
        for address in work.roles where address.environment == name {
          let hadKey = draft.before.environment.hasKey(of: address.role)
          try draft.prepare(address.role)
          if !hadKey { done.append("made the key of \(address.text)") }
        }
        return done + draft.summary.words(of: name)
      }
    }
    try makeCanonical()
    return done
  }

  private mutating func settleTeam(
    _ work: OpenWork, _ choices: Choices, _ done: inout [String]
  ) throws {
    let grants = project.reading.grants
    for (name, side) in choices.environments where side.state == .removed {
      try removeEnvironment(name)
      done.append("settled the environment \(name): removed")
    }
    done += try team { draft in
      var done: [String] = []
      for (name, side) in choices.environments.sorted(by: { $0.key < $1.key }) {
        guard case .live(let isProtected, let base) = side.state else { continue }
        try draft.setEnvironment(name, isProtected: isProtected, extends: base)
        done.append("settled the environment \(name): \(side.state.words)")
      }
      for name in work.restated {
        switch draft.team.environments[name] {
        case .live(let isProtected, let base):
          try draft.setEnvironment(name, isProtected: isProtected, extends: base)
        case .removed: try draft.removeEnvironment(name)
        default: continue
        }
        done.append("settled the environment \(name) as it holds now")
      }
      for key in work.disputed {
        let words = Thing.grant(key).words
        // What is over for whatever reason does not begin again under a new line.
        guard case .live = draft.team.environments[key.environment],
          let grant = grants.first(where: { $0.key == key }), grant.isCurrent
        else {
          try draft.revoke(key)
          done.append("settled \(words) as it holds now: taken away")
          continue
        }
        try draft.grant(key, access: grant.access, until: grant.until)
        let time = grant.until == Timestamp.never ? "" : " until \(Timestamp.text(grant.until))"
        done.append("settled \(words) as it holds now: to \(grant.access.rawValue)\(time)")
      }
      return done
    }
    let vouched = try takeAway(work.ended)
    done += vouched.map { address, name in
      "vouched for `\(name)` of \(address.text), whose writer's right to it is over"
    }
    done += work.ended.map { "took away \(Thing.grant($0).words), whose time was over" }
  }

  /// Takes an environment, its grants and its file away.
  mutating func removeEnvironment(_ name: String) throws {
    let grants = project.reading.grants.filter { $0.key.environment == name && !$0.isRemoved }
    try team { draft in
      try draft.removeEnvironment(name)
      // Nobody is to have one if the name is used again.
      for grant in grants { try draft.revoke(grant.key) }
    }
    removeFile(of: name)
  }

  /// Writes united files as a writer would: in order, without what a live record replaces.
  private mutating func makeCanonical() throws {
    for file in project.united.keys.sorted() {
      let name = SealedFile.environment(of: file)
      if file == TeamFile.name {
        try team { _ in }
      } else if project.reading.environments[name]?.isStopped == false {
        try environment(name) { _ in }
      }
    }
  }
}

extension Console {
  /// Tells what was done.
  func tell(united files: [String], _ done: [String]) {
    for file in files { note("united both sides of secrets/\(file)") }
    for words in done { note(words) }
  }

  /// Tells what others have to do.
  func tell(_ others: [(message: String, hint: String)]) {
    for other in others {
      note(other.message)
      hint(other.hint)
    }
  }

  /// Lists what a `resolve` would do.
  func print(united opened: OpenProject, _ work: OpenWork) throws(ConsoleError) {
    for file in opened.united.keys.sorted() { try print("unite both sides of secrets/\(file)") }
    for found in work.conflicts {
      let sides = found.conflict.sides.map(\.words)
      try print("settle `\(found.conflict.name)` of \(found.address.text): \(listed(sides, "or"))")
    }
    for (name, sides) in work.environments {
      let sides = sides.map { "\($0.state.words) by \($0.by) [\($0.id)]" }
      try print("settle the environment \(name): \(listed(sides, "or"))")
    }
    for name in work.restated { try print("settle the environment \(name) as it holds now") }
    for key in work.disputed { try print("settle \(Thing.grant(key).words) as it holds now") }
    for key in work.ended { try print("take away \(Thing.grant(key).words), whose time is over") }
    for address in work.roles { try print("make the key of \(address.text) ready for its readers") }
  }
}
