// Payloads (format.md §4): every limit on both of its sides, and values that stay where they are.

import Sealing
import Testing
import Vault

@Suite("Payload")
struct PayloadTests {
  private let arena = SecureArena()

  private func content(_ kind: UInt8, note: [UInt8], value: [UInt8]) -> [UInt8] {
    [kind] + withUnsafeBytes(of: UInt32(note.count).littleEndian) { [UInt8]($0) } + note + value
  }

  private func parse(_ kind: UInt8, note: [UInt8] = [], value: [UInt8] = []) throws -> Payload {
    try Payload.parse(arena.secret(content(kind, note: note, value: value)))
  }

  @Test("What is built is read again, padded to 64 bytes", arguments: [0, 1, 52, 53, 54, 5000])
  func roundTrip(count: Int) throws {
    let value = String(repeating: "x", count: count)
    for kind in [Payload.Kind.text, .template, .file] {
      let padded = try Payload.build(
        kind: kind, note: arena.secret("a note é"), value: arena.secret(value), in: arena)
      #expect(padded.count % 64 == 0)
      let read = try Payload.parse(#require(Padding.unpad(padded)))
      #expect(read.kind == kind)
      #expect(read.note.string == "a note é")
      #expect(read.value.string == value)
    }
  }

  @Test("The bytes are those of the page")
  func bytes() throws {
    let padded = try Payload.build(
      kind: .template, note: arena.secret("né"), value: arena.secret("v"), in: arena)
    let expected: [UInt8] = [1, 3, 0, 0, 0, 0x6e, 0xc3, 0xa9, 0x76, 0x80]
    #expect(padded.array == expected + [UInt8](repeating: 0, count: 54))
  }

  @Test("A value becomes an environment string in the very bytes that were opened")
  func inPlace() throws {
    let key = DataKey.generate(in: arena)
    let name = Array("A_NAME_LONGER_THAN_THE_HEAD".utf8)
    let padded = try Payload.build(
      kind: .text, note: arena.secret(""), value: arena.secret("fake-value"), in: arena)
    let box = key.seal(padded, ad: name.span.bytes)
    let content = key.open(
      box.span.bytes, ad: name.span.bytes, in: arena, headroom: name.count + 1)
    let opened = try #require(content)
    let payload = try Payload.parse(#require(Padding.unpad(opened)))
    let address = payload.value.environmentString(named: name.span.bytes)
    #expect(String(cString: address) == "A_NAME_LONGER_THAN_THE_HEAD=fake-value")
    let value = payload.value.withBytes { $0.withUnsafeBytes { $0.baseAddress } }
    #expect(value == UnsafeRawPointer(address) + name.count + 1)
    let end = opened.withBytes { $0.withUnsafeBytes { $0.baseAddress.map { $0 + 5 } } }
    #expect(value == end, "not copied")
  }

  @Test("A length that is not there is refused before it is used")
  func lengths() {
    for count in 0..<5 {
      #expect(throws: PayloadError.cutShort) {
        try Payload.parse(arena.secret([UInt8](repeating: 0, count: count)))
      }
    }
    #expect(throws: PayloadError.cutShort) { try Payload.parse(arena.secret([0, 1, 0, 0, 0])) }
    for length in [[1, 0, 1, 0], [0, 0, 0, 0x80], [0xff, 0xff, 0xff, 0xff]] as [[UInt8]] {
      #expect(throws: PayloadError.noteTooLong) {
        try Payload.parse(arena.secret([0] + length + [1, 2, 3]))
      }
    }
  }

