// Which identity a command acts as: the first place that holds one, whatever is wrong with it.

import Foundation
import Sealing
import Testing
import Vault
import Workspace

@Suite("Identity store")
final class IdentityStoreTests {
  private let arena = SecureArena()
  private let home: ScratchFolder
  private let low = PassphraseCost(operations: 1, memory: 8192)
  private var members: Set<PublicKey> = []
  private var unlocked: [PublicKey: Secret] = [:]
  private var answers: [PassphraseAnswer] = []
  private var asked: [PassphraseRequest] = []

  init() throws { home = try ScratchFolder() }

  private var config: String { home.path(".config/secrets/identity") }
  private var sshKey: String { home.path(".ssh/id_ed25519") }

  private func places(
    option: String? = nil, variable: Secret? = nil, variableFile: String? = nil
  ) -> IdentityPlaces {
    IdentityPlaces(
      option: option, variable: variable, variableFile: variableFile, home: home.url.path)
  }

  private func store(_ places: IdentityPlaces) -> IdentityStore {
    IdentityStore(
      places: places, arena: arena, isMember: { self.members.contains($0) },
      unlockedSeed: { self.unlocked[$0] },
      ask: { request in
        self.asked.append(request)
        return self.answers.isEmpty ? .noTerminal : self.answers.removeFirst()
      })
  }

  private func find(_ places: IdentityPlaces) throws(IdentityStoreError) -> FoundIdentity {
    try store(places).find()
  }

  private func writePlain(_ name: String, mode: Int = 0o600) throws -> PublicKey {
    let identity = Identity.generate(in: arena)
    try home.write(
      IdentityFile.plain(identity, trust: nil, in: arena).string, to: name, mode: mode)
    return identity.publicKey
  }

  private func writeLocked(_ name: String, trust: ProjectTrust? = nil) throws -> Identity {
    let identity = Identity.generate(in: arena)
    let bytes = try IdentityFile.seal(
      identity, passphrase: arena.secret("fake-pass"), trust: trust, cost: low, in: arena)
    try home.write(String(decoding: bytes, as: UTF8.self), to: name)
    return identity
  }

  private func makeSSHKey(_ name: String, type: String = "ed25519", passphrase: String = "") throws
    -> String
  {
    try FileManager.default.createDirectory(
      atPath: home.path(".ssh"), withIntermediateDirectories: true)
    let options = passphrase.isEmpty ? [] : ["-a", "1"]
    return try home.makeKey(
      ".ssh/" + name, type: type, passphrase: passphrase, options: options)
  }

  @Test("The first place that holds an identity wins, in the order of the page")
  func order() throws {
    let option = try writePlain("option")
    let file = try writePlain("file")
    let configured = try writePlain(".config/secrets/identity")
    let ssh = try OpenSSHPublicKey.parse(makeSSHKey("id_ed25519")).key
    members = [ssh]
    let identity = Identity.generate(in: arena)
    let trust = ProjectTrust(
      project: try #require(ProjectID(bytes: [UInt8](repeating: 7, count: 16))), rootKey: option)
    let variable = IdentityString.render(identity, trust: trust, in: arena)

    var all = places(
      option: home.path("option"), variable: variable, variableFile: home.path("file"))
    var found = try find(all)
    #expect(found.identity.publicKey == option && found.place == .option(path: home.path("option")))
    all.option = nil
    found = try find(all)
    #expect(found.identity.publicKey == identity.publicKey && found.place == .variable)
    #expect(found.trust == trust && !found.wasTyped)
    all.variable = nil
    found = try find(all)
    #expect(found.identity.publicKey == file)
    #expect(found.place == .variableFile(path: home.path("file")))
    all.variableFile = nil
    found = try find(all)
    #expect(found.identity.publicKey == configured && found.place == .configuration(path: config))
    try FileManager.default.removeItem(atPath: config)
    found = try find(all)
    #expect(found.identity.publicKey == ssh && found.place == .sshKey(path: sshKey))
    #expect(found.trust == nil && asked.isEmpty)
  }

  @Test("A place that holds something unusable is not passed over")
  func notPassedOver() throws {
    _ = try writePlain(".config/secrets/identity")
    try home.write("hello\n", to: "broken")
    _ = try writePlain("open", mode: 0o640)
    let broken = IdentityProblem.identity(.damaged(line: 1, .notAnIdentity))
    let table: [(IdentityPlaces, IdentityPlace, IdentityProblem)] = [
      (
        places(option: home.path("none")), .option(path: home.path("none")), .missing
      ),
      (
        places(variableFile: home.path("none")), .variableFile(path: home.path("none")), .missing
      ),
      (places(option: home.path("broken")), .option(path: home.path("broken")), broken),
      (
        places(option: home.path("open")), .option(path: home.path("open")),
        .identity(.openToOthers(mode: 0o640))
      ),
      (
        places(option: home.path(".config")), .option(path: home.path(".config")),
        .unreadable(.notRegularFile(path: home.path(".config")))
      ),
      (
        places(variable: arena.secret("hunter2")), .variable,
        .identity(.damagedString(.notAnIdentity))
      ),
      (places(variable: arena.secret(" \n")), .variable, .identity(.damagedString(.notAnIdentity))),
    ]
    for (places, place, problem) in table {
      #expect(throws: IdentityStoreError.unusable(place, problem)) { try find(places) }
    }
    try home.write("secrets/2 identity\n", to: ".config/secrets/identity")
    let newer = IdentityProblem.identity(.damaged(line: 1, .newerVersion))
    #expect(throws: IdentityStoreError.unusable(.configuration(path: config), newer)) {
      try find(places())
    }
  }

