// format.md §1: a record is replaced when its id is in the `after` of another record of the same
// thing that counts; what counts and is not replaced is live.

/// What can be replaced, and replace.
protocol Replaceable {
  associatedtype Mark: Hashable
  /// Its id, or its epoch.
  var mark: Mark { get }
  /// The marks that it replaces.
  var replaces: [Mark] { get }
}

extension TeamRecord: Replaceable {
  var mark: RecordID { id }
  var replaces: [RecordID] { after }
}

extension RoleRecord: Replaceable {
  var mark: Epoch { epoch }
  var replaces: [Epoch] { after }
}

enum Liveness {
  /// Those of the records, all of one thing and all counting, that none of the others replaces.
  static func live<Record: Replaceable>(_ counting: [Record]) -> [Record] {
    if counting.count == 1 { return counting }
    // A record that names itself does not replace itself: another one has to.
    var replaced: Set<Record.Mark> = []
    for record in counting { replaced.formUnion(record.replaces.filter { $0 != record.mark }) }
    return counting.filter { !replaced.contains($0.mark) }
  }
}
