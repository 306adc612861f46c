// `secrets key`: the private key of whoever works here.

internal import ArgumentParser

/// `secrets key`.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Your own key: make it, show it, lock and unlock it, keep a copy.",
    discussion: """
      A key lies outside of every repository, sealed with a passphrase that is typed once a day:

          $ secrets key new
          $ secrets key unlock --for 8h

      The first of these that is there is used: --identity PATH, $SECRETS_IDENTITY (the key itself, \
      for CI), $SECRETS_IDENTITY_FILE, ~/.config/secrets/identity, and a ~/.ssh/id_ed25519 without \
      a passphrase that is a member's.
      """,
    subcommands: [
      KeyNewCommand.self
    ])
}
