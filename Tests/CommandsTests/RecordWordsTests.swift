import Testing

@testable import Commands

@Suite("Records in words")
struct RecordWordsTests {
  private func text(_ file: String) -> String {
    String(decoding: RecordWords.text(of: Array(file.utf8)), as: UTF8.self)
  }

  private static let end = "epoch=e box=b sig=s"
  private static let at = "at=2026-01-02T03:04:05Z"

  @Test(
    "Each kind of line says what it does, and by whom",
    arguments: [
      (
        "secret TOKEN role=default rev=3 id=i after=- \(at) by=bob \(end)",
        "secret TOKEN, revision 3, by bob at 2026-01-02T03:04:05Z"
      ),
      (
        "secret OLD removed role=billing rev=4 id=i after=j \(at) by=bob epoch=e box=b "
          + "sealed-by=alice sig=s",
        "secret OLD of role billing removed, revision 4, by bob at 2026-01-02T03:04:05Z, "
          + "sealed by alice"
      ),
      (
        "role default epoch=e public=p without=bob:i,*:j after=- \(at) by=alice sig=s",
        "role default, key e, by alice at 2026-01-02T03:04:05Z, kept from bob and *"
      ),
      ("to bob role=default epoch=e box=b", "role default, held by bob"),
      (
        "env eu protected=yes extends=base rev=1 id=i after=- \(at) by=alice sig=s",
        "environment eu, protected, extends base, by alice at 2026-01-02T03:04:05Z"
      ),
      (
        "grant bob env=eu role=default access=read until=2026-01-03T00:00:00Z rev=1 id=i after=- "
          + "\(at) by=alice reason=incident%2042 sig=s",
        "grant bob, eu/default read until 2026-01-03T00:00:00Z, by alice at 2026-01-02T03:04:05Z: "
          + "incident 42"
      ),
      (
        "grant bob env=eu role=default removed rev=2 id=i after=- \(at) by=alice sig=s",
        "grant bob, eu/default removed, by alice at 2026-01-02T03:04:05Z"
      ),
      (
        "request bob env=eu role=default access=write for=28800 id=i \(at) sig=s",
        "request bob, eu/default write for 8h at 2026-01-02T03:04:05Z"
      ),
      (
        "admin bob removed rev=1 id=i after=- \(at) by=alice sig=s",
        "admin bob removed, by alice at 2026-01-02T03:04:05Z"
      ),
      (
        "member bob key=k kind=machine \(at) by=alice sig=s",
        "member bob, machine, k, by alice at 2026-01-02T03:04:05Z"
      ),
    ])
  func kinds(line: String, words: String) { #expect(text(line + "\n") == words + "\n") }

  @Test("A re-seal alone shows nothing: the same text comes of it")
  func reseal() {
    let old = "secret TOKEN role=default rev=3 id=i after=- \(Self.at) by=bob epoch=e box=b sig=s\n"
    let new =
      "secret TOKEN role=default rev=3 id=i after=- \(Self.at) by=bob first=e epoch=f box=c sig=t\n"
    #expect(text(old) == text(new))
  }

  @Test("Readers are those of the key that nothing replaces, each once")
  func readers() {
    let file = """
      role default epoch=e public=p without=- after=- \(Self.at) by=alice sig=s
      role default epoch=f public=p without=- after=e \(Self.at) by=alice sig=s
      to bob role=default epoch=e box=b
      to alice role=default epoch=f box=b
      to alice role=default epoch=f box=c
      past default epoch=e under=f box=b

      """
    #expect(text(file).split(separator: "\n").suffix(1) == ["role default, held by alice"])
  }

  @Test(
    "What is damaged stands as it is",
    arguments: [
      "secret", "secret ", "grant bob", "role default epoch=e", "<<<<<<< HEAD", "ext hello 1",
      "secret TOKEN role= by= at", "member bob key=k", "=", " ",
    ])
  func damaged(line: String) { #expect(text(line + "\n") == line + "\n") }

  @Test("Ten thousand lines take no time that a person notices")
  func fast() {
    let box = String(repeating: "b", count: 300)
    let file = (0..<10_000).map {
      "secret NAME_\($0) role=default rev=1 id=i after=- \(Self.at) by=bob epoch=e box=\(box) sig=s\n"
    }.joined()
    let clock = ContinuousClock()
    let time = clock.measure { #expect(text(file).utf8.count > 100_000) }
    // Without optimisation; a release takes a tenth of it.
    #expect(time < .seconds(10))
  }
}
