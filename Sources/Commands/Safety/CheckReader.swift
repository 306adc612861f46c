// Who runs a check, and why it may open nothing: a check goes as far as it can without a key.

internal import Sealing
internal import Vault
internal import Workspace

/// Who looks, as far as values can be opened.
enum CheckReader {
  case member(Identity)
  /// There is no key on this machine.
  case noKey
  /// It has a passphrase, and nobody is asked for it.
  case locked
  /// It is damaged or open to others.
  case unusable
  case notMember

  /// Who looks.
  ///
  /// - Parameters:
  ///   - found: what looking for the identity came to.
  ///   - team: whose member they may be.
  init(_ found: Result<FoundIdentity, IdentityStoreError>, in team: Team) {
    switch found {
    case .success(let found):
      let isMember = !team.currentNames(of: found.identity.publicKey).isEmpty
      self = isMember ? .member(found.identity) : .notMember
    case .failure(.notFound): self = .noKey
    case .failure(.unusable(_, .locked)): self = .locked
    case .failure(.unusable(_, .notMember)): self = .notMember
    case .failure(.unusable): self = .unusable
    }
  }

  var identity: Identity? {
    guard case .member(let identity) = self else { return nil }
    return identity
  }

  /// Why nothing was opened.
  var words: String {
    switch self {
    case .member, .noKey: "no key"
    case .locked: "your key is locked"
    case .unusable: "your key cannot be used"
    case .notMember: "your key is no member's"
    }
  }
}
