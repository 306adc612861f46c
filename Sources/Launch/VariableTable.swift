// Where the surroundings' names stand, found again for each sealed name. A `Dictionary` would do; but
// the first use of each kind of key makes Swift look through every conformance of the program, which
// a `run` pays for each time.

/// The first place of each name.
struct VariableTable {
  private var names: [VariableName] = []
  private var indices: [Int] = []
  /// Places in `names`, from 1, at where a name's hash leads or behind; 0 where nothing is.
  private var slots: [Int32]
  private let mask: Int

  /// Makes room for up to as many names.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = [Int32](repeating: 0, count: size)
    mask = size - 1
  }

  /// Keeps a name's place; false where the name has one already.
  mutating func insert(_ name: VariableName, at index: Int) -> Bool {
    let slot = slot(of: name)
    guard slots[slot] == 0 else { return false }
    names.append(name)
    indices.append(index)
    slots[slot] = Int32(names.count)
    return true
  }

  /// The place of a name, and the name as it stands there.
  subscript(name: VariableName) -> (index: Int, name: VariableName)? {
    let place = Int(slots[slot(of: name)]) - 1
    return place < 0 ? nil : (indices[place], names[place])
  }

  private func slot(of name: VariableName) -> Int {
    var slot = name.hash & mask
    while slots[slot] != 0, names[Int(slots[slot]) - 1] != name { slot = (slot + 1) & mask }
    return slot
  }
}