  @Test("Notes and values end at their limits")
  func limits() throws {
    let note = [UInt8](repeating: 0x6e, count: Payload.noteLimit + 1)
    let value = [UInt8](repeating: 0x76, count: Payload.valueLimit + 1)
    let most = try parse(0, note: note.dropLast(), value: value.dropLast())
    #expect(most.note.count == 65536 && most.value.count == 1_048_576)
    #expect(throws: PayloadError.noteTooLong) { try parse(0, note: note) }
    for kind in [UInt8(0), 1, 2, 3] {
      #expect(throws: PayloadError.valueTooLong) { try parse(kind, value: value) }
    }
    #expect(throws: PayloadError.noteTooLong) {
      try Payload.build(kind: .file, note: arena.secret(note), value: arena.secret(""), in: arena)
    }
    #expect(throws: PayloadError.valueTooLong) {
      try Payload.build(kind: .file, note: arena.secret(""), value: arena.secret(value), in: arena)
    }
  }

  @Test("There are five kinds", arguments: UInt8.min...UInt8.max)
  func kinds(number: UInt8) {
    if number > 4 {
      #expect(throws: PayloadError.unknownKind(number)) { try parse(number) }
    } else if number == 2 {
      #expect(throws: PayloadError.notReference) { try parse(number) }
    } else {
      #expect(throws: Never.self) { try parse(number) }
    }
  }

  private static let notText: [[UInt8]] = [
    [0x80], [0xc3], [0xc3, 0x28], [0xc0, 0x80], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xff], [0xef, 0xbf],
    Array("long enough for the fast way, then ".utf8) + [0xe2, 0x82],
  ]

  @Test("What is not UTF-8 is no text and no note, but may be a file", arguments: notText)
  func utf8(bytes: [UInt8]) throws {
    for (number, kind) in [(UInt8(0), Payload.Kind.text), (1, .template), (2, .reference)] {
      #expect(throws: PayloadError.valueIsNotText(kind)) { try parse(number, value: bytes) }
    }
    for number in [UInt8(0), 1, 3] {
      #expect(throws: PayloadError.noteIsNotText) { try parse(number, note: bytes) }
    }
    #expect(try parse(3, value: bytes).value.array == bytes)
  }

  @Test("A NUL is in no text, template or reference, wherever it stands")
  func nul() throws {
    for place in 0..<20 {
      var value = [UInt8](repeating: 0x61, count: 20)
      value[place] = 0
      #expect(throws: PayloadError.valueIsNotText(.text)) { try parse(0, value: value) }
      #expect(throws: PayloadError.valueIsNotText(.template)) { try parse(1, value: value) }
      #expect(throws: PayloadError.valueIsNotText(.reference)) { try parse(2, value: value) }
      #expect(try parse(3, value: value).value.array == value)
    }
  }

  @Test("A removal carries nothing")
  func removal() throws {
    #expect(try parse(4).kind == .removed)
    #expect(throws: PayloadError.removalNotEmpty) { try parse(4, note: [0x61]) }
    #expect(throws: PayloadError.removalNotEmpty) { try parse(4, value: [0x61]) }
  }

  @Test(
    "A URI with a scheme is a reference",
    arguments: [
      "vault://secret/data/app#password", "aws-sm://prod/db?version=AWSCURRENT#user", "x:",
      "urn:isbn:0451450523", "file:///etc/hosts", "http://[::1]:8200/v1", "http://[1::8]/",
      "http://[1:2:3:4:5:6:7:8]", "http://[::ffff:1.2.3.4]", "http://[v1f.a:b]/", "a+b.c-9:/%7Ep",
      "s://user:p%40ss@host:123/;a=b,c/(d)'*!$&?q=/?:@#f/?:@", "s://", "s://h:",
      "http://[2001:db8::]",
    ])
  func references(text: String) throws {
    #expect(try parse(2, value: Array(text.utf8)).value.string == text)
  }

  @Test(
    "Anything else is none",
    arguments: [
      "", ":", "no-scheme", "//host/path", "1x:a", "-x:a", "é:a", "x y:a", "x:a b", "x:é", "x:a\n",
      "\tx:a", "x:%", "x:%4", "x:%4g", "x:%g4", "x:a%", "x:<a>", "x:\"", "x:{a}", "x:a|b", "x:a\\b",
      "x:^", "x:`", "x:[a]", "x:/[", "x:?[", "x:#a#b", "x://a@b@c", "x://h:1a", "x://h:1:2",
      "x://[::1", "x://::1]", "x://[]", "x://[1]", "x://[1:2:3:4:5:6:7]", "x://[1:2:3:4:5:6:7:8:9]",
      "x://[1:2:3:4:5:6:7::8]a", "x://[1::2::3]", "x://[12345::]", "x://[:1::2]", "x://[1::2:]",
      "x://[:::]", "x://[::1.2.3]", "x://[::1.2.3.256]", "x://[::01.2.3.4]", "x://[1.2.3.4::]",
      "x://[v.a]", "x://[v1.]", "x://[vg.a]", "x://[::1%25eth0]", "x://[::g]", "x://[::1]a",
      "x://[::1]:a", "x://u[@h",
    ])
  func noReferences(text: String) {
    #expect(throws: PayloadError.notReference) { try parse(2, value: Array(text.utf8)) }
  }
}