  @Test("A place that is set but empty counts as not given")
  func empty() throws {
    let key = try writePlain(".config/secrets/identity")
    let found = try find(places(option: nil, variable: arena.secret(""), variableFile: ""))
    #expect(found.identity.publicKey == key)
  }

  @Test("Where nothing else is found, a variable that is set to nothing is what is missing")
  func emptyVariable() throws {
    let searched: [IdentityPlace] = [
      .configuration(path: config), .sshKey(path: home.path(".ssh/id_ed25519")),
    ]
    #expect(
      throws: IdentityStoreError.notFound(searched: searched, found: [.variable: .empty])
    ) {
      try find(places(variable: arena.secret("")))
    }
  }

  @Test("The configuration's home is respected, unless it is no absolute path")
  func configurationHome() throws {
    let key = try writePlain("elsewhere/secrets/identity")
    let other = try writePlain(".config/secrets/identity")
    let table = [(home.path("elsewhere"), key), ("elsewhere", other), ("", other)]
    for (path, expected) in table {
      let places = IdentityPlaces(configurationHome: path, home: home.url.path)
      #expect(try find(places).identity.publicKey == expected)
    }
    #expect(throws: IdentityStoreError.notFound(searched: [], found: [:])) {
      try find(IdentityPlaces())
    }
  }

  @Test("A pipe or a huge file in a place stops nothing and is told", .timeLimit(.minutes(1)))
  func hostile() throws {
    #expect(mkfifo(home.path("pipe"), 0o600) == 0)
    try home.write(String(repeating: "x", count: PrivateFile.limit + 1), to: "huge")
    let table: [(String, WorkspaceError)] = [
      ("pipe", .notRegularFile(path: home.path("pipe"))),
      ("huge", .tooLarge(path: home.path("huge"), limit: PrivateFile.limit)),
    ]
    for (name, error) in table {
      let place = IdentityPlace.option(path: home.path(name))
      #expect(throws: IdentityStoreError.unusable(place, .unreadable(error))) {
        try find(places(option: home.path(name)))
      }
    }
  }

  @Test("A locked identity is opened by the keyring, or asked for")
  func locked() throws {
    let identity = try writeLocked(".config/secrets/identity")
    let key = identity.publicKey
    let place = IdentityPlace.configuration(path: config)
    #expect(throws: IdentityStoreError.unusable(place, .locked(key))) { try find(places()) }
    answers = [.declined]
    #expect(throws: IdentityStoreError.unusable(place, .declined(key))) { try find(places()) }

    asked = []
    answers = [.typed(arena.secret("wrong")), .typed(arena.secret("fake-pass"))]
    let typed = try find(places())
    #expect(typed.wasTyped && typed.identity.seed.hasSameBytes(as: identity.seed))
    #expect(asked.map(\.attempt) == [1, 2] && asked.allSatisfy { $0.publicKey == key })

    asked = []
    answers = (0..<4).map { _ in .typed(arena.secret("wrong")) }
    #expect(throws: IdentityStoreError.unusable(place, .identity(.notOpened))) {
      try find(places())
    }
    #expect(asked.count == 3)

    asked = []
    unlocked = [key: identity.seed]
    #expect(try !find(places()).wasTyped && asked.isEmpty)
    unlocked = [key: Identity.generate(in: arena).seed]
    answers = []
    #expect(throws: IdentityStoreError.unusable(place, .locked(key)), "another's seed is not used")
    {
      try find(places())
    }
  }

  @Test("A key of ~/.ssh is used only as it is, and only a member's")
  func sshKeys() throws {
    let searched: [IdentityPlace] = [.configuration(path: config), .sshKey(path: sshKey)]
    #expect(throws: IdentityStoreError.notFound(searched: searched, found: [:])) {
      try find(places())
    }
    func expect(
      _ problem: IdentityProblem, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(
        throws: IdentityStoreError.notFound(
          searched: searched, found: [.sshKey(path: sshKey): problem]),
        sourceLocation: sourceLocation
      ) { try find(places()) }
    }
    let plain = try OpenSSHPublicKey.parse(makeSSHKey("id_ed25519")).key
    expect(.notMember(plain))
    members = [plain]
    #expect(try find(places()).identity.publicKey == plain)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: sshKey)
    expect(.identity(.openToOthers(mode: 0o644)))

    try FileManager.default.removeItem(atPath: sshKey)
    let locked = try OpenSSHPublicKey.parse(makeSSHKey("id_ed25519", passphrase: "fake-pass")).key
    expect(.encryptedSSHKey(locked, isMember: false))
    members = [locked]
    expect(.encryptedSSHKey(locked, isMember: true))

    try home.write("nothing\n", to: ".ssh/id_ed25519")
    expect(.sshKey(.notPrivateKey))
    try FileManager.default.removeItem(atPath: sshKey)
    _ = try makeSSHKey("id_ed25519", type: "ecdsa")
    expect(.sshKey(.otherType("ecdsa-sha2-nistp256")))
  }

  @Test("Keys that sign but cannot open are said where nothing else is found")
  func otherSSHKeys() throws {
    _ = try makeSSHKey("id_rsa", type: "rsa")
    let path = home.path(".ssh/id_rsa")
    let problem = IdentityProblem.sshKey(.otherType("ssh-rsa"))
    do {
      _ = try find(places())
      Issue.record("found one")
    } catch .notFound(_, let found) {
      #expect(found == [.sshKey(path: path): problem])
    } catch {
      Issue.record(error)
    }
    #expect(store(places()).list().map(\.state) == [.unusable(problem)])
  }

  @Test("A key of OpenSSH that is named needs no membership")
  func namedSSHKey() throws {
    let key = try OpenSSHPublicKey.parse(makeSSHKey("other")).key
    #expect(try find(places(option: home.path(".ssh/other"))).identity.publicKey == key)
  }

  @Test("The list shows all places in order, and the one that is used")
  func list() throws {
    let plain = try writePlain("option")
    let locked = try writeLocked(".config/secrets/identity").publicKey
    let ssh = try OpenSSHPublicKey.parse(makeSSHKey("id_ed25519")).key
    let listed = store(places(option: home.path("option"), variable: arena.secret("x"))).list()
    #expect(
      listed.map(\.place) == [
        .option(path: home.path("option")), .variable, .configuration(path: config),
        .sshKey(path: sshKey),
      ])
    #expect(listed.map(\.publicKey) == [plain, nil, locked, ssh])
    #expect(
      listed.map(\.state) == [
        .plain, .unusable(.identity(.damagedString(.notAnIdentity))), .locked,
        .unusable(.notMember(ssh)),
      ])
    #expect(listed.map(\.isUsed) == [true, false, false, false])
    #expect(store(places()).list().map(\.isUsed) == [true, false])
    let broken = store(places(option: home.path("none"))).list()
    #expect(broken.map(\.isUsed) == [false, false, false], "nothing is used: find() stops there")
    #expect(asked.isEmpty)
  }

  @Test("An identity file is made for its owner only, and never over another")
  func create() throws {
    let path = home.path("new/folder/identity")
    let bytes = Array("secrets/1 identity\n".utf8)
    try PrivateFile.create(path, bytes.span.bytes)
    let modes = try [path, home.path("new/folder"), home.path("new")].map {
      try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int
    }
    #expect(modes == [0o600, 0o700, 0o700])
    #expect(try home.read("new/folder/identity") == "secrets/1 identity\n")
    #expect(throws: WorkspaceError.system(.open, path: path, errno: EEXIST)) {
      try PrivateFile.create(path, [UInt8(1)].span.bytes)
    }
    symlink("nowhere", home.path("link"))
    #expect(throws: WorkspaceError.system(.open, path: home.path("link"), errno: EEXIST)) {
      try PrivateFile.create(home.path("link"), [UInt8(1)].span.bytes)
    }
    #expect(try home.read("new/folder/identity") == "secrets/1 identity\n")
  }

  @Test("A new passphrase replaces the file in one step, behind a link too")
  func replace() throws {
    try home.write("old\n", to: "real/identity", mode: 0o644)
    symlink("real/identity", home.path("link"))
    let bytes = Array("new\n".utf8)
    try PrivateFile.replace(home.path("link"), bytes.span.bytes)
    #expect(try home.read("real/identity") == "new\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: home.path("real")) == ["identity"])
    let attributes = try FileManager.default.attributesOfItem(atPath: home.path("real/identity"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let link = try FileManager.default.destinationOfSymbolicLink(atPath: home.path("link"))
    #expect(link == "real/identity")
    #expect(throws: WorkspaceError.system(.inspect, path: home.path("none"), errno: ENOENT)) {
      try PrivateFile.replace(home.path("none"), bytes.span.bytes)
    }
  }
}
