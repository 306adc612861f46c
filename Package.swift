// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// For `--version`. A manifest that SwiftPM has cached names an older commit, so only a release,
// which `make build` makes without that cache, says it.
var commit: [CSetting] = []
if let git = Context.gitInformation {
  commit = [
    .define("SECRETS_COMMIT", to: git.currentCommit, .when(configuration: .release)),
    .define(
      "SECRETS_CHANGES", to: git.hasUncommittedChanges ? "1" : "0",
      .when(configuration: .release)),
  ]
}

let package = Package(
  name: "secrets",
  products: [.executable(name: "secrets", targets: ["secrets"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .executableTarget(name: "secrets", dependencies: ["Commands"], swiftSettings: settings),
    .target(
      name: "Commands",
      dependencies: [
        "Workspace", "Launch", "Vault", "Dotenv", "Sealing", "CVersion",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .target(
      name: "Workspace", dependencies: ["Vault", "Dotenv", "Sealing", "CPlatform"],
      swiftSettings: settings),
    .target(
      name: "Launch", dependencies: ["Vault", "Dotenv", "Sealing", "CPlatform"],
      swiftSettings: settings),
    .target(name: "Vault", dependencies: ["Sealing"], swiftSettings: settings),
    .target(name: "Dotenv", swiftSettings: settings),
    .target(
      name: "Sealing", dependencies: ["CSodium", "CPlatform"], swiftSettings: settings,
      linkerSettings: [.linkedLibrary(":libsodium.a")]),
    .systemLibrary(name: "CSodium"),
    .target(name: "CPlatform"),
    .target(name: "CVersion", cSettings: commit),

    .testTarget(name: "SealingTests", dependencies: ["Sealing"], swiftSettings: settings),
    .testTarget(name: "VaultTests", dependencies: ["Vault", "Sealing"], swiftSettings: settings),
    .testTarget(
      name: "DotenvTests", dependencies: ["Dotenv"], exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(
      name: "WorkspaceTests", dependencies: ["Workspace", "Vault", "Sealing"],
      swiftSettings: settings),
    .testTarget(
      name: "LaunchTests", dependencies: ["Launch", "Vault", "Sealing"], swiftSettings: settings),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "Commands", "Workspace", "Vault", "Dotenv", "Sealing",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "RepositoryTests",
      dependencies: [
        "Commands", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    // It drives the built binary, so `swift test` must build that.
    .testTarget(
      name: "EndToEnd", dependencies: ["secrets", "Workspace", "Vault", "Sealing"],
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
