// What `generate` is asked for: alphabets, lengths, and what does not go together.

import ArgumentParser
import Sealing
import Testing

@testable import Commands

@Suite("generate: what is asked for")
struct GenerateTests {
  private func generator(_ arguments: String...) throws -> Generator {
    try GenerateCommand.parse(["A"] + arguments).generator()
  }

  private func refusal(_ arguments: String...) -> Refusal? {
    #expect(throws: Refusal.self) { try GenerateCommand.parse(["A"] + arguments).generator() }
  }

  @Test("32 letters and digits are made, 190 bits, unless something else is asked for")
  func kinds() throws {
    let plain = try generator()
    #expect(plain == .text(length: 32, .alphanumeric) && plain.bits == 190 && !plain.isWeak)
    #expect(
      plain.words == "32 characters out of 62, 190 random bits")
    let hex = try generator("--hex")
    #expect(hex == .text(length: 64, .hexadecimal) && hex.bits == 256)
    #expect(try generator("--hex", "--length", "20").bits == 80)
    #expect(try generator("--uuid") == .uuid)
    #expect(try generator("--keypair", "ed25519") == .keyPair)
    let pin = try generator("--alphabet", "0-9", "--length", "4")
    #expect(pin.bits == 13 && pin.isWeak)
    #expect(pin.words == "4 characters out of 10, 13 random bits")
  }

  @Test("What excludes each other is refused, and a length that is none")
  func refused() throws {
    #expect(refusal("--hex", "--uuid")?.message == "--hex and --uuid exclude each other")
    #expect(refusal("--uuid", "--length", "3")?.message == "--length and --uuid exclude each other")
    #expect(refusal("--hex", "--alphabet", "ab") != nil)
    #expect(refusal("--keypair", "ed25519", "--length", "9") != nil)
    for length in ["0", "4097"] { #expect(refusal("--length", length) == .badLength) }
    #expect(throws: (any Error).self) { try GenerateCommand.parse(["A", "--keypair", "rsa"]) }
    #expect(throws: (any Error).self) { try GenerateCommand.parse([]) }
  }

  @Test(
    "An alphabet is what it looks like",
    arguments: [
      ("abc", "abc"), ("a-e", "abcde"), ("0-3x-z", "0123xyz"), ("-ab", "-ab"), ("ab-", "ab-"),
      ("a-c-", "abc-"), ("-a-c", "-abc"), ("A-C_-", "ABC_-"), ("!@ ", "!@ "), ("-0", "-0"),
    ])
  func alphabet(text: String, characters: String) throws {
    #expect(try Alphabet(text).characters == Array(characters.utf8))
  }

  @Test(
    "An alphabet that can be read in two ways, or is none, is refused",
    arguments: [
      ("a-c-e", Refusal.alphabetRange), ("c-a", .alphabetRange), ("a-a", .alphabetRange),
      ("A-z", .alphabetRange), ("!-/", .alphabetRange), ("a-9", .alphabetRange),
      ("--a", .alphabetRange), ("aba", .alphabetRepeats), ("a-cb", .alphabetRepeats),
      ("--", .alphabetRepeats), ("", .alphabetTooSmall), ("a", .alphabetTooSmall),
      ("aé", .alphabetNotASCII), ("a\t", .alphabetNotASCII),
    ])
  func badAlphabet(text: String, refusal: Refusal) {
    #expect(throws: refusal) { try Alphabet(text) }
  }

  @Test("The usual alphabets have the characters that they are named after")
  func usual() {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    #expect(Alphabet.alphanumeric.characters == Array(letters.utf8))
    #expect(Alphabet.hexadecimal.characters == Array("0123456789abcdef".utf8))
  }

  @Test("A key pair is two names, whose comment says what it is for")
  func pair() throws {
    let arena = SecureArena()
    let values = Generator.keyPair.values(for: "DEPLOY", comment: "DEPLOY@production", in: arena)
    #expect(values.map(\.name) == ["DEPLOY", "DEPLOY_PUBLIC"])
    #expect(values[0].value.text.hasPrefix("-----BEGIN OPENSSH PRIVATE KEY-----\n"))
    #expect(values[0].value.text.hasSuffix("\n-----END OPENSSH PRIVATE KEY-----\n"))
    #expect(values[1].value.text.hasSuffix(" DEPLOY@production"))
    #expect(Generator.keyPair.names(for: "A") == ["A", "A_PUBLIC"])
  }
}
