// What `diff` was asked to compare, by its arguments alone.

internal import Vault

/// Two environments, or two states of the files.
enum DiffRequest: Equatable {
  /// Two environments, in the working tree or at a revision.
  case environments(String, String, rev: String?)
  /// Two revisions; nil for the working tree.
  case revisions(from: String, to: String?)

  /// Reads the arguments.
  ///
  /// - Parameters:
  ///   - places: none, a revision, `REV..REV`, or two environments.
  ///   - rev: what `--rev` names.
  /// - Throws: `Refusal`.
  init(_ places: [String], rev: String?) throws(Refusal) {
    switch places.count {
    case 0: self = .revisions(from: rev ?? "HEAD", to: nil)
    case 1:
      guard rev == nil else { throw .revisionTwice }
      guard let dots = places[0].firstRange(of: "..") else {
        self = .revisions(from: places[0], to: nil)
        return
      }
      let (first, second) = (places[0][..<dots.lowerBound], places[0][dots.upperBound...])
      self = .revisions(
        from: first.isEmpty ? "HEAD" : String(first),
        to: second.isEmpty ? "HEAD" : String(second))
    case 2:
      guard places.allSatisfy(Text.isEnvironment) else { throw .twoRevisions(places) }
      self = .environments(places[0], places[1], rev: rev)
    default: throw .tooManyPlaces
    }
  }
}
