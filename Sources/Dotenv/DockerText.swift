// A value in the file that `docker run --env-file` reads. Nothing can be quoted or escaped there, so
// what its reader would not give back is refused.

/// The rules of the kvfile package of Docker's command line.
enum DockerText {
  /// Go's line scanner gives up when a line with its end does not fit.
  private static let lineLimit = 64 << 10

  /// What keeps a value from being given back.
  static func obstacle(_ name: String, _ value: RawSpan) -> Obstacle? {
    if let obstacle = DotenvQuoting.textObstacle(value) { return obstacle }
    let last = value.byte(value.byteCount - 1)
    if value.first(from: 0, where: { $0 == .lf }) < value.byteCount { return .lineEnd }
    if last == .cr { return .endsInCR }
    // Docker has always kept quotes; podman, and what has been proposed for Docker, take them away.
    if value.byteCount > 1, last == value.byte(0), last == .singleQuote || last == .doubleQuote {
      return .quoted
    }
    return name.utf8.count + 1 + value.byteCount + 1 > lineLimit ? .tooLong : nil
  }
}
