// swift-tools-version: 6.2

// The fuzzers. A package of their own, so that neither `swift build` nor `swift test` sees them:
// the same sources (`Rooms` is a link to them) are built again with libFuzzer's instrumentation.

import PackageDescription

// Optimised, for speed; with the checks of a debug build, or an index out of bounds of a buffer
// that lies within another one would go unnoticed.
let instrumented: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags(["-sanitize=fuzzer,address", "-assert-config", "Debug", "-enable-testing"]),
]

let package = Package(
  name: "fuzzing",
  targets: [
    .executableTarget(
      name: "fuzz", dependencies: ["Driver", "Workspace", "Vault", "Dotenv", "Sealing", "CSodium"],
      path: "Targets", swiftSettings: instrumented,
      // gold cannot link what the sanitizers emit.
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
    .target(name: "Driver", path: "Driver"),
    .target(
      name: "Workspace", dependencies: ["Vault", "Dotenv", "Sealing", "CPlatform"],
      path: "Rooms/Workspace", swiftSettings: instrumented),
    .target(
      name: "Vault", dependencies: ["Sealing"], path: "Rooms/Vault", swiftSettings: instrumented),
    .target(name: "Dotenv", path: "Rooms/Dotenv", swiftSettings: instrumented),
    .target(
      name: "Sealing", dependencies: ["CSodium", "CPlatform"], path: "Rooms/Sealing",
      swiftSettings: instrumented, linkerSettings: [.linkedLibrary(":libsodium.a")]),
    .systemLibrary(name: "CSodium", path: "Rooms/CSodium"),
    .target(name: "CPlatform", path: "Rooms/CPlatform"),
  ],
  swiftLanguageModes: [.v6]
)
