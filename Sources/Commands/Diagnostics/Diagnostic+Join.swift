// Why somebody does not get to know a project, or does not get in under a name.

internal import Vault

extension Refusal {
  static func badProject(_ text: String) -> Refusal {
    Refusal(
      "`\(text)` is neither PROJECT nor PROJECT:KEY",
      hint: "a member prints it: secrets trust --show", .usage)
  }

  static var badReason: Refusal {
    Refusal(
      "a reason has 1 to 512 bytes", hint: "say it shorter, or leave it out", .usage)
  }

  static func memberAlready(_ name: String) -> Refusal {
    Refusal(
      "you are a member already: `\(name)`",
      hint: "on another device, with a key of its own: secrets join", .usage)
  }

  static func nameTaken(
    _ name: String, wasRemoved: Bool, isWaiting: Bool, instead: String
  ) -> Refusal {
    let why =
      isWaiting
      ? "another key has asked for the name `\(name)`"
      : wasRemoved
        ? "`\(name)` was a member once, and a name is one key for ever"
        : "the name `\(name)` is taken, and a name is one key for ever"
    return Refusal(why, hint: "secrets join \(instead)", .usage)
  }
}
