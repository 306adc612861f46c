// The vectors of Tests/Vectors, which any implementation of the format must pass.

import Foundation
import Sealing
import Testing

@Suite("Vectors")
struct Vectors {
  /// The folder of all vectors; another one can be named to run a checker's own.
  static let folder =
    ProcessInfo.processInfo.environment["SECRETS_TEST_VECTORS"].map {
      URL(filePath: $0, directoryHint: .isDirectory)
    }
    ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Vectors")

  /// The names of the vectors of a kind; empty where there is no such folder.
  static func names(of kind: String) -> [String] {
    let folder = folder.appending(path: kind)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter {
      FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/expect.json").path)
    }.sorted()
  }

  @Test("The vectors are where they are looked for")
  func present() {
    let kinds = ["valid", "invalid", "merge", "identity", "message"]
    #expect(kinds.contains { !Vectors.names(of: $0).isEmpty }, "\(Vectors.folder.path)")
  }

  static func read(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: folder.appending(path: path)))
  }

  static func expectation<T: Decodable>(_ vector: String, as type: T.Type) throws -> T {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(read("\(vector)/expect.json")))
  }
}

extension SecureArena {
  func secret(_ bytes: [UInt8]) -> Secret { copy(bytes.span.bytes) }

  func secret(_ text: String) -> Secret { secret(Array(text.utf8)) }
}

extension Secret {
  var array: [UInt8] { withBytes { span in span.withUnsafeBytes { [UInt8]($0) } } }

  var string: String { String(decoding: array, as: UTF8.self) }
}
