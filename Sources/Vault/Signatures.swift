// format.md §4: what a signature is made over, and whose keys may have made it. Signatures are
// judged before rights are: one that does not hold is never skipped in favour of another record.

internal import Sealing

/// Whether a record's signature holds.
enum SignatureState: Equatable {
  case good(PublicKey)
  case bad
  /// No `root` or `member` record has the signer's name.
  case unknownSigner
}

extension SignatureState {
  /// Judges the signatures of lines, in team.keys as in a sealed file.
  ///
  /// - Parameters:
  ///   - lines: the lines, each with the keys that may have signed it; none for an unknown signer.
  ///   - bytes: the file that they lie in.
  ///   - prefix: what was signed before each line's text.
  ///   - isKnown: whether all were found good before, for these very bytes.
  ///   - book: what was judged before, whatever file it stood in.
  /// - Returns: a state per line.
  fileprivate static func judge(
    _ lines: [(line: RecordLine, keys: [PublicKey])], in bytes: [UInt8], prefix: [UInt8],
    isKnown: Bool, book: SignatureBook?
  ) -> [SignatureState] {
    var states = [SignatureState](repeating: .unknownSigner, count: lines.count)
    var asked: [Int] = []
    var texts: [SignedText] = []
    var marks: [LineMark] = []
    for (index, (line, keys)) in lines.enumerated() where !keys.isEmpty {
      // Of several keys only the signature tells which one it was.
      if isKnown, keys.count == 1 {
        states[index] = .good(keys[0])
        continue
      }
      if let book {
        let mark = LineMark(bytes[Int(line.start)..<Int(line.end)], after: prefix)
        if let known = book.state(of: mark, keys: keys) {
          states[index] = known
          continue
        }
        marks.append(mark)
      }
      asked.append(index)
      texts.append(
        SignedText(
          prefix: prefix, text: bytes[Int(line.start)..<Int(line.signedEnd)],
          signature: bytes[line.sig.range], keys: keys))
    }
    for (index, key) in zip(asked, Signature.verify(texts)) {
      states[index] = key.map { .good($0) } ?? .bad
    }
    for (mark, index) in zip(marks, asked) {
      book?.write(states[index], of: mark, keys: lines[index].keys)
    }
    return states
  }
}

enum SignaturePrefix {
  static func team(_ project: ProjectID) -> [UInt8] {
    Array("secrets/1 record\n\(project.text)\nteam\n".utf8)
  }

  static func sealed(_ project: ProjectID, _ environment: String) -> [UInt8] {
    Array("secrets/1 record\n\(project.text)\nenv:\(environment)\n".utf8)
  }
}

extension TeamFile {
  /// The keys that `root` and `member` records give each name.
  ///
  /// At most eight: a name with more is somebody's attempt to have each signature tried by all.
  func keysByName() -> [String: [PublicKey]] {
    var keys: [String: [PublicKey]] = [:]
    func add(_ record: TeamRecord) {
      guard let key = record.key else { return }
      let known = keys[record.name] ?? []
      if known.count < 8, !known.contains(key) { keys[record.name, default: []].append(key) }
    }
    // Those of roots first, which nobody is to push out of the eight.
    for record in records where record.kind == .root { add(record) }
    // §5.7: a record by oneself makes nobody known.
    for record in records where record.kind == .member && record.by != record.name { add(record) }
    return keys
  }

  /// Judges every signature but the roots', which `Roster` follows along their chain.
  ///
  /// - Parameters:
  ///   - isKnown: whether all were found good before, for these very bytes.
  ///   - book: what was judged before, whatever file it stood in.
  /// - Returns: a state per record.
  func signatureStates(isKnown: Bool, book: SignatureBook?) -> [SignatureState] {
    let keys = keysByName()
    let lines = records.map { record -> (line: RecordLine, keys: [PublicKey]) in
      switch record.kind {
      case .ext, .root: (record.line, [])
      case .join: (record.line, record.key.map { [$0] } ?? [])
      default: (record.line, keys[record.signer] ?? [])
      }
    }
    return SignatureState.judge(
      lines, in: bytes, prefix: SignaturePrefix.team(project), isKnown: isKnown, book: book)
  }

  /// What a record's signature is over, without the prefix.
  func signed(_ line: RecordLine) -> ArraySlice<UInt8> {
    bytes[Int(line.start)..<Int(line.signedEnd)]
  }

  /// Whether one of the keys signed the record.
  func isSigned(_ record: TeamRecord, by keys: [PublicKey], book: SignatureBook?) -> Bool {
    let states = SignatureState.judge(
      [(record.line, keys)], in: bytes, prefix: SignaturePrefix.team(project), isKnown: false,
      book: book)
    return states.allSatisfy { if case .good = $0 { true } else { false } }
  }
}

extension SealedFile {
  func signed(_ line: RecordLine) -> ArraySlice<UInt8> {
    bytes[Int(line.start)..<Int(line.signedEnd)]
  }

  /// Judges the signatures of some lines.
  ///
  /// - Parameters:
  ///   - lines: the lines, each with the member that should have signed it.
  ///   - keys: a member's keys; none for a name that nobody has.
  ///   - isKnown: whether all were found good before, for these very bytes.
  ///   - book: what was judged before, whatever file it stood in.
  /// - Returns: a state per line.
  func signatureStates(
    _ lines: [(line: RecordLine, signer: String)], keys: (String) -> [PublicKey], isKnown: Bool,
    book: SignatureBook?
  ) -> [SignatureState] {
    SignatureState.judge(
      lines.map { ($0.line, keys($0.signer)) }, in: bytes,
      prefix: SignaturePrefix.sealed(project, environment), isKnown: isKnown, book: book)
  }
}
