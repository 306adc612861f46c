import Testing

@testable import Workspace

@Suite struct PlaceTests {
  @Test(
    "One repository is one place, however it is reached",
    arguments: [
      ("git@github.com:acme/shop.git", "github.com/acme/shop"),
      ("ssh://git@github.com/acme/shop.git", "github.com/acme/shop"),
      ("ssh://git@GitHub.com:22/acme/shop/", "github.com/acme/shop"),
      ("https://github.com/acme/shop", "github.com/acme/shop"),
      ("https://alice:fake-token@github.com:443/acme/shop.git", "github.com/acme/shop"),
      ("https://fake@token@github.com/acme/shop.git/", "github.com/acme/shop"),
      ("ssh://git@example.com:2222/shop.git", "example.com:2222/shop"),
      ("http://example.com:443/shop", "example.com:443/shop"),
      ("/srv/git/shop.git", "/srv/git/shop"),
      ("file:///srv/git/shop.git", "/srv/git/shop"),
      ("../shop.git", "/home/shop"),
      ("./a:b", "/home/alice/a:b"),
    ])
  func addresses(remote: String, expected: String) {
    let place = Place(remote: remote, topLevel: "/home/alice", path: "secrets")
    #expect(place.address == expected)
    #expect(!place.address.contains("fake"))
  }

  @Test("Two projects of a repository are two places, with names safe for files")
  func keys() {
    let one = Place(location: "/a", path: "b/secrets")
    let two = Place(location: "/a", path: "c/secrets")
    #expect(one.key != two.key)
    #expect(Place(location: "/a\nb", path: "c").key != one.key)
    #expect(FileChange.isName(one.key))
    #expect(one.key.hasPrefix("place-"))
  }
}
