// Where identities are looked for, in order: what is named for this command, what the environment
// names, what this machine has (product page, `key`).

public import Sealing

/// A place that an identity may come from.
public enum IdentityPlace: Hashable, Sendable {
  /// The file that `--identity` names.
  case option(path: String)
  /// `$SECRETS_IDENTITY`, the key itself.
  case variable
  /// The file that `$SECRETS_IDENTITY_FILE` names.
  case variableFile(path: String)
  /// `identity` in our folder of the user's configuration.
  case configuration(path: String)
  /// A key of OpenSSH in `~/.ssh`.
  case sshKey(path: String)

  /// The file, where it is one.
  public var path: String? {
    switch self {
    case .option(let path), .variableFile(let path), .configuration(let path), .sshKey(let path):
      path
    case .variable: nil
    }
  }
}

/// The places of one command.
public struct IdentityPlaces {
  /// What `--identity` names.
  public var option: String?
  /// The value of `$SECRETS_IDENTITY`.
  public var variable: Secret?
  /// Whether `$SECRETS_IDENTITY` is set, to nothing.
  public var isVariableEmpty = false
  /// What `$SECRETS_IDENTITY_FILE` names.
  public var variableFile: String?
  /// The file of this user; nil without a home.
  public var configuration: String?
  /// OpenSSH's folder of this user; nil without a home.
  public var sshFolder: String?

  // Types that OpenSSH has a usual file name for, and that sign but cannot open.
  static let otherSSHKeys = [
    ("id_rsa", "ssh-rsa"), ("id_ecdsa", "ecdsa"), ("id_ed25519_sk", "sk-ssh-ed25519@openssh.com"),
    ("id_ecdsa_sk", "sk-ecdsa-sha2-nistp256@openssh.com"), ("id_dsa", "ssh-dss"),
  ]

  /// Works the places out; what is empty counts as not given, as an unset secret of a CI is.
  ///
  /// - Parameters:
  ///   - option: what `--identity` names.
  ///   - variable: `$SECRETS_IDENTITY`.
  ///   - variableFile: `$SECRETS_IDENTITY_FILE`.
  ///   - configurationHome: `$XDG_CONFIG_HOME`; a path that is not absolute is to be ignored.
  ///   - home: `$HOME`.
  public init(
    option: String? = nil, variable: Secret? = nil, variableFile: String? = nil,
    configurationHome: String? = nil, home: String? = nil
  ) {
    self.option = option
    self.variable = variable.flatMap { $0.count > 0 ? $0 : nil }
    isVariableEmpty = variable?.count == 0
    self.variableFile = variableFile.flatMap { $0.isEmpty ? nil : $0 }
    let home = home.flatMap { $0.hasPrefix("/") ? $0 : nil }
    let configuration =
      configurationHome.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home.map { "\($0)/.config" }
    self.configuration = configuration.map { "\($0)/secrets/identity" }
    sshFolder = home.map { "\($0)/.ssh" }
  }

  /// All of them, in the order in which the first hit wins.
  var ordered: [IdentityPlace] {
    let places: [IdentityPlace?] = [
      option.map { .option(path: $0) }, variable.map { _ in .variable },
      variableFile.map { .variableFile(path: $0) }, configuration.map { .configuration(path: $0) },
      sshFolder.map { .sshKey(path: "\($0)/id_ed25519") },
    ]
    return places.compactMap { $0 }
  }
}
