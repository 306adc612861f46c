// What can be fuzzed, by name, and how a broken promise is reported.

import Glibc

/// A reader of bytes that others wrote, with what it promises about any of them.
enum FuzzTarget: String, CaseIterable {
  /// team.keys, read and judged.
  case team
  /// A sealed file, read.
  case sealed
  /// team.keys and sealed files one behind the other, judged, opened and written again.
  case project
  /// A dotenv text, as imported and as edited.
  case dotenv
  /// A JSON object that is imported.
  case json
  /// An identity file.
  case identity
  /// The string of `$SECRETS_IDENTITY`.
  case string
  /// OpenSSH's private and public keys.
  case openssh
  /// A sealed message.
  case message
  /// git's configuration and output.
  case git
  /// base64, against libsodium's.
  case base64

  /// The one that `$FUZZ_TARGET` names.
  static let chosen: FuzzTarget = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      fatalError("FUZZ_TARGET is one of \(allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return target
  }()

  /// Holds the reader to its promises about an input.
  func check(_ input: [UInt8]) {
    switch self {
    case .team: RecordPromises.team(input)
    case .sealed: RecordPromises.sealed(input)
    case .project: ProjectPromises.project(input)
    case .dotenv: TextPromises.dotenv(input)
    case .json: TextPromises.json(input)
    case .identity: IdentityPromises.file(input)
    case .string: IdentityPromises.string(input)
    case .openssh: IdentityPromises.openSSH(input)
    case .message: MessagePromises.message(input)
    case .git: GitPromises.git(input)
    case .base64: Base64Promises.base64(input)
    }
  }
}

/// Stops, so that libFuzzer keeps the input, where a promise is broken.
func promise(_ isKept: Bool, _ what: @autoclosure () -> String) {
  if !isKept { fatalError("broken: \(what())") }
}

/// The lines of a text, to tell whether a place lies in it.
struct Lines {
  private let sizes: [Int]

  /// Divides a text where one of the line ends stands; CRLF is one.
  init(_ text: some Collection<UInt8>, lineEnds: Set<UInt8> = [0x0a]) {
    var sizes = [0]
    var last: UInt8 = 0
    for byte in text {
      if lineEnds.contains(byte) {
        if lineEnds.count == 1 || byte != 0x0a || last != 0x0d { sizes.append(0) }
      } else {
        sizes[sizes.count - 1] += 1
      }
      last = byte
    }
    self.sizes = sizes
  }

  /// Makes sure that a place is one of the text's, or directly behind a line.
  func hold(line: Int, column: Int, _ what: @autoclosure () -> String) {
    promise(
      sizes.indices.contains(line - 1) && (1...(sizes[line - 1] + 1)).contains(column),
      "\(line):\(column) is outside of the text: \(what())")
  }
}
